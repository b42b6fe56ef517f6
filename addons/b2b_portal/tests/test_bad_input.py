from odoo import http
from odoo.tests import new_test_user, tagged

from .test_orders_pages import B2bPagesCase

HTML = "<b>Paid in full</b>"


@tagged("post_install", "-at_install")
class TestBadInput(B2bPagesCase):
    """Whatever is typed or sent, the answer is a page and never an error of the server."""

    def test_addresses_that_nobody_types_are_answered_by_a_page(self):
        for address in (
            "/b2b?search=%00",
            "/b2b?category=%00&sort=%00",
            "/b2b/page/99999999999999999999",
            "/b2b/page/1000000",
            "/b2b?page=x&member=1&self=1",
            "/b2b/orders?page=",
            "/b2b/orders?search=%00&status=%00",
            "/b2b/orders/page/99999999999999999999",
            "/b2b/orders/page/1000000",
            "/b2b/invoices?search=%00&state=%00",
            "/b2b/invoices/page/99999999999999999999",
        ):
            with self.subTest(address):
                self.assertIn(self._open(self.buyer, address).status_code, (200, 404))

    def test_forms_with_what_the_database_cannot_keep_are_answered_by_a_page(self):
        self.buyer.role = "administrator"
        colleague = {"role": "buyer", "sees": "own"}
        for address, values in (
            ("/b2b/cart/save", {"note": "a\0b", "reference": "\0", "wished_date": "\0"}),
            ("/b2b/cart/set", {"product_id": "\0", "quantity": "\0"}),
            ("/b2b/team/invite", {**colleague, "name": "a\0b", "email": "a\0@example.com"}),
            ("/b2b/quick/read", {"text": "PAN\0", "file": "no file"}),
            ("/b2b/quick/save", {"number": "PAN", "action": "remove-" + "9" * 5000}),
            ("/b2b/login", {"email": "a\0b@example.com"}),
        ):
            with self.subTest(address):
                self.assertEqual(self._post(self.buyer, address, **values).status_code, 200)
        self.assertEqual(self._as(self.buyer)._get_b2b_cart(self.buyer).b2b_note, "ab")

    def test_a_file_sent_in_the_place_of_a_text_is_answered_by_a_page(self):
        self.authenticate("buyer", "buyer")
        for address, name in (
            ("/b2b/cart/set", "product_id"),
            ("/b2b/cart/save", "note"),
            ("/b2b/quick/read", "text"),
            ("/b2b/login", "email"),
        ):
            with self.subTest(address):
                answer = self.url_open(
                    address,
                    {"csrf_token": http.Request.csrf_token(self)},
                    files={name: ("list.txt", b"PAN")},
                )
                self.assertEqual(answer.status_code, 200)

    def test_what_customers_write_stays_text_in_the_tasks_of_staff(self):
        self.company.b2b_manager_id = self.env.ref("base.user_admin")
        cart = self._fill_cart(self.buyer, shown=2)
        cart.b2b_note = HTML
        order = self._submit(self.buyer, cart)
        order._request_b2b_cancellation(self.buyer, HTML)
        self._ship(order)
        asked = order._request_b2b_return(self.buyer, {order._get_b2b_lines().id: "1"}, HTML)
        self.buyer._tell_staff("Summary", HTML)
        notes = (order.activity_ids + asked.activity_ids + self.customer.activity_ids).mapped(
            "note"
        )
        self.assertEqual(len(notes), 4)
        for note in notes:
            self.assertIn("Paid in full", note)
            self.assertNotIn("<b>", note)

    def test_a_list_of_odoo_s_ignores_an_order_that_it_does_not_know(self):
        new_test_user(self.env, "inside", "base.group_user", password="inside-inside")
        self.authenticate("inside", "inside-inside")
        for address in ("orders?sortby=x", "quotes?sortby=x", "invoices?sortby=x&filterby=x"):
            with self.subTest(address):
                self.assertEqual(self.url_open(f"/my/{address}").status_code, 200)
