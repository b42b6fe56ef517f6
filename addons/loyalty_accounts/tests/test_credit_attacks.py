from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestCreditAttacks(DocumentsCommon):
    """What a seller may write over RPC makes no credit, and pays with none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.env["res.currency"].create({"name": "XTS", "symbol": "¤"})
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.currency.id, "rate": 2, "name": "2020-01-01"}
        )
        cls.foreign = cls.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": cls.currency.id}
        )
        cls.top_up = cls.env["product.product"].create(
            {
                "name": "Top-up",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 60,
                "loyalty_credit_product": "top_up",
                "taxes_id": False,
            }
        )

    def test_a_rate_written_on_a_confirmed_order_pays_and_earns_nothing(self):
        order = self._confirm(planned=20, pricelist_id=self.foreign.id)
        self.assertEqual(self.account.held, 10)
        for values in ({"currency_rate": 1000.0}, {"currency_rate": 0.0}):
            order.with_user(self.seller).write(values)
        order.order_line.with_user(self.seller).write({"product_uom_qty": 1.1})
        self.assertEqual(order.loyalty_earned, 5)  # 5 % of 220 / 2 - 10
        order.with_user(self.seller).write({"currency_rate": 1000.0})
        invoice = self._invoice(order)
        self.assertEqual(invoice.amount_total - invoice.amount_residual, 20)

    def test_a_total_written_on_a_line_earns_nothing(self):
        order = self._order(self.product, self.top_up)
        order.order_line[1].with_user(self.seller).write({"price_total": -1000000.0})
        order.with_user(self.seller).action_confirm()
        self.assertEqual(order.loyalty_earned, 5)
        order.order_line[1].with_user(self.seller).write({"price_total": -1000000.0})
        order.order_line[0].with_user(self.seller).write({"product_uom_qty": 2})
        self.assertEqual(order.loyalty_earned, 10)

    def test_invoices_of_others_are_not_linked_to_an_order(self):
        order, other = self._confirm(), self._confirm()
        invoice = self._invoice(other)
        for command in (Command.set(invoice.invoice_line_ids.ids), Command.clear()):
            with self.assertRaises(AccessError):
                order.order_line.with_user(self.seller).write({"invoice_lines": [command]})

    def test_an_order_that_was_paid_reserves_nothing_when_it_is_confirmed_again(self):
        order = self._confirm(planned=40)
        self._invoice(order)
        order._action_cancel()
        order.action_draft()
        self.assertEqual(order.loyalty_credit_used, 40)
        order.action_confirm()
        self.assertEqual(self.account.held, 0)

    def test_credit_past_its_day_does_not_stop_a_customer_who_has_paid(self):
        self.ledger._adjust(self.account, -50, note="start anew")
        today = self.company._get_loyalty_today()
        self.ledger._top_up(self.account, 50, expiry_date=today)
        order = self._order(planned=50)
        with freeze_time("2035-01-01"):
            order.sudo().action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.account.held, 0)
        self.assertTrue(order.activity_ids)

    def test_a_blocked_cards_reservation_can_be_released(self):
        order = self._confirm(planned=30)
        self.account.action_block()
        wizard = self.env["loyalty.order.credit"].create({"order_id": order.id})
        wizard.action_release()
        self.assertEqual(self.account.held, 0)

    def test_credit_is_not_reserved_for_credit_that_the_order_sells(self):
        self.ledger._top_up(self.account, 500)
        order = self._confirm(self.product, self.top_up)
        wizard = self.env["loyalty.order.credit"].create({"order_id": order.id})
        self.assertEqual(wizard.amount_due, 100)

    def test_a_down_payment_of_an_order_that_sells_credit_is_not_paid_with_it(self):
        self.ledger._top_up(self.account, 500)
        order = self._confirm(self.top_up)
        down = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": "percentage",
                "amount": 80,
            }
        )
        invoice = down._create_invoices(order)
        invoice.action_post()
        self.assertEqual(invoice._get_loyalty_payable(), 0)

    def test_a_quotation_that_goes_keeps_nothing_reserved(self):
        for way in ("_action_cancel", "unlink"):
            order = self._order(planned=30)
            order._reserve_loyalty_credit_for_payment()
            self.assertEqual(self.account.held, 30)
            getattr(order, way)()
            self.assertEqual(self.account.held, 0, way)

    def test_an_order_of_nothing_reserves_nothing_after_a_reset(self):
        order = self._confirm(planned=50)
        invoice = self._invoice(order)
        order.order_line.product_uom_qty = 0
        invoice.button_draft()
        self.assertEqual(self.account.held, 0)

    def test_taxes_rounded_over_the_document_leave_no_cent_open(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.ledger._top_up(self.account, 500)
        products = self.env["product.product"]
        for _number in range(9):
            products += self.taxed.copy({"list_price": 7.77, "invoice_policy": "order"})
        order = self._order(*products)
        order.loyalty_credit_planned = order.amount_total
        order.action_confirm()
        self.assertEqual(self._invoice(order).payment_state, "paid")

    def test_a_quotation_paid_wholly_with_credit_is_accepted_by_signing(self):
        order = self._order(planned=50, require_payment=True, require_signature=False)
        self.assertFalse(order._has_to_be_signed())
        order.order_line.price_unit = 50
        self.assertFalse(order._has_to_be_paid())
        self.assertTrue(order._has_to_be_signed())

    def test_dialogues_do_not_show_orders_that_the_user_may_not_change(self):
        seller = self._create_user("own_only", "sales_team.group_sale_salesman")
        foreign = self._confirm(planned=20, user_id=self.admin.id)
        own = self._confirm(planned=10, user_id=seller.id)
        wizard = self.env["loyalty.order.credit"].with_user(seller).create({"order_id": own.id})
        with self.assertRaises(AccessError):
            wizard.write({"order_id": foreign.id})

    def test_forms_of_new_orders_open_for_sellers(self):
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            form.partner_id = self.partner
            form.loyalty_account_id = self.account
            form.loyalty_credit_planned = 5
        self.assertEqual(form.record.loyalty_credit_planned, 5)
