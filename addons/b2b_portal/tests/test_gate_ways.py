"""Every way in, with a product that the customer may not see: refused, like one that is not there."""

import base64
import re

from odoo import Command, http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..exceptions import NotAvailable
from .common import B2bCase

NOWHERE = 2**31 - 10  # an id that no product has
PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
)


@tagged("post_install", "-at_install")
class TestGateWays(B2bCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden.write({"barcode": "4006381333948", "image_1920": PIXEL})
        cls.nowhere = cls.env["product.product"].browse(NOWHERE)

    def setUp(self):
        super().setUp()
        self.authenticate("buyer", "buyer")

    def _answers(self, ask):
        """Ask for the hidden product and for one that is not there; return what differs not."""
        return [self._read_answer(ask(product)) for product in (self.hidden, self.nowhere)]

    def _read_answer(self, response):
        text = response.text
        for number in (self.hidden.id, NOWHERE):
            text = re.sub(rf"(?<!\d){number}(?!\d)", "ID", text)
        return response.status_code, re.sub(
            r'(csrf_token: |name="csrf_token" value=)"[^"]+"', "", text
        )

    def _post(self, address, headers=None, **form):
        form["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(address, data=form, headers=headers)

    def _call(self, model, method, *args, **kwargs):
        """Call a method over RPC as the portal user."""
        values = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", values)

    # ---- pages ----------------------------------------------------------------

    def test_catalogue_and_search_by_name_reference_and_barcode(self):
        for search in ("", "Secret", "SECRET", self.hidden.barcode):
            page = self.url_open(f"/b2b?search={search}")
            self.assertNotIn("Secret table", page.text)
            self.assertNotIn(f"/b2b/product/{self.hidden.id}", page.text)
        self.assertIn("Pan", self.url_open(f"/b2b?search={self.shown.barcode}").text)

    @mute_logger("odoo.http")
    def test_the_article_page(self):
        hidden, nowhere = self._answers(lambda one: self.url_open(f"/b2b/product/{one.id}"))
        self.assertEqual(hidden[0], 404)
        self.assertEqual(hidden, nowhere)
        self.assertEqual(self.url_open(f"/b2b/product/{self.shown.id}").status_code, 200)

    def test_the_picture_also_with_the_token_of_another_products_picture(self):
        token = self.customer._get_b2b_image(self.shown).partition("access_token=")[2]
        for query in ("", f"?access_token={token}"):
            contents = [
                self.url_open(f"/web/image/product.product/{one.id}/image_128{query}").content
                for one in (self.hidden, self.nowhere)
            ]
            self.assertEqual(contents[0], contents[1])

    # ---- cart -----------------------------------------------------------------

    def test_the_cart_by_form(self):
        hidden, nowhere = self._answers(
            lambda one: self._post("/b2b/cart/set", product_id=one.id, quantity=1)
        )
        self.assertIn("not available to you", hidden[1])
        self.assertEqual(hidden, nowhere)
        self._assert_nothing_ordered()

    def test_the_cart_by_json(self):
        headers = {"Accept": "application/json"}
        hidden, nowhere = self._answers(
            lambda one: self._post("/b2b/cart/set", headers, product_id=one.id, quantity=1, add=1)
        )
        self.assertEqual(hidden[0], 422)
        self.assertEqual(hidden, nowhere)
        self._assert_nothing_ordered()

    def test_the_quick_order_by_pasting_and_by_file(self):
        page = self._post("/b2b/quick/read", text="SECRET 1\n4006381333948 1\nNOTHING 1")
        self.assertNotIn("Secret table", page.text)
        self.assertEqual(page.text.count("No article of yours has this number"), 3)
        token = http.Request.csrf_token(self)
        files = {"file": ("list.csv", b"SECRET;1", "text/csv")}
        page = self.url_open("/b2b/quick/read", data={"csrf_token": token}, files=files)
        self.assertNotIn("Secret table", page.text)
        rows = {"number": "SECRET", "quantity": "1", "given": "", "choice": str(self.hidden.id)}
        self._post("/b2b/quick/save", action="add", version=self.buyer.quick_version, **rows)
        self._assert_nothing_ordered()

    def test_ordering_again_what_is_not_shown_any_more(self):
        old = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 2})
                    for product in (self.hidden, self.shown)
                ],
            }
        )
        old.action_confirm()
        self._post(f"/b2b/orders/{old.id}/again")
        cart = self._as(self.buyer)._get_b2b_cart(self.buyer)
        self.assertEqual(cart.order_line.product_id, self.shown)

    def _assert_nothing_ordered(self):
        lines = self.env["sale.order.line"].search([("product_id", "=", self.hidden.id)])
        self.assertFalse(lines)

    # ---- RPC and code ---------------------------------------------------------

    @mute_logger("odoo.http")
    def test_reading_products_and_pricelists_over_rpc(self):
        for model, record in (
            ("product.product", self.hidden),
            ("product.template", self.hidden.product_tmpl_id),
        ):
            for domain in ([("id", "=", record.id)], [("id", "=", NOWHERE)]):
                self.assertFalse(self._try_search(model, domain))
        for model in ("product.pricelist", "product.pricelist.item"):
            self.assertFalse(self._try_search(model, []))

    def _try_search(self, model, domain):
        """Return what a search over RPC finds; nothing when the model is closed altogether."""
        try:
            return self._call(model, "search_read", domain, fields=["display_name"])
        except JsonRpcException:
            return []

    @mute_logger("odoo.http")
    def test_writing_orders_and_lines_over_rpc(self):
        cart = self._fill_cart(self.buyer, shown=1)
        line = {"product_id": self.hidden.id, "product_uom_qty": 1}
        calls = [
            ("sale.order", "create", [{"partner_id": self.customer.id}]),
            ("sale.order", "write", cart.ids, {"order_line": [(0, 0, line)]}),
            ("sale.order.line", "create", [{"order_id": cart.id, **line}]),
            ("sale.order.line", "write", cart.order_line.ids, line),
            ("sale.order.line", "onchange", [], line, [], {"name": {}}),
            ("b2b.article.number", "search_read", []),
            ("b2b.member", "search_read", []),
            ("b2b.explain", "create", [{}]),
        ]
        for model, method, *args in calls:
            with self.subTest(f"{model}.{method}"), self.assertRaises(JsonRpcException):
                self._call(model, method, *args)
        self._assert_nothing_ordered()

    def test_order_lines_made_by_code_for_the_customer_even_as_superuser(self):
        cart = self._fill_cart(self.buyer, shown=1)
        lines = self.env["sale.order.line"].with_user(self.buyer.user_id)
        values = {"order_id": cart.id, "product_id": self.hidden.id}
        with self.assertRaises(NotAvailable), self.cr.savepoint():
            lines.sudo().create(values)
        with self.assertRaises(AccessError), self.cr.savepoint():
            lines.create(values)
        with self.assertRaises(NotAvailable), self.cr.savepoint():
            cart.order_line.product_id = self.hidden
        with self.assertRaises(NotAvailable), self.cr.savepoint():
            cart.order_line = [Command.create({"product_id": self.hidden.id})]
        self._assert_nothing_ordered()
