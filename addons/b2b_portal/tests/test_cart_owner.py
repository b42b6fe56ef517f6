from odoo.tests import tagged

from ..exceptions import CartChanged
from .common import B2bCommon


@tagged("post_install", "-at_install")
class TestCartOwner(B2bCommon):
    """Carts and waiting orders stay with the company they were made for."""

    def _move(self, member, customer):
        """Let an employee change to another customer, as staff do it."""
        member.partner_id.parent_id = customer
        again = member._ensure_members(member.partner_id, self.company, {"role": "buyer"})
        again._activate_login()
        self.assertEqual(again.customer_id, customer)

    def test_a_cart_does_not_follow_its_employee_to_another_company(self):
        cart = self._fill_cart(self.buyer, shown=2)
        total = cart._get_b2b_shown_total()
        other = self._create_customer("Other", self.pricelist)
        self._move(self.buyer, other)
        self.assertFalse(self._as(self.buyer)._get_b2b_cart(self.buyer))
        self.assertEqual(self._as(self.buyer)._summarize_b2b_cart(self.buyer)["count"], 0)
        with self.assertRaises(CartChanged):
            self._as(self.buyer)._submit_b2b(self.buyer, cart.id, total)
        self.assertEqual(cart.state, "draft")
        cart.state = "sent"
        order = self._submit(self.buyer, self._fill_cart(self.buyer, shown=1))
        self.assertEqual(order.partner_id, other)
        self.assertEqual((cart.state, cart.b2b_cart_user_id.id), ("cancel", False))

    def test_a_waiting_order_stays_with_the_company_it_was_made_for(self):
        self.buyer.write({"is_limited": True, "spending_limit": 1})
        boss = self._create_member(self.customer, "boss", "administrator")
        order = self._submit(self.buyer, self._fill_cart(self.buyer, shown=2))
        other = self._create_customer("Other", self.pricelist)
        chief = self._create_member(other, "chief", "administrator")
        self._move(self.buyer, other)
        self.assertFalse(self._as(chief)._get_b2b_waiting(chief, "approval"))
        self.assertFalse(self._as(self.buyer)._get_b2b_waiting(self.buyer, "approval"))
        self.assertEqual(self._as(boss)._get_b2b_waiting(boss, "approval"), order)

    def test_a_cart_that_staff_cancelled_makes_room_for_a_new_one(self):
        cart = self._fill_cart(self.buyer, shown=2)
        cart.with_user(self.env.user)._action_cancel()
        self.assertFalse(cart.b2b_cart_user_id)
        order = self._submit(self.buyer, self._fill_cart(self.buyer, shown=1))
        self.assertEqual((order.state, order == cart), ("sale", False))

    def test_an_archived_customer_has_no_portal(self):
        self.assertTrue(self.buyer.user_id._get_b2b_member())
        self.customer.active = False
        self.assertFalse(self.buyer.user_id._get_b2b_member())
