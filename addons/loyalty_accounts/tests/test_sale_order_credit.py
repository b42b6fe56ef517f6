from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..exceptions import InsufficientCredit, InvalidValue
from .common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestSaleOrderCredit(DocumentsCommon):
    # === RESERVING === #

    def test_confirming_reserves_the_planned_credit(self):
        order = self._confirm(planned=30)
        self._assert_credit(54.50 - 1.0, held=30)  # 5 % of the 70 paid in money were earned
        self.assertEqual(order.loyalty_credit_held, 30)
        self.assertEqual(order.loyalty_amount_due, 70)

    def test_a_quotation_shows_what_is_to_pay_besides_the_credit(self):
        order = self._order(planned=30)
        self.assertEqual((order.loyalty_credit_used, order.loyalty_amount_due), (30, 70))
        self._assert_credit(50)

    def test_no_more_than_the_total_is_reserved(self):
        self.ledger._top_up(self.account, 500)
        self._confirm(planned=400)
        self.assertEqual(self.account.held, 100)

    def test_a_seller_is_told_when_the_card_has_less(self):
        order = self._order(planned=60)
        with self.assertRaisesRegex(InsufficientCredit, "Lower the amount"):
            order.with_user(self.seller).action_confirm()
        self._assert_credit(50)

    def test_use_all_plans_what_the_card_has_at_most_the_total(self):
        order = self._order()
        order.action_plan_loyalty_credit()
        self.assertEqual(order.loyalty_credit_planned, 50)
        self.ledger._top_up(self.account, 500)
        order.action_plan_loyalty_credit()
        self.assertEqual(order.loyalty_credit_planned, 100)
        order.action_clear_loyalty_credit()
        self.assertEqual(order.loyalty_credit_planned, 0)

    def test_cancelling_releases_the_credit_and_takes_the_earning_back(self):
        order = self._confirm(planned=30)
        order._action_cancel()
        self._assert_credit(50)
        order.action_draft()
        order.action_confirm()
        self._assert_credit(53.5, held=30)

    def test_a_lower_price_releases_what_is_reserved_too_much(self):
        order = self._confirm(planned=50)
        order.order_line.price_unit = 20
        self.assertEqual(self.account.held, 20)
        order.order_line.price_unit = 200
        self.assertEqual(self.account.held, 20)
        self.assertEqual(order.loyalty_amount_due, 180)

    def test_credit_earns_only_if_the_company_wants_it(self):
        self._confirm(planned=50)
        self._assert_credit(52.5, held=50)
        self.company.loyalty_earn_on_credit = True
        self._confirm(self.taxed, planned=2)
        self._assert_credit(58.5, held=52)

    def test_an_order_keeps_the_terms_it_was_confirmed_with(self):
        order = self._confirm(planned=50)
        self.company.write({"loyalty_earn_on_credit": True, "loyalty_earning_moment": "paid"})
        order.order_line.price_unit = 110
        self._assert_credit(53, held=50)

    def test_a_card_that_was_taken_off_pays_nothing(self):
        order = self._order(planned=30)
        order.loyalty_account_id = False
        self.assertEqual(order.loyalty_credit_used, 0)
        order.action_confirm()
        self._assert_credit(50)

    def test_the_terms_of_an_order_are_not_written_by_hand(self):
        order = self._order()
        for name, value in (
            ("loyalty_credit_rate", 9),
            ("loyalty_earning_moment", "confirmed"),
            ("loyalty_earns_on_credit", True),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                order[name] = value

    # === CAPTURING === #

    def test_the_invoice_is_paid_with_the_reserved_credit(self):
        order = self._confirm(self.taxed, planned=30)
        invoice = self._invoice(order)
        self.assertEqual(invoice.amount_residual, 90)
        self.assertEqual(invoice.amount_tax, 20, "tax stays on the full value")
        self.assertEqual(invoice.loyalty_credit_paid, 30)
        self._assert_credit(24.5)
        entry = self.account.move_ids.posting_ids.entry_id
        self.assertEqual(entry.journal_id, self.books.loyalty_journal_id)
        self.assertEqual(self._balance(self.deposits), 30)

    def test_credit_that_covers_everything_leaves_a_paid_invoice(self):
        order = self._confirm(planned=50)
        order.order_line.price_unit = 50
        invoice = self._invoice(order)
        self.assertEqual(invoice.payment_state, "paid")
        self._assert_credit(0)

    def test_several_invoices_take_the_credit_one_after_the_other(self):
        self.product.invoice_policy = "delivery"
        order = self._confirm(planned=50)
        order.order_line.product_uom_qty = 4
        order.order_line.qty_delivered = 0.25
        self.assertEqual(self._invoice(order).payment_state, "paid")
        self.assertEqual(self.account.held, 25)
        order.order_line.qty_delivered = 2
        second = self._invoice(order)
        self.assertEqual((second.amount_total, second.amount_residual), (175, 150))
        self.assertEqual(self.account.held, 0)
        self.assertEqual(order.loyalty_credit_paid, 50)
        self._assert_credit(17.5)

    def test_what_the_last_invoice_leaves_is_released(self):
        order = self._confirm(planned=50)
        invoice = self._invoice(order, post=False)
        invoice.invoice_line_ids.price_unit = 30
        invoice.action_post()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.account.held, 0)

    def test_a_down_payment_is_paid_with_credit_first(self):
        order = self._confirm(planned=50)
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": "percentage",
                "amount": 30,
            }
        )
        down = wizard._create_invoices(order)
        down.action_post()
        self.assertEqual((down.amount_total, down.payment_state), (30, "paid"))
        self.assertEqual(self.account.held, 20)
        final = order._create_invoices(final=True)
        final.action_post()
        self.assertEqual((final.amount_total, final.amount_residual), (70, 50))
        self._assert_credit(2.5)

    def test_an_invoice_of_two_orders_takes_each_ones_own_credit(self):
        first = self._confirm(planned=30)
        second = self._confirm(planned=20)
        first.order_line.price_unit = 10
        self.assertEqual(self.account.held, 30)
        invoice = (first + second)._create_invoices()
        invoice.action_post()
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (110, 80))

    def test_resetting_the_invoice_reserves_the_credit_again(self):
        order = self._confirm(planned=30)
        invoice = self._invoice(order)
        invoice.button_draft()
        self._assert_credit(53.5, held=30)
        self.assertEqual(self._balance(self.deposits), 0)
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 70)
        self._assert_credit(23.5)

    def test_a_cancelled_invoice_leaves_the_credit_reserved_for_the_order(self):
        order = self._confirm(planned=30)
        invoice = self._invoice(order)
        invoice.button_cancel()
        self._assert_credit(53.5, held=30)
        order._action_cancel()
        self._assert_credit(50)

    def test_a_blocked_card_still_pays_what_it_promised(self):
        order = self._confirm(planned=30)
        self.account.action_block()
        self.assertEqual(self._invoice(order).amount_residual, 70)

    # === OTHER CURRENCIES === #

    def test_a_foreign_order_converts_at_its_own_date_and_says_so(self):
        order, _currency = self._create_foreign_order(planned=110)
        self.assertIn("1.1", order.loyalty_rate_note)
        order.action_confirm()
        self.assertEqual(self.account.held, 50)
        self.assertEqual(order.loyalty_credit_held, 55)
        self.assertEqual(order.loyalty_amount_due, 55)

    def _create_foreign_order(self, planned):
        currency = self.env["res.currency"].create({"name": "XTS", "symbol": "¤", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 1.1, "name": "2020-01-01"}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": currency.id}
        )
        order = self._order(planned=0, pricelist_id=pricelist.id)
        order.loyalty_credit_planned = min(planned, 55)
        return order, currency

    def test_a_foreign_invoice_is_paid_at_the_orders_rate_to_the_cent(self):
        order, currency = self._create_foreign_order(planned=55)
        order.action_confirm()
        currency.rate_ids.rate = 1.2
        invoice = self._invoice(order)
        self.assertEqual(invoice.amount_total, 110)
        self.assertEqual(invoice.amount_residual, 55)
        self.assertEqual(self._balance(self.deposits), 50)
        self.assertEqual(invoice.loyalty_credit_paid, 55)

    # === PAYING ONLINE === #

    def test_what_is_to_pay_online_is_the_total_less_the_credit(self):
        order = self._order(planned=30, require_payment=True, prepayment_percent=1.0)
        self.assertEqual(order._get_prepayment_required_amount(), 70)
        values = order._get_default_payment_link_values()
        self.assertEqual((values["amount"], values["amount_max"]), (70, 70))

    def test_a_quotation_wholly_paid_with_credit_needs_no_payment(self):
        order = self._order(planned=50, require_payment=True)
        order.order_line.price_unit = 50
        self.assertFalse(order._has_to_be_paid())

    def test_credit_stays_reserved_while_the_customer_pays(self):
        order = self._order(planned=30)
        order._reserve_loyalty_credit_for_payment()
        self._assert_credit(50, held=30)
        self.assertTrue(self.account.hold_ids.expires_at)
        self.assertEqual(order.loyalty_amount_due, 70)
        order._reserve_loyalty_credit_for_payment()
        self._assert_credit(50, held=30)
        order.action_confirm()
        self._assert_credit(53.5, held=30)
        self.assertFalse(
            self.account.hold_ids.filtered(lambda hold: hold.state == "open").expires_at
        )

    def test_a_customer_who_paid_is_let_through_and_staff_is_told(self):
        order = self._order(planned=30)
        self.ledger._charge(self.account, 40)
        order.sudo().action_confirm()
        self.assertEqual(order.state, "sale")
        self._assert_credit(14.5, held=10)
        self.assertTrue(order.activity_ids)
        self.assertIn("20.00", "".join(order.message_ids.mapped("body")))

    def test_a_negative_plan_is_refused(self):
        for planned in (-1, float("nan"), 1e12, "all"):
            with self.subTest(planned), self.assertRaises(InvalidValue):
                self._order(planned=planned)

    def test_the_card_cannot_be_changed_once_credit_is_reserved(self):
        order = self._confirm(planned=30)
        with self.assertRaises(UserError):
            order.loyalty_account_id = False

    def test_a_customer_whose_card_was_blocked_is_let_through_and_staff_is_told(self):
        order = self._order(planned=30)
        self.account.action_block()
        self.assertEqual(order.loyalty_amount_due, 100)
        order.sudo().action_confirm()
        self._assert_credit(50)
        self.assertIn("30.00", order.activity_ids.note)

    # === SPEED === #

    def test_confirming_adds_a_fixed_number_of_queries(self):
        self.ledger._top_up(self.account, 500)
        counts = {}
        for _round in range(3):  # the first ones warm caches up
            for size in (2, 10):
                paired = self._count_confirmation(size, loyalty_account_id=self.account.id)
                added = paired - self._count_confirmation(size)
                counts[size] = min(added, counts.get(size, added))
        self.assertEqual(counts[2], counts[10])
        self.assertLessEqual(counts[10], 30)

    def _count_confirmation(self, size, **values):
        planned = {"loyalty_credit_planned": 5} if values else {}
        order = self._create_order(*[self.product] * size, **values, **planned)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        order.with_user(self.seller).action_confirm()
        self.env.flush_all()
        return self.cr.sql_log_count - before
