from collections import defaultdict

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import InsufficientCredit
from .common_vouchers import VouchersCommon


@tagged("post_install", "-at_install")
class TestVouchers(VouchersCommon):
    def _spend(self, account, product, credit):
        """Sell goods and pay them with a card; the rest in money."""
        invoice = self._sell(product, pay=False)
        invoice._pay_with_loyalty_credit(account, credit, credit, f"test/{invoice.id}")
        if invoice.amount_residual:
            self._pay(invoice)
        return invoice

    def _tax_report(self):
        """``{tax: (base, tax)}`` as a generic tax report shows them: sales above zero."""
        report = defaultdict(lambda: [0.0, 0.0])
        lines = self.env["account.move.line"].search([("parent_state", "=", "posted")])
        for line in lines:
            for tax in line.tax_ids:
                report[tax][0] -= line.balance
            if line.tax_line_id:
                report[line.tax_line_id][1] -= line.balance
        return [round(value, 2) for value in report[self.tax]]

    # === TOP-UPS === #

    def test_a_top_up_is_credited_once_its_invoice_is_paid(self):
        invoice = self._sell(self.top_up, pay=False)
        self._assert_credit(50)
        self.assertEqual(self._balance(self.books.loyalty_invoiced_account_id), -60)
        self._pay(invoice)
        self._assert_credit(110)
        self.assertEqual(self._balance(self.books.loyalty_invoiced_account_id), 0)
        self.assertEqual(self._balance(self.deposits), -60)
        self.assertEqual(self.account.lot_ids.sorted("id")[-1].origin, "top_up")

    def test_a_top_up_on_an_order_goes_to_the_orders_card(self):
        self._create_account()
        order = self._confirm(self.top_up)
        self._assert_credit(50)
        self._pay(self._invoice(order))
        self._assert_credit(110)

    def test_buying_credit_gives_no_discount_earns_nothing_and_takes_no_credit(self):
        self.account.discount = 10
        order = self._confirm(self.top_up, self.product, planned=120)
        self.assertEqual(order.order_line[0].discount, 0)
        self.ledger._top_up(self.account, 100)
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(self.account.held, 90)
        self.assertEqual(order.loyalty_earned, 0)
        invoice = self._invoice(order)
        self.assertEqual(invoice.amount_residual, 60)
        self.assertFalse(invoice.loyalty_can_pay)

    def test_a_top_up_needs_a_card(self):
        self._create_account()
        with self.assertRaisesRegex(UserError, "pair the order"):
            self._sell(self.top_up)

    def test_a_blocked_card_leaves_the_payment_and_tells_staff(self):
        invoice = self._sell(self.top_up, pay=False)
        self.account.action_block()
        self._pay(invoice)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertTrue(invoice.loyalty_credit_pending)
        self.assertTrue(invoice.activity_ids)
        self.account.action_unblock()
        for _press in range(2):
            invoice.action_issue_loyalty_credit()
            invoice.invalidate_recordset()
        self.assertFalse(invoice.loyalty_credit_pending)
        self._assert_credit(110)

    # === VOUCHERS === #

    def test_each_piece_becomes_a_voucher_of_its_own(self):
        invoice = self._sell(self.multi, quantity=3)
        self.assertEqual(invoice.loyalty_voucher_count, 3)
        self.assertEqual(invoice.loyalty_voucher_ids.mapped("balance"), [60, 60, 60])
        self.assertEqual(len(set(invoice.loyalty_voucher_ids.mapped("number"))), 3)
        self.assertFalse(invoice.loyalty_voucher_ids.partner_id)
        self.assertEqual(invoice.loyalty_voucher_ids._verify_ledger(), [])

    def test_paying_an_invoice_again_issues_nothing_again(self):
        invoice = self._sell(self.multi)
        invoice.line_ids.remove_move_reconcile()
        self._pay(invoice)
        self.assertEqual(invoice.loyalty_voucher_count, 1)

    def test_vouchers_are_whole_pieces(self):
        for quantity in (1.5, 501):
            with self.subTest(quantity), self.assertRaisesRegex(UserError, "whole pieces"):
                self._sell(self.multi, quantity=quantity)

    def test_a_discounted_voucher_is_worth_what_was_paid(self):
        invoice = self._sell(self.multi, quantity=3, price_unit=10, discount=16.666)
        self.assertEqual(sum(invoice.loyalty_voucher_ids.mapped("balance")), invoice.amount_total)

    def test_a_multi_purpose_voucher_carries_no_tax(self):
        with self.assertRaisesRegex(UserError, "no tax"):
            self._sell(self.multi, tax_ids=self.tax.ids)
        with self.assertRaisesRegex(UserError, "exactly one tax"):
            self._sell(self.single, tax_ids=False)

    def test_credit_is_not_booked_as_income(self):
        income = self.company_data_income()
        with self.assertRaisesRegex(UserError, "booked on"):
            self._sell(self.multi, account_id=income.id)

    def company_data_income(self):
        return self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", self.company.ids)], limit=1
        )

    # === TAX === #

    def test_a_multi_purpose_voucher_is_taxed_when_it_is_used(self):
        voucher = self._sell(self.multi, quantity=2).loyalty_voucher_ids[0]
        self.assertEqual(self._tax_report(), [0, 0])
        self._spend(voucher, self.taxed, 60)
        self.assertEqual(self._tax_report(), [100, 20])
        self.assertEqual(self._balance(self.deposits), -60)

    def test_a_single_purpose_voucher_is_taxed_when_it_is_sold_and_only_once(self):
        invoice = self._sell(self.single, quantity=2)
        voucher = invoice.loyalty_voucher_ids[0]
        self.assertEqual(voucher.balance, 60)
        self.assertEqual(self._tax_report(), [100, 20])
        self.assertEqual(self._balance(self.books.loyalty_voucher_account_id), -100)
        self._spend(voucher, self.taxed, 60)
        self.assertEqual(
            self._tax_report(), [150, 30], "the goods', less what the voucher declared"
        )
        self.assertEqual(self._balance(self.books.loyalty_voucher_account_id), -50)

    def test_a_tax_without_an_account_leaves_nothing_behind(self):
        self.tax.repartition_line_ids.account_id = False
        voucher = self._sell(self.single).loyalty_voucher_ids
        self._spend(voucher, self.taxed, 60)
        self.assertEqual(self._balance(self.books.loyalty_voucher_account_id), 0)
        self.assertEqual(self._balance(self.books.loyalty_invoiced_account_id), 0)

    def test_parts_of_a_single_purpose_voucher_carry_all_of_its_tax(self):
        self.single.list_price = 8.33
        voucher = self._sell(self.single).loyalty_voucher_ids
        self.assertEqual((voucher.balance, voucher.lot_ids.tax_amount), (10, 1.67))
        for part in (3.33, 3.33, 3.34):
            self._spend(voucher, self.taxed, part)
        self.assertEqual(self._balance(self.books.loyalty_voucher_account_id), 0)
        self.assertEqual(self._tax_report(), [300, 60])

    def test_a_refund_of_a_payment_gives_the_vouchers_tax_back(self):
        voucher = self._sell(self.single).loyalty_voucher_ids
        invoice = self._spend(voucher, self.taxed, 60)
        self._refund(invoice)
        self.assertEqual(voucher.balance, 60)
        self.assertEqual(self._tax_report(), [50, 10])
        self.assertEqual(self._balance(self.books.loyalty_voucher_account_id), -50)

    def test_an_expired_voucher_is_income_of_its_own(self):
        expired = self.books.loyalty_expired_account_id
        for product, income in ((self.multi, 60), (self.single, 50)):
            before = self._balance(expired)
            self.company.loyalty_paid_expiry_months = 1
            voucher = self._sell(product).loyalty_voucher_ids
            lot = voucher.lot_ids
            self.env.cr.execute(
                "UPDATE loyalty_account_lot SET expiry_date = '2020-01-01' WHERE id = %s",
                [lot.id],
            )
            lot.invalidate_recordset()
            self.ledger._expire(voucher)
            self.env["loyalty.books.batch"]._post_batches(
                self.company, self.company._get_loyalty_today()
            )
            with self.subTest(product.name):
                self.assertEqual(before - self._balance(expired), income)
        self.assertEqual(self._balance(self.books.loyalty_voucher_account_id), 0)
        self.assertEqual(self._tax_report(), [50, 10], "the tax of a sold voucher stays")

    # === REFUNDS OF VOUCHERS === #

    def test_a_credit_note_voids_vouchers_that_are_not_spent(self):
        for product in (self.multi, self.single):
            invoice = self._sell(product, quantity=2)
            note = self._refund(invoice, quantity=1)
            self.assertEqual(sorted(invoice.loyalty_voucher_ids.mapped("balance")), [0, 60])
            self.assertEqual(note.amount_residual, 60)
            self._refund(invoice, quantity=1)
            self.assertEqual(invoice.loyalty_voucher_ids.mapped("balance"), [0, 0])
        for account in ("deposit", "voucher", "invoiced"):
            with self.subTest(account):
                self.assertEqual(self._balance(self.books[f"loyalty_{account}_account_id"]), 0)
        self.assertEqual(self._tax_report(), [0, 0])

    def test_what_was_spent_of_a_voucher_is_not_refunded(self):
        invoice = self._sell(self.multi)
        self.ledger._charge(invoice.loyalty_voucher_ids, 1)
        with self.assertRaisesRegex(InsufficientCredit, "spent already"):
            self._refund(invoice)

    def test_pieces_credited_before_payment_are_not_issued(self):
        invoice = self._sell(self.multi, quantity=3, pay=False)
        self._refund(invoice, quantity=1)
        self._pay(invoice)
        self.assertEqual(invoice.loyalty_voucher_count, 2)
        self.assertEqual(self._balance(self.books.loyalty_invoiced_account_id), 0)

    def test_an_invoice_that_sold_vouchers_is_not_reset(self):
        invoice = self._sell(self.multi)
        with self.assertRaisesRegex(UserError, "credit note"):
            invoice.button_draft()
        unpaid = self._sell(self.multi, pay=False)
        unpaid.button_draft()
        self.assertEqual(unpaid.state, "draft")
        self.assertEqual(fields.Date.today(), unpaid.invoice_date)

    # === TRANSFERS === #

    def test_a_transferred_voucher_keeps_its_tax(self):
        voucher = self._sell(self.single).loyalty_voucher_ids
        other = self._create_account()
        self.ledger._transfer(voucher, other, 20, key="t1")
        self._spend(voucher, self.taxed, 40)
        self._spend(other, self.taxed, 20)
        self.env["loyalty.books.batch"]._post_batches(
            self.company, self.company._get_loyalty_today()
        )
        self.assertEqual(self._balance(self.books.loyalty_voucher_account_id), 0)
        self.assertEqual(self._tax_report(), [200, 40])
        foreign = self._create_account(company_id=self.other_company.id, partner_id=False)
        voucher = self._sell(self.single).loyalty_voucher_ids
        with self.assertRaisesRegex(UserError, "only where it was sold"):
            self.ledger._transfer(voucher, foreign, 20, key="t2")
