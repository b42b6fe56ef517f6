from odoo.tests import HttpCase, tagged

from .common import B2bCase


@tagged("post_install", "-at_install")
class TestTours(B2bCase, HttpCase):
    def test_a_customer_fills_the_cart_corrects_it_and_orders(self):
        self.start_tour("/b2b", "b2b_portal_cart", login="buyer")
        order = self.env["sale.order"].search([("b2b_member_id", "=", self.buyer.id)])
        self.assertEqual((order.state, order.amount_untaxed), ("sale", 150))
        self.assertEqual(order.client_order_ref, "PO 77")

    def test_a_customer_finds_an_order_writes_about_it_and_orders_it_again(self):
        order = self._submit(self.buyer, self._fill_cart(self.buyer, shown=2))
        order.client_order_ref = "PO 77"
        self.start_tour("/b2b/orders", "b2b_portal_order_again", login="buyer")
        again = self.env["sale.order"].search([("client_order_ref", "=", "PO 78")])
        self.assertEqual((again.state, again.amount_untaxed), ("sale", 60))
        self.assertEqual(again.b2b_member_id, self.buyer)
        written = order.message_ids.filtered(lambda message: "ring twice" in (message.body or ""))
        self.assertEqual(written.author_id, self.buyer.partner_id)
