import json
import re

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import B2bCase

JSON = {"Accept": "application/json"}


@tagged("post_install", "-at_install")
class TestPages(B2bCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate("buyer", "buyer")

    def _post(self, path, headers=None, **form):
        form["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=form, headers=headers, allow_redirects=False)

    def _cart(self):
        return self.env["sale.order"].search([("b2b_cart_user_id", "=", self.buyer.user_id.id)])

    def test_the_catalogue_is_where_a_business_customer_lands(self):
        self.logout()
        page = self.url_open("/web/login")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        form = {"login": "buyer", "password": "buyer", "csrf_token": token}
        answer = self.url_open("/web/login", data=form, allow_redirects=False)
        self.assertTrue(answer.headers["Location"].endswith("/b2b"), answer.headers["Location"])

    def test_the_catalogue_shows_the_article_and_not_the_hidden_one(self):
        page = self.url_open("/b2b")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Pan", page.text)
        self.assertNotIn("Secret", page.text)

    def test_strangers_and_staff_are_sent_to_their_own_pages(self):
        self._create_member(self.customer, "former").state = "revoked"
        self.authenticate("former", "former")
        answer = self.url_open("/b2b", allow_redirects=False)
        self.assertTrue(answer.headers["Location"].endswith("/my"))
        self.logout()
        answer = self.url_open("/b2b", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_while_the_portal_is_off_nobody_gets_in(self):
        self.company.b2b_enabled = False
        answer = self.url_open("/b2b", allow_redirects=False)
        self.assertTrue(answer.headers["Location"].endswith("/my"))

    def test_a_form_without_script_puts_an_article_into_the_cart_and_leads_back(self):
        sender = f"{self.base_url()}/b2b/page/2?search=pan"
        answer = self._post(
            "/b2b/cart/set", {"Referer": sender}, product_id=self.shown.id, quantity="2"
        )
        self.assertTrue(answer.headers["Location"].endswith("/b2b/page/2?search=pan"))
        self.assertEqual(self._cart().order_line.product_uom_qty, 2)

    def test_a_form_of_another_site_is_not_led_back_there(self):
        answer = self._post(
            "/b2b/cart/set",
            {"Referer": "https://elsewhere.example.com/b2b"},
            product_id=self.shown.id,
            quantity="2",
        )
        self.assertTrue(answer.headers["Location"].endswith("/b2b/cart"))

    @mute_logger("odoo.http")
    def test_a_form_without_its_token_changes_nothing(self):
        form = {"product_id": self.shown.id, "quantity": "2"}
        self.assertEqual(self.url_open("/b2b/cart/set", data=form).status_code, 400)
        self.assertFalse(self._cart())

    def test_the_script_gets_the_new_count_and_total(self):
        answer = self._post("/b2b/cart/set", JSON, product_id=self.shown.id, quantity="2")
        values = json.loads(answer.text)
        self.assertEqual((values["count"], values["quantity"]), (1, 2))
        self.assertIn("60.00", values["total"])

    def test_a_refusal_tells_the_script_in_words(self):
        for quantity in ("-1", "1e9", "0.333", "two"):
            with self.subTest(quantity):
                answer = self._post(
                    "/b2b/cart/set", JSON, product_id=self.shown.id, quantity=quantity
                )
                self.assertEqual(answer.status_code, 422)
                self.assertIn("Pan", json.loads(answer.text)["error"])

    def test_a_hidden_article_is_refused_like_one_that_is_not_there(self):
        answers = [
            self._post("/b2b/cart/set", JSON, product_id=product_id, quantity="1")
            for product_id in (self.hidden.id, 2**30, "text", 10**12)
        ]
        self.assertEqual({one.status_code for one in answers}, {422})
        self.assertEqual(len({one.text for one in answers}), 1)
        pages = [self.url_open(f"/b2b/product/{one}") for one in (self.hidden.id, 2**30)]
        self.assertEqual([page.status_code for page in pages], [404, 404])

    def test_the_cart_is_kept_over_logins_and_shown_on_every_page(self):
        self._post("/b2b/cart/set", product_id=self.shown.id, quantity="2")
        self.logout()
        self.authenticate("buyer", "buyer")
        for path in ("/b2b", "/b2b/cart", "/my/addresses"):
            with self.subTest(path):
                self.assertRegex(self.url_open(path).text, r'o_b2b_count">1<')

    def test_ordering_twice_from_one_page_makes_one_order(self):
        self._post("/b2b/cart/set", product_id=self.shown.id, quantity="2")
        cart = self._cart()
        form = {"cart_id": cart.id, "total": cart._get_b2b_shown_total(), "note": "Ring twice"}
        answers = [self._post("/b2b/order", **form) for _press in range(2)]
        self.assertEqual(
            {one.headers["Location"] for one in answers},
            {answers[0].headers["Location"]},
        )
        self.assertEqual((cart.state, cart.b2b_note), ("sale", "Ring twice"))
        self.assertEqual(self.customer.sale_order_count, 1)

    def test_an_order_after_the_session_ended_leads_to_the_login_and_loses_nothing(self):
        self._post("/b2b/cart/set", product_id=self.shown.id, quantity="2")
        cart = self._cart()
        self.logout()
        form = {"cart_id": cart.id, "total": cart._get_b2b_shown_total()}
        answer = self.url_open("/b2b/order", data=form, allow_redirects=False)
        self.assertIn(answer.status_code, (303, 400))
        self.assertEqual(cart.b2b_stage, "cart")
        self.authenticate("buyer", "buyer")
        self.assertIn("Pan", self.url_open("/b2b/cart").text)

    def test_what_a_customer_writes_is_shown_as_text(self):
        self._post("/b2b/cart/set", product_id=self.shown.id, quantity="2")
        self._post("/b2b/cart/save", note="<script>alert(1)</script>")
        page = self.url_open("/b2b/cart").text
        self.assertIn("&lt;script&gt;alert(1)", page)
        self.assertNotIn("<script>alert(1)", page)

    def test_a_refused_order_keeps_what_was_typed_before(self):
        self._post("/b2b/cart/set", product_id=self.shown.id, quantity="2")
        self._post("/b2b/cart/save", note="Ring twice")
        answer = self._post("/b2b/order", cart_id=self._cart().id, total="0.01")
        self.assertTrue(answer.headers["Location"].endswith("/b2b/cart"))
        page = self.url_open("/b2b/cart").text
        self.assertIn("Prices changed", page)
        self.assertIn("Ring twice", page)

    def test_a_picture_opens_with_its_token_only(self):
        self.hidden.image_1920 = self.shown.image_1920 = PIXEL
        address = self.customer._get_b2b_image(self.shown)
        self.assertEqual(self.url_open(address).headers["Content-Type"], "image/png")
        stolen = address.replace(str(self.shown.id), str(self.hidden.id), 1)
        plain = f"/web/image/product.product/{self.hidden.id}/image_128"
        missing = self.url_open(f"/web/image/product.product/{2**30}/image_128")
        for path in (stolen, plain):
            answer = self.url_open(path)
            self.assertEqual(answer.content, missing.content, path)


PIXEL = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
