import itertools

from odoo import Command
from odoo.tests import tagged

from ..exceptions import B2bError
from .common import B2bCommon

NUMBERS = itertools.count()


@tagged("post_install", "-at_install")
class TestPaymentFirst(B2bCommon):
    """What waits for payment is confirmed by money, and by nothing that is only posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.env.ref("b2b_portal.payment_provider_invoice")
        cls.card = cls.env["payment.provider"].create(
            {"name": "Card", "code": "none", "state": "disabled", "company_id": cls.company.id}
        )
        cls.boss = cls._create_member(cls.customer, "boss", "administrator")

    def _wait(self, member=None):
        """Return an order that waits for its payment."""
        order = self._submit(member or self.buyer, self._fill_cart(member or self.buyer, shown=2))
        order.write({"state": "draft", "b2b_payment": "online"})
        order._proceed_b2b()
        return order

    def _pay(self, order, provider, member=None):
        return (
            self.env["payment.transaction"]
            .with_user((member or self.buyer).user_id)
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": self.env["payment.method"]
                    .with_context(active_test=False)
                    .search([], limit=1)
                    .id,
                    "amount": order.amount_total,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "reference": f"first {next(NUMBERS)}",
                    "operation": "online_redirect",
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
        )

    def test_payment_on_delivery_confirms_nothing_that_waits_for_payment(self):
        order = self._wait()
        delivery = self.env.ref("delivery.payment_provider_cod")
        order.carrier_id.allow_cash_on_delivery = True
        with self.assertRaisesRegex(B2bError, "not available"):
            self._pay(order, delivery)
        self.assertEqual(order.b2b_stage, "payment")

    def test_a_provider_that_is_switched_off_is_refused_whatever_is_posted(self):
        order = self._wait()
        with self.assertRaisesRegex(B2bError, "not available"):
            self._pay(order, self.card)

    def test_invoice_is_no_way_around_the_credit_limit(self):
        self._open_invoice()
        order = self._wait()
        self.company.write({"account_use_credit_limit": True, "b2b_credit_stop": True})
        self.customer.write({"credit_limit": 1, "use_partner_credit_limit": True})
        with self.assertRaisesRegex(Exception, "credit limit"):
            self._pay(order, self.invoice)
        quotation = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.shown.id})],
            }
        )
        with self.assertRaisesRegex(Exception, "credit limit"):
            self._pay(quotation, self.invoice)

    def test_two_orders_on_invoice_at_once_do_not_pass_the_credit_limit_together(self):
        self._open_invoice()
        orders = self._wait(), self._wait(self.boss)
        self.company.write({"account_use_credit_limit": True, "b2b_credit_stop": True})
        self.customer.write({"credit_limit": 1000, "use_partner_credit_limit": True})
        used = self.customer._get_b2b_account_state(self.company)
        self.customer.credit_limit = 1000 - used["left"] + orders[0].amount_total
        payments = (
            self._pay(orders[0], self.invoice),
            self._pay(orders[1], self.invoice, self.boss),
        )
        for payment in payments:
            payment._set_pending()
            payment._post_process()
        self.assertEqual([order.state for order in orders], ["sale", "sent"])

    def _open_invoice(self):
        self.invoice.write({"state": "test", "is_published": True})
        self.env.ref("b2b_portal.payment_method_invoice").active = True

    def test_an_order_that_waits_for_payment_is_on_no_page_of_approvals(self):
        order = self._wait()
        waiting = self._as(self.boss)._get_b2b_waiting(self.boss, "approval")
        self.assertNotIn(order, waiting)
        self.assertEqual(self._as(self.boss)._find_b2b_order(self.boss, order.id), order)

    def test_a_cancelled_order_is_not_paid(self):
        order = self._wait()
        self.assertTrue(self._as(self.buyer)._find_b2b_payable(self.buyer, order.id))
        order.with_user(self.env.user)._action_cancel()
        self.assertFalse(self._as(self.buyer)._find_b2b_payable(self.buyer, order.id))
        self.assertFalse(order.b2b_stage)

    def test_an_order_is_paid_once(self):
        order = self._wait()
        self._open_invoice()
        self._pay(order, self.invoice).write({"state": "done"})
        self.assertFalse(self._as(self.buyer)._find_b2b_payable(self.buyer, order.id))

    def test_a_colleagues_order_is_paid_by_who_may_approve_it_and_no_other(self):
        order = self._wait()
        other = self._create_member(self.customer, "other")
        self.assertTrue(self._as(self.boss)._find_b2b_payable(self.boss, order.id))
        self.assertFalse(self._as(other)._find_b2b_payable(other, order.id))

    def test_an_order_that_costs_nothing_waits_for_no_payment(self):
        self.pricelist.item_ids.fixed_price = 0
        cart = self._fill_cart(self.buyer, shown=2)
        cart.b2b_payment = "online"
        self.assertFalse(cart._needs_b2b_payment())
