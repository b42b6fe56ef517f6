import io
import zipfile

import openpyxl

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..exceptions import B2bError
from .common import B2bCase, B2bCommon


class QuickOrderCase(B2bCase):
    """The shop with a second article, and an employee who only looks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pot = cls._create_product("Pot", 80, default_code="POT", b2b_pack_size=6)
        cls._add_rule(cls.pricelist, product_tmpl_id=cls.pot.product_tmpl_id.id, fixed_price=60)
        cls.viewer = cls._create_member(cls.customer, "viewer", role="viewer")

    def _read(self, text="", data=b"", member=None):
        """Paste or upload a list as a member; return it as the page shows it."""
        member = self._act_as(member or self.buyer)
        member._read_quick_list(text=text, data=data)
        return member._match_quick_list()

    def _act_as(self, member):
        return member.with_user(member.user_id).sudo()

    def _add(self, member=None, **changes):
        """Press "Add to the cart" on the list as it is shown, with changes of the first row."""
        member = self._act_as(member or self.buyer)
        rows = [dict(row) for row in member.quick_list]
        rows[0].update(changes)
        return member._add_quick_list(rows, str(member.quick_version))


@tagged("post_install", "-at_install")
class TestQuickOrder(QuickOrderCase, B2bCommon):
    def test_references_barcodes_and_case_do_not_matter(self):
        rows = self._read("pan 2\n4006381333931;1\n6 x Pot")
        self.assertEqual([row["products"] for row in rows], [self.shown, self.shown, self.pot])
        self.assertFalse([row["problem"] for row in rows if row["problem"]])

    def test_a_hidden_article_looks_like_one_that_does_not_exist(self):
        hidden, unknown = self._read("SECRET 1\nNOTHING 1")
        self.assertEqual(hidden["problem"], unknown["problem"])
        self.assertFalse(hidden["products"] | unknown["products"] | hidden["choices"])

    def test_300_lines_are_matched_by_no_more_queries_than_one(self):
        member = self._act_as(self.buyer)
        member._read_quick_list(text="PAN 1")
        member._match_quick_list()
        counts = []
        for text in ("POT 6", "\n".join(f"NUMBER-{number} 1" for number in range(300))):
            member._read_quick_list(text=text)
            numbers = {row["number"] for row in member.quick_list}
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            member.customer_id._match_b2b_numbers(member.company_id, numbers)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_lines_of_one_article_are_added_up_on_top_of_the_cart(self):
        cart = self._fill_cart(self.buyer, shown=1)
        self._read("PAN 2\n4006381333931 3")
        self.assertEqual(self._add(), (2, []))
        self.assertEqual(cart.order_line.product_uom_qty, 6)
        self.assertEqual(cart.order_line.price_unit, 30)

    def test_what_cannot_be_ordered_stays_in_the_list_with_its_reason(self):
        self._read("PAN 2\nWRONG 1\nPOT 7")
        self.assertEqual(self._add()[0], 1)
        rows = self._act_as(self.buyer)._match_quick_list()
        self.assertEqual([row["number"] for row in rows], ["WRONG", "POT"])
        self.assertIn("6 or 12", rows[1]["problem"])

    def test_a_corrected_number_is_remembered_as_the_customers_own(self):
        self._read("P-1 2")
        self._add(number="PAN")
        [row] = self._read("p-1 4")
        self.assertEqual((row["products"], row["problem"]), (self.shown, ""))
        self.assertEqual(self.customer.b2b_article_number_ids.number, "P-1")

    def test_a_number_of_several_articles_has_to_be_chosen_and_is_remembered(self):
        self.pot.default_code = "PAN"
        [row] = self._read("PAN 6")
        self.assertEqual(row["choices"], self.shown | self.pot)
        self.assertTrue(row["problem"])
        self._add(choice=str(self.pot.id))
        self.assertEqual(self._read("PAN 6")[0]["products"], self.pot)

    def test_a_chosen_article_that_does_not_have_the_number_is_not_taken(self):
        self._read("PAN 6")
        self._add(choice=str(self.hidden.id))
        cart = self._as(self.buyer)._get_b2b_cart(self.buyer)
        self.assertEqual(cart.order_line.product_id, self.shown)

    def test_own_numbers_belong_to_one_customer_and_open_nothing_hidden(self):
        other = self._create_member(self._create_customer("Other", self.pricelist), "other")
        numbers = self.env["b2b.article.number"]
        numbers.create(
            {"customer_id": self.customer.id, "number": "X", "product_id": self.shown.id}
        )
        numbers.create(
            {"customer_id": self.customer.id, "number": "Y", "product_id": self.hidden.id}
        )
        own, hidden = self._read("X 1\nY 1")
        self.assertEqual((own["products"], hidden["products"]), (self.shown, self.shown.browse()))
        self.assertFalse(self._read("X 1", member=other)[0]["products"])

    def test_pressing_twice_adds_once(self):
        self._read("PAN 2\nWRONG 1")
        member = self._act_as(self.buyer)
        rows, version = member.quick_list, str(member.quick_version)
        member._add_quick_list(rows, version)
        with self.assertRaises(B2bError):
            member._add_quick_list(rows, version)
        self.assertEqual(self._as(member)._get_b2b_cart(member).order_line.product_uom_qty, 2)

    def test_an_old_page_overwrites_nothing(self):
        self._read("PAN 2")
        member = self._act_as(self.buyer)
        rows, version = member.quick_list, str(member.quick_version)
        self._read("POT 6")
        for change in (member._save_quick_list, member._add_quick_list):
            with self.assertRaises(B2bError):
                change(rows, version)
        self.assertEqual(len(member.quick_list), 2)

    def test_who_may_only_look_adds_nothing(self):
        self._act_as(self.viewer)._read_quick_list(text="PAN 2")
        with self.assertRaises(B2bError):
            self._add(self.viewer)
        self.assertFalse(self._as(self.viewer)._get_b2b_cart(self.viewer))

    def test_spreadsheets_are_read_by_their_headings_in_the_customers_language(self):
        book = openpyxl.Workbook()
        for row in (["Name", "Quantity", "Article number"], ["Pan", 3, "PAN"], ["Pot", 6.0, "POT"]):
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        rows = self._read(data=stream.getvalue())
        self.assertEqual(
            [(row["products"], row["quantity"]) for row in rows],
            [(self.shown, "3"), (self.pot, "6")],
        )

    def test_files_that_are_no_lists_are_refused_in_words_and_change_nothing(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/workbook.xml", b"<workbook/>")
            package.writestr("xl/worksheets/sheet1.xml", b" " * 40 * 1024**2)
        entity = io.BytesIO()
        with zipfile.ZipFile(entity, "w") as package:
            package.writestr("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>')
        broken = b"PK\x03\x04" + b"\x00" * 100
        too_big, picture = b"PAN;1\n" * 1024**2, b"\x89PNG\r\n\x1a\n\x00\x00"
        for data in (bomb.getvalue(), entity.getvalue(), broken, too_big, picture, b"PAN\n" * 501):
            with self.subTest(data[:8]), self.assertRaises(B2bError):
                self._read(data=data)
        self.assertFalse(self.buyer.quick_list)

    def test_500_lines_come_into_the_cart_and_501_are_refused(self):
        codes = [f"N-{number}" for number in range(501)]
        products = self.env["product.product"].create(
            [{"name": code, "default_code": code, "taxes_id": False} for code in codes]
        )
        self._add_rule(self.pricelist, fixed_price=5)
        with self.assertRaises(B2bError):
            self._read("\n".join(codes))
        self._read("\n".join(codes[:500]))
        self.assertEqual(self._add()[0], 500)
        cart = self._as(self.buyer)._get_b2b_cart(self.buyer)
        self.assertEqual(cart.order_line.product_id, products[:500])
        self.assertEqual(cart.amount_untaxed, 2500)

    def test_sellers_edit_customers_numbers_and_customers_do_not(self):
        seller = new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        values = {"customer_id": self.customer.id, "number": "S", "product_id": self.shown.id}
        number = self.env["b2b.article.number"].with_user(seller).create(values)
        self.assertEqual(number.key, "s")
        self.assertFalse(number.with_user(self.buyer.user_id).has_access("read"))

    def test_sellers_of_another_company_do_not_see_numbers_of_its_customers(self):
        values = {"customer_id": self.customer.id, "number": "S", "product_id": self.shown.id}
        number = self.env["b2b.article.number"].create(values)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        company = {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman", **company
        )
        self.assertTrue(number.with_user(seller).has_access("write"), "a customer of all")
        self.customer.company_id = self.company
        self.assertFalse(number.with_user(seller).has_access("read"))


@tagged("post_install", "-at_install")
class TestQuickOrderPage(QuickOrderCase, HttpCase):
    def _post(self, address, **form):
        form.setdefault("csrf_token", http.Request.csrf_token(self))
        return self.url_open(address, data=form)

    def test_a_pasted_list_is_shown_corrected_and_ordered(self):
        self.authenticate("buyer", "buyer")
        page = self._post("/b2b/quick/read", text="PAN 2\nWRONG 1")
        self.assertIn("WRONG", page.text)
        version = str(self.buyer.quick_version)
        rows = {
            "number": ["PAN", "POT"],
            "quantity": ["2", "6"],
            "given": ["PAN", "WRONG"],
            "choice": ["", ""],
        }
        page = self._post("/b2b/quick/save", action="add", version=version, **rows)
        self.assertTrue(page.url.endswith("/b2b/cart"))
        cart = self._as(self.buyer)._get_b2b_cart(self.buyer)
        self.assertEqual(cart.order_line.mapped("product_uom_qty"), [2, 6])

    def test_a_file_is_read_by_its_content_not_by_its_name(self):
        self.authenticate("buyer", "buyer")
        token = http.Request.csrf_token(self)
        files = {"file": ("list.xlsx", "PAN;2".encode("utf-16"), "application/pdf")}
        self.url_open("/b2b/quick/read", data={"csrf_token": token}, files=files)
        self.assertEqual(self.buyer.quick_list[0]["number"], "PAN")

    def test_what_was_typed_is_kept_when_it_cannot_be_read(self):
        self.authenticate("buyer", "buyer")
        page = self._post("/b2b/quick/read", text="KEPT\n" * 600)
        self.assertIn("split the list", page.text)
        self.assertIn("KEPT", page.text)

    def test_the_end_of_the_session_loses_nothing_and_writes_nothing(self):
        page = self.url_open("/b2b/quick/read", data={"text": "PAN 2", "csrf_token": "old"})
        self.assertIn('value="PAN 2"', page.text)
        self.authenticate("buyer", "buyer")
        page = self.url_open("/b2b/quick/read", data={"text": "PAN 2", "csrf_token": "old"})
        self.assertIn("PAN 2</textarea>", page.text)
        self.assertFalse(self.buyer.quick_list)

    def test_a_foreign_page_cannot_change_list_or_cart(self):
        self._act_as(self.buyer)._read_quick_list(text="PAN 2")
        self.authenticate("buyer", "buyer")
        for action in ("add", "clear", "remove-0"):
            page = self.url_open("/b2b/quick/save", data={"action": action, "csrf_token": "x"})
            self.assertEqual(page.status_code, 200)
        self.assertEqual(len(self.buyer.quick_list), 1)
        self.assertFalse(self._as(self.buyer)._get_b2b_cart(self.buyer))

    def test_who_may_only_look_does_not_find_the_page(self):
        self.authenticate("viewer", "viewer")
        self.assertTrue(self.url_open("/b2b/quick").url.endswith("/b2b"))
