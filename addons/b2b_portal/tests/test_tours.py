from odoo.tests import HttpCase, tagged

from .common import B2bCase


@tagged("post_install", "-at_install")
class TestTours(B2bCase, HttpCase):
    def test_a_customer_fills_the_cart_corrects_it_and_orders(self):
        self.start_tour("/b2b", "b2b_portal_cart", login="buyer")
        order = self.env["sale.order"].search([("b2b_member_id", "=", self.buyer.id)])
        self.assertEqual((order.state, order.amount_untaxed), ("sale", 150))
        self.assertEqual(order.client_order_ref, "PO 77")
