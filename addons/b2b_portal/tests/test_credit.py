from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..exceptions import B2bError
from .test_orders_pages import B2bPagesCase


@tagged("post_install", "-at_install")
class TestCredit(B2bPagesCase):
    def _owe(self, days, quantity=1):
        """Invoice the customer; due so many days ago."""
        order = self._quote(quantity=quantity)
        order.action_confirm()
        self._ship(order)
        due = fields.Date.today() - timedelta(days=days)
        return self._invoice(
            order, invoice_payment_term_id=False, invoice_date=due, invoice_date_due=due
        )

    def test_open_and_overdue_amounts_are_shown_on_invoices_and_in_the_cart(self):
        self._owe(0)
        late = self._owe(5, 2)
        state = self.customer._get_b2b_account_state(self.company)
        self.assertEqual(state["overdue"], late.amount_residual)
        self.assertGreater(state["open"], state["overdue"])
        self._fill_cart(self.buyer, shown=1)
        for address in ("/b2b/invoices", "/b2b/cart"):
            text = self._text(self._open(self.buyer, address))
            self.assertIn(self.company.currency_id.format(state["overdue"]), text)

    def test_the_companys_figures_are_not_for_who_sees_only_own_orders(self):
        self._owe(5)
        self.buyer.sees = "own"
        self.assertNotIn("o_b2b_account", self._open(self.buyer, "/b2b/invoices").text)

    def test_an_overdue_invoice_stops_orders_after_the_days_of_grace(self):
        self._owe(15)
        self._place(self.buyer, shown=1)
        self.company.write({"b2b_overdue_stop": True, "b2b_overdue_days": 15})
        self._place(self.buyer, shown=1)
        self.company.b2b_overdue_days = 14
        with self.assertRaisesRegex(B2bError, "overdue"):
            self._place(self.buyer, shown=1)
        self.assertTrue(self._as(self.buyer)._get_b2b_cart(self.buyer).order_line)

    def test_a_paid_invoice_stops_nothing(self):
        self.company.write({"b2b_overdue_stop": True, "b2b_overdue_days": 0})
        self._pay(self._owe(30))
        self.assertEqual(self._place(self.buyer, shown=1).state, "sale")

    def test_invoices_of_another_customer_stop_nothing(self):
        self.company.write({"b2b_overdue_stop": True, "b2b_overdue_days": 0})
        other = self._create_member(self._create_customer("Other", self.pricelist), "other")
        self._owe(30)
        self.assertEqual(self._place(other, shown=1).state, "sale")

    def test_an_order_up_to_the_credit_limit_is_taken_and_one_above_is_not(self):
        self.company.write({"account_use_credit_limit": True, "b2b_credit_stop": True})
        self.customer.with_company(self.company).credit_limit = 60
        self.assertEqual(self._place(self.buyer, shown=2).state, "sale")
        with self.assertRaisesRegex(B2bError, "credit limit"):
            self._place(self.buyer, shown=1)
        self.company.b2b_credit_stop = False
        cart = self._as(self.buyer)._get_b2b_cart(self.buyer)
        self.assertEqual(self._submit(self.buyer, cart).state, "sale")

    def test_without_a_limit_nothing_is_stopped(self):
        self.company.write({"account_use_credit_limit": True, "b2b_credit_stop": True})
        self.assertIsNone(self.customer._get_b2b_account_state(self.company)["limit"])
        self.assertEqual(self._place(self.buyer, shown=100).state, "sale")
