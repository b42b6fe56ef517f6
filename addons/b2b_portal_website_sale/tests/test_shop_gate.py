import re

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.b2b_portal.tests.common import B2bCase

SHOWN = ("displayImage", "displayDescription", "displayExtraLink", "displayDetail")
NOWHERE = 2**31 - 10  # an id that no product has


@tagged("post_install", "-at_install")
class TestShopGate(B2bCase, HttpCase):
    """Every way into the website's shop, with a product that the customer may not see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.shown | cls.hidden).is_published = True
        cls.env.ref("website.default_website").company_id = cls.company
        cls.guest = new_test_user(cls.env, "guest", password="guest", groups="base.group_portal")

    def _read(self, model, user=None, domain=(), fields=("display_name",)):
        """Read over RPC, as outside of the website's pages."""
        user = user or "buyer"
        self.authenticate(user, user)
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/search_read",
            {
                "model": model,
                "method": "search_read",
                "args": [list(domain), list(fields)],
                "kwargs": {"context": {"website_id": 1}},
            },
        )

    def _normalise(self, text, address):
        """Leave out of an answer what differs from request to request: address and tokens."""
        text = text.replace(address, "ADDRESS")
        return re.sub(r'csrf_token: "[^"]+"|name="csrf_token" value="[^"]+"', "", text)

    # ---- the product itself ---------------------------------------------------

    def test_members_read_over_rpc_what_the_gate_shows(self):
        for model, shown, hidden in (
            ("product.product", self.shown, self.hidden),
            ("product.template", self.shown.product_tmpl_id, self.hidden.product_tmpl_id),
        ):
            with self.subTest(model):
                found = {row["id"] for row in self._read(model)}
                self.assertIn(shown.id, found)
                self.assertNotIn(hidden.id, found)

    @mute_logger("odoo.http")
    def test_a_hidden_product_is_read_like_one_that_does_not_exist(self):
        self.authenticate("buyer", "buyer")
        answers = []
        for product_id in (self.hidden.id, NOWHERE):
            self.assertFalse(self._read("product.product", domain=[("id", "=", product_id)]))
            response = self.url_open(f"/web/image/product.product/{product_id}/image_128")
            answers.append((response.status_code, response.content))
        self.assertEqual(answers[0], answers[1])

    def test_a_hidden_products_page_is_like_one_that_does_not_exist(self):
        self.authenticate("buyer", "buyer")
        answers = []
        for template_id in (self.hidden.product_tmpl_id.id, NOWHERE):
            address = f"/shop/{template_id}"
            response = self.url_open(address)
            self.assertNotIn("Secret table", response.text)
            self.assertNotIn("secret-table", response.url)
            answers.append((response.status_code, self._normalise(response.text, address)))
        self.assertEqual(answers[0][0], 404)
        self.assertEqual(answers[0], answers[1])

    def test_a_shown_products_page_opens(self):
        self.authenticate("buyer", "buyer")
        self.assertIn("Pan", self.url_open(f"/shop/{self.shown.product_tmpl_id.id}").text)

    def test_shop_and_search_list_what_the_gate_shows(self):
        self.authenticate("buyer", "buyer")
        self.assertNotIn("Secret table", self.url_open("/shop").text)
        for search in ("Secret", "SECRET"):
            self.assertNotIn("Secret table", self.url_open(f"/shop?search={search}").text)
        self.assertIn("Pan", self.url_open("/shop?search=Pan").text)

    def test_the_search_field_suggests_what_the_gate_shows(self):
        self.authenticate("buyer", "buyer")
        for term, found in (("Secret", False), ("Pan", True)):
            answer = self.make_jsonrpc_request(
                "/website/snippet/autocomplete",
                {
                    "search_type": "products",
                    "term": term,
                    "order": "name asc",
                    "limit": 5,
                    "options": dict.fromkeys(SHOWN, False),
                },
            )
            self.assertEqual(bool(answer["results"]), found)

    def _add_to_cart(self, product_id, template_id):
        values = {"product_template_id": template_id, "product_id": product_id, "quantity": 1}
        return self.make_jsonrpc_request("/shop/cart/add", values)

    @mute_logger("odoo.http")
    def test_the_shops_cart_refuses_a_hidden_product_like_one_that_does_not_exist(self):
        self.authenticate("buyer", "buyer")
        words = []
        hidden = (self.hidden.id, self.hidden.product_tmpl_id.id)
        for product_id, template_id in (hidden, (NOWHERE, NOWHERE)):
            with self.assertRaises(JsonRpcException) as caught:
                self._add_to_cart(product_id, template_id)
            words.append(str(caught.exception))
        self.assertEqual(words[0], words[1])
        self.assertFalse(self.env["sale.order.line"].search([("product_id", "=", self.hidden.id)]))

    # ---- pricelists -----------------------------------------------------------

    @mute_logger("odoo.http")
    def test_customers_read_no_pricelists_over_rpc(self):
        for user in ("buyer", "guest"):
            for model in ("product.pricelist", "product.pricelist.item"):
                with self.subTest(user=user, model=model), self.assertRaises(JsonRpcException):
                    self._read(model, user=user)

    def test_visitors_read_no_pricelists_outside_of_the_shops_pages(self):
        visitor = self.env.ref("base.public_user")
        for model in ("product.pricelist", "product.pricelist.item"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(visitor).search([])

    def test_sellers_read_pricelists_as_ever(self):
        seller = new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        rules = self.env["product.pricelist.item"].with_user(seller)
        self.assertTrue(rules.search([("pricelist_id", "=", self.pricelist.id)]))

    def test_the_context_of_a_call_opens_no_pricelist(self):
        lists = self.env["product.pricelist"].with_user(self.guest).with_context(website_id=1)
        with self.assertRaises(AccessError):
            lists.search([])

    # ---- everybody else -------------------------------------------------------

    def test_visitors_and_other_users_shop_as_ever(self):
        for user in (None, "guest"):
            with self.subTest(user):
                self.authenticate(user, user)
                self.assertIn("Secret table", self.url_open("/shop").text)
                page = self.url_open(f"/shop/{self.hidden.product_tmpl_id.id}")
                self.assertIn("Secret table", page.text)
                answer = self._add_to_cart(self.hidden.id, self.hidden.product_tmpl_id.id)
                self.assertEqual(answer["cart_quantity"], 1)
                self.assertIn("Secret table", self.url_open("/shop/cart").text)

    def test_visitors_see_the_shops_discounts_as_ever(self):
        self._add_rule(self.pricelist, compute_price="percentage", percent_price=50)
        self.env["product.pricelist"].search([("id", "!=", self.pricelist.id)]).active = False
        self.pricelist.write(
            {"website_id": self.env.ref("website.default_website").id, "selectable": True}
        )
        self.env.ref("base.group_user").implied_ids |= self.env.ref(
            "product.group_product_pricelist"
        )
        page = self.url_open(f"/shop/{self.hidden.product_tmpl_id.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("495", page.text)

    def test_a_customer_whose_access_ended_shops_like_any_visitor(self):
        self.buyer.state = "revoked"
        products = self.env["product.product"].with_user(self.buyer.user_id)
        self.assertTrue(products.search([("id", "=", self.hidden.id)]))
