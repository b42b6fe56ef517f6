import base64
import io
import json
import re
from unittest.mock import patch

import openpyxl

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..const import LIST_SIZE
from .common import ConsignmentCase
from .test_entry import make_photo

JSON = {"Accept": "application/json"}
PAGES = ("stock", "sales", "enter", "intakes", "profile")
#: Queries of a page, whatever the number of articles.
MAX_QUERIES = 15


@tagged("post_install", "-at_install")
class TestConsignorPages(ConsignmentCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate("anna", "anna")

    def _get(self, path, **options):
        return self.url_open(f"/consign/30012/{path}", **options)

    def _post(self, path, headers=None, files=None, **form):
        form["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(
            f"/consign/30012/{path}",
            data=form,
            headers=headers,
            files=files,
            allow_redirects=False,
        )

    def _save(self, headers=None, files=None, **typed):
        form = {"title": "Vase", "categ_id": self.category.id, "price": "8", **typed}
        return self._post("enter/save", headers, files, **form)

    def _read_sheet(self, path):
        answer = self._get(path)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        return list(sheet.iter_rows(min_row=2))

    def test_every_page_opens_for_its_consignor_with_and_without_content(self):
        for path in PAGES:
            with self.subTest(path):
                self.assertEqual(self._get(path).status_code, 200)
        article = self._create_stock()
        for path in (*PAGES, f"a/{article.barcode}"):
            with self.subTest(path):
                self.assertEqual(self._get(path).status_code, 200)

    def test_every_page_leads_others_to_the_login_and_back_afterwards(self):
        article = self._create_stock()
        self.logout()
        path = f"/consign/30012/a/{article.barcode}"
        answer = self.url_open(path, allow_redirects=False)
        self.assertTrue(answer.headers["Location"].endswith("/consign/30012"))
        page = self.url_open("/consign/30012")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        form = {"email": "anna", "password": "anna", "csrf_token": token}
        answer = self.url_open("/consign/30012/login", data=form)
        self.assertTrue(answer.url.endswith(path), answer.url)

    def test_an_employee_who_is_a_consignor_sees_the_pages_with_the_usual_login(self):
        employee = new_test_user(self.env, "emil", "base.group_user", password="emilemil")
        self.other.user_id = employee
        self._create_stock(self.other, name="Vase of Emil")
        self.authenticate("emil", "emilemil")
        self.assertIn("Vase of Emil", self._get("stock").text)

    def test_articles_photos_receipts_of_others_are_as_unknown(self):
        theirs = self._create_stock(self.other, image_1920=False)
        paths = (
            f"a/{theirs.barcode}",
            f"photo/{theirs.id}",
            f"enter/{theirs.id}",
            f"intakes/{theirs.intake_id.id}/receipt",
        )
        with mute_logger("odoo.http"):
            for path in paths:
                unknown = re.sub("[0-9]+", "2147483647", path)
                with self.subTest(path):
                    self.assertEqual(self._get(path).status_code, 404)
                    self.assertEqual(self._get(unknown).status_code, 404)

    def test_stock_is_searched_filtered_and_summed(self):
        self._create_stock(prices=(40, 12))
        self._create_stock(prices=(5,), name="Teapot 100%", size_brand="Northwind")
        page = self._get("stock").text
        self.assertIn("57.00", page)
        page = self._get("stock?search=northwind").text
        self.assertIn("Teapot", page)
        self.assertNotIn("Coat", page)
        self.assertIn("Teapot", self._get("stock?search=100%25").text)
        self.assertIn("No articles found", self._get("stock?shown=sold").text)
        for odd in ("shown=x", "search=%00", "search=" + "x" * 5000, "search=%27%22%3C"):
            self.assertEqual(self._get(f"stock?{odd}").status_code, 200)

    def test_titles_are_shown_as_text(self):
        self._create_stock(name="<script>alert(1)</script>")
        page = self._get("stock").text
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("&lt;script&gt;alert(1)", page)

    def test_pages_take_as_many_queries_for_many_articles_as_for_few(self):
        def count(path):
            self._get(path)
            before = self.cr.sql_log_count
            self.assertEqual(self._get(path).status_code, 200)
            return self.cr.sql_log_count - before

        self._create_stock(prices=(1,) * 10, image_1920=base64.b64encode(make_photo()))
        few = [count(path) for path in ("stock", "sales", "intakes")]
        self._create_stock(prices=(1,) * (LIST_SIZE + 10))
        many = [count(path) for path in ("stock", "sales", "intakes")]
        self.assertLessEqual(max(many), MAX_QUERIES)
        self.assertEqual(few, many)

    def test_the_download_holds_all_rows_of_the_filter_as_numbers_and_days(self):
        self._create_stock(prices=(1.5,) * (LIST_SIZE + 1))
        self._create_stock(prices=(2,), name="Teapot")
        rows = self._read_sheet("stock.xlsx?shown=all")
        self.assertEqual(len(rows), LIST_SIZE + 2)
        self.assertEqual(rows[-1][3].value, 1.5)
        self.assertEqual(rows[-1][3].data_type, "n")
        self.assertTrue(rows[-1][6].is_date)
        self.assertEqual(len(self._read_sheet("stock.xlsx?search=teapot")), 1)

    def test_nothing_in_a_download_is_a_formula(self):
        for name in ("=1+1", "+1", "@SUM(A1)", "-1", "https://x.example.com"):
            self._create_stock(name=name)
        cells = [row[1] for row in self._read_sheet("stock.xlsx")]
        self.assertEqual({cell.data_type for cell in cells}, {"s"})
        self.assertFalse([cell.hyperlink for cell in cells if cell.hyperlink])

    def test_a_download_is_read_in_batches(self):
        self._create_stock(prices=(1,) * 7)
        module = "odoo.addons.consignment_portal.models.consignment_consignor_lists"
        with patch(f"{module}.BATCH", 3):
            self.assertEqual(len(self._read_sheet("stock.xlsx")), 7)

    def test_own_photos_are_shown_to_be_kept_by_the_browser_only(self):
        self._save(files={"photo": ("a.jpg", make_photo(), "text/html")})
        article = self.consignor.article_ids
        answer = self._get(f"photo/{article.id}")
        self.assertEqual(answer.headers["Content-Type"], "image/jpeg")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("private", answer.headers["Cache-Control"])
        self.other.user_id = new_test_user(
            self.env, "boris", "base.group_portal", password="borisboris"
        )
        self.authenticate("boris", "borisboris")
        with mute_logger("odoo.http"):
            self.assertEqual(self._get(f"photo/{article.id}").status_code, 404)

    def test_a_form_without_script_keeps_the_article_and_leads_back(self):
        answer = self._save()
        self.assertIn("/consign/30012/enter", answer.headers["Location"])
        self.assertEqual(self.consignor.article_ids.name, "Vase")

    def test_a_refused_form_shows_what_was_typed_again(self):
        answer = self._save(price="much", title="Fine vase")
        self.assertEqual(answer.status_code, 200)
        self.assertIn('value="Fine vase"', answer.text)
        self.assertIn("Type the price as a number", answer.text)
        self.assertFalse(self.consignor.article_ids)

    def test_the_script_gets_the_new_row_and_what_is_left(self):
        values = json.loads(self._save(JSON, title="<b>Vase</b>").text)
        self.assertEqual(values["left"], 4)
        self.assertIn("&lt;b&gt;Vase", values["row"])
        self.assertIn("4 of 5 left", values["summary"])
        answer = self._save(JSON, price="0")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(json.loads(answer.text)["error"], "Type a price above 0.")

    def test_what_was_typed_survives_the_end_of_the_session(self):
        self.logout()
        answer = self._save(title="Typed at night")
        self.assertTrue(answer.headers["Location"].endswith("/consign/30012"))
        page = self.url_open("/consign/30012")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        form = {"email": "anna", "password": "anna", "csrf_token": token}
        answer = self.url_open("/consign/30012/login", data=form)
        self.assertIn('value="Typed at night"', answer.text)
        self.assertFalse(self.consignor.article_ids)

    def test_a_form_of_another_session_writes_nothing_and_is_shown_again(self):
        form = {"title": "Vase", "categ_id": self.category.id, "price": "8", "csrf_token": "x"}
        answer = self.url_open("/consign/30012/enter/save", data=form)
        self.assertIn("Please press again", answer.text)
        self.assertIn('value="Vase"', answer.text)
        answer = self.url_open("/consign/30012/enter/save", data=form, headers=JSON)
        self.assertEqual(answer.status_code, 401)
        self.assertFalse(self.consignor.article_ids)

    def test_an_entered_article_is_changed_and_deleted_by_forms(self):
        self._save()
        article = self.consignor.article_ids
        self.assertIn('value="Vase"', self._get(f"enter/{article.id}").text)
        self._save(article_id=article.id, title="Jug")
        self.assertEqual(article.name, "Jug")
        self._post("enter/delete", article_id=article.id)
        self.assertFalse(article.exists())
        self.assertEqual(self.consignor.entry_quota, 5)

    def test_an_intake_is_submitted_with_tick_and_name_and_its_receipt_downloaded(self):
        self.shop.terms = "<p>Ninety days.</p>"
        self._save()
        intake = self.consignor.article_ids.intake_id
        digest = re.search(r'name="digest" value="([^"]+)"', self._get("submit").text)[1]
        refused = (
            {"digest": digest, "name": "Anna"},
            {"digest": digest, "name": " ", "accept": "1"},
            {"digest": "0", "name": "Anna", "accept": "1"},
        )
        for form in refused:
            self._post("submit", **form)
            self.assertEqual(intake.state, "draft")
        self._post("submit", digest=digest, name="Anna B.", accept="1")
        self.assertEqual((intake.state, intake.signed_by), ("submitted", "Anna B."))
        self.assertIn("Ninety days", intake.agreed_terms)
        self.assertIn(intake.name, self._get("intakes").text)

    def test_a_drawn_signature_is_kept_and_needs_the_terms_that_were_shown(self):
        self._save()
        intake = self.consignor.article_ids.intake_id
        address = f"/consign/30012/submit/sign/{intake._get_terms_digest()}"
        drawing = base64.b64encode(make_photo(kind="PNG")).decode()
        for signature in ("", "!", base64.b64encode(b"<svg/>").decode()):
            self.make_jsonrpc_request(address, {"name": "Anna", "signature": signature})
            self.assertEqual(intake.state, "draft")
        self.shop.share = 10
        self.make_jsonrpc_request(address, {"name": "Anna", "signature": drawing})
        self.assertEqual(intake.state, "draft")
        self.shop.share = 60
        answer = self.make_jsonrpc_request(address, {"name": "Anna", "signature": drawing})
        self.assertTrue(answer["redirect_url"].endswith("/intakes"))
        self.assertEqual(intake.state, "submitted")
        self.assertTrue(intake.signature)
        self.logout()
        answer = self.make_jsonrpc_request(address, {"name": "Anna", "signature": drawing})
        self.assertIn("error", answer)

    def test_the_share_that_was_signed_counts_on_acceptance(self):
        self._save()
        article = self.consignor.article_ids
        article.intake_id._sign_and_submit(article.intake_id._get_terms_digest(), "Anna")
        self.shop.share = 10
        article.intake_id.action_accept()
        self.assertEqual(article.share, 60)

    def test_a_proposed_price_is_answered_by_a_form(self):
        self._save()
        article = self.consignor.article_ids
        article.intake_id.action_submit()
        article.proposed_price = 6
        article.intake_id.action_propose()
        page = self._get("intakes").text
        self.assertIn("6.00", page)
        price = re.search(r'name="price" value="([^"]+)"', page)[1]
        self._post("intakes/answer", article_id=article.id, price=price, answer="agree")
        self.assertEqual((article.state, article.price), ("submitted", 6))

    def test_the_timeline_tells_days_payout_and_takes_the_choice(self):
        article = self._create_stock()
        page = self._get(f"a/{article.barcode}").text
        for text in ("90 days left", "24.00"):
            self.assertIn(text, page)
        self._post(f"a/{article.barcode}", end_choice="donate")
        self.assertEqual(article.end_choice, "donate")
        self._post(f"a/{article.barcode}", end_choice="burn")
        self.assertEqual(article.end_choice, "donate")
        self._post(f"a/{article.barcode}", end_choice="")
        self.assertFalse(article.end_choice)

    def test_consignors_change_their_profile_and_nothing_else(self):
        self._post(
            "profile",
            street="New Street 1",
            city="Town",
            end_choice="extend",
            newsletter="1",
            email="other@example.com",
            own_share="99",
            entry_quota="200",
            last_name="Other",
        )
        consignor = self.consignor
        self.assertEqual((consignor.street, consignor.city), ("New Street 1", "Town"))
        self.assertEqual((consignor.end_choice, consignor.newsletter), ("extend", True))
        self.assertFalse(consignor.reminder_wanted)
        self.assertEqual((consignor.email, consignor.last_name), ("anna@example.com", "Anna"))
        self.assertEqual((consignor.own_share, consignor.entry_quota), (0, 5))
        for form in ({"street": "x" * 81, "end_choice": "return"}, {"end_choice": "burn"}):
            self._post("profile", **form)
            self.assertEqual(consignor.street, "New Street 1")

    def test_the_receipt_prints_what_was_agreed(self):
        self.shop.terms = "<p>Ninety days.</p>"
        article = self._create_stock()
        self.shop.terms = "<p>One day.</p>"
        report = self.env["ir.actions.report"]
        html = report._render_qweb_html(
            "consignment_portal.action_report_intake", article.intake_id.ids
        )[0].decode()
        for text in (article.barcode, "Ninety days", "40.00", "24.00", "60%"):
            self.assertIn(text, html)
        self.assertNotIn("One day", html)

    def test_sales_are_listed_summed_and_downloaded_for_their_consignor(self):
        article, theirs = self._create_stock(), self._create_stock(self.other, name="Hat")
        for record, day in ((article, "2026-03-10 09:00:00"), (theirs, "2026-03-10 09:00:00")):
            self.env["consignment.sale"].create(
                {
                    "article_id": record.id,
                    "consignor_id": record.consignor_id.id,
                    "shop_id": record.shop_id.id,
                    "company_id": record.company_id.id,
                    "date": day,
                    "source_model": "sale.order.line",
                    "source_id": record.id,
                    "sequence": 1,
                    "quantity": 1,
                    "amount": 40,
                    "consignor_amount": 24,
                    "share": 60,
                }
            )
        page = self._get("sales").text
        self.assertIn("24.00", page)
        self.assertNotIn("Hat", page)
        self.assertIn("Coat", self._get("sales?begin=2026-03-10&end=2026-03-10").text)
        self.assertIn("No sales found", self._get("sales?begin=2026-03-11").text)
        self.assertIn("No sales found", self._get("sales?search=hat").text)
        for odd in ("begin=x", "begin=0001-01-01", "end=9999-12-31", "page=0"):
            self.assertEqual(self._get(f"sales?{odd}").status_code, 200)
        rows = self._read_sheet("sales.xlsx")
        self.assertEqual([row[5].value for row in rows], [24])
