from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_clearing import ClearingBooksCommon


@tagged("post_install", "-at_install")
class TestClearingBooks(ClearingBooksCommon):
    """Closing a period moves what is owed, and what is to be paid, in the books of both sides."""

    def test_what_is_owed_moves_to_the_place_that_gave_the_credit(self):
        self._spend(self.shop, self.bistro, 30)
        self._book_everything()
        self.assertEqual(self._balances(self.shop)["deposit"], -1000)
        self.assertEqual(self._balances(self.bistro)["deposit"], 30 - 1000)
        self._clear()
        self.assertEqual(self._balances(self.shop)["deposit"], -970)
        self.assertEqual(self._balances(self.bistro)["deposit"], -1000)

    def test_what_clears_below_face_value_is_marketing_of_both(self):
        self._spend(self.shop, self.bistro, 30, percentage=40)
        self._book_everything()
        self._clear()
        self.assertEqual(self._balances(self.shop)["marketing"], -18)
        self.assertEqual(self._balances(self.bistro)["marketing"], 18)

    def test_entries_claim_and_owe_the_same_amount(self):
        self._spend(self.shop, self.bistro, 30, percentage=40)
        payment = self._clear().sudo().payment_ids
        self.assertEqual(self._claims(payment.payee_move_id), {("asset_receivable", 12)})
        self.assertEqual(self._claims(payment.payer_move_id), {("liability_payable", -12)})
        self.assertEqual(
            (payment.payee_move_id.line_ids.partner_id, payment.payer_move_id.line_ids.partner_id),
            (self.shop.partner_id, self.bistro.partner_id),
        )

    def test_invoice_and_bill_claim_and_owe_the_same_amount(self):
        self._spend(self.shop, self.bistro, 30)
        payment = self._clear(settlement_mode="invoices").sudo().payment_ids
        invoice, bill = payment.payee_move_id, payment.payer_move_id
        self.assertEqual((invoice.move_type, bill.move_type), ("out_invoice", "in_invoice"))
        self.assertEqual((invoice.amount_total, bill.amount_total), (30, 30))
        self.assertEqual((invoice.amount_tax, bill.amount_tax), (0, 0))
        self.assertEqual(bill.ref, invoice.name)
        self.assertEqual({invoice.state, bill.state}, {"posted"})

    def test_nothing_stays_on_the_clearing_account(self):
        for mode in ("entries", "invoices"):
            self._spend(self.shop, self.bistro, 30, percentage=33.33)
            self._spend(self.bistro, self.deli, 17.05)
            self._spend(self.deli, self.shop, 4)
            self._clear(settlement_mode=mode)
            for company in self.companies:
                with self.subTest(mode, company=company.name):
                    self.assertEqual(self._balances(company)["clearing"], 0)
                    account = company.loyalty_clearing_account_id
                    lines = self.env["account.move.line"].search([("account_id", "=", account.id)])
                    self.assertTrue(all(lines.mapped("reconciled")))

    def test_each_establishment_has_one_entry_that_balances(self):
        self._spend(self.shop, self.bistro, 30, percentage=50)
        self._spend(self.bistro, self.shop, 8)
        self._spend(self.deli, self.shop, 5)
        clearing = self._clear()
        bookings = self.env["consolidation.booking"].search([("clearing_id", "=", clearing.id)])
        self.assertEqual(bookings.company_id, self.companies)
        for entry in bookings.entry_id:
            self.assertEqual(entry.state, "posted")
            self.assertEqual(self.currency.round(sum(entry.line_ids.mapped("balance"))), 0)

    def test_the_books_say_that_it_is_paid(self):
        self._spend(self.shop, self.bistro, 30)
        payment = self._clear().payment_ids
        self.assertEqual((payment.state, payment.can_mark), ("open", False))
        self.assertEqual(self._positions(self.bistro), {self.shop: 30})
        self._pay(payment)
        self.assertEqual(payment.state, "settled")
        self.assertEqual(self._positions(self.bistro), {})

    def test_payments_are_found_by_what_became_of_them(self):
        self._spend(self.shop, self.bistro, 30)
        paid = self._clear().payment_ids
        self._pay(paid)
        self._spend(self.shop, self.bistro, 5)
        open_ = self._clear().payment_ids
        payments = self.env["consolidation.payment"]
        self.assertEqual(payments.search([("state", "=", "open")]), open_)
        self.assertEqual(payments.search([("state", "=", "settled")]), paid)
        self.assertEqual(payments.search([("state", "!=", "settled")]), open_)

    def test_where_the_books_say_so_nobody_marks_it(self):
        self._spend(self.shop, self.bistro, 30)
        payment = self._clear().payment_ids
        with self.assertRaisesRegex(UserError, "reconcile the receivable"):
            payment.action_mark_paid()

    def test_without_a_chart_there_is_no_document_on_that_side(self):
        plain = self.env["res.company"].create({"name": "Plain", "currency_id": self.currency.id})
        self.agreements[self.shop, plain] = self._agree(self.shop, plain)
        self._spend(self.shop, plain, 30)
        payment = self._clear().payment_ids
        self.assertFalse(payment.payee_move_id)
        self.assertEqual(self._claims(payment.sudo().payer_move_id), {("liability_payable", -30)})
        payment.action_mark_paid()
        self.assertEqual(payment.state, "settled")
        payment.action_mark_unpaid()
        self.assertEqual(payment.state, "open")

    def test_documents_of_a_clearing_are_not_undone_alone(self):
        self._spend(self.shop, self.bistro, 30)
        for mode in ("entries", "invoices"):
            self._spend(self.shop, self.bistro, 5)
            payment = self._clear(settlement_mode=mode).sudo().payment_ids
            for move in payment.payee_move_id | payment.payer_move_id:
                for undo in ("button_draft", "button_cancel", "_reverse_moves", "unlink"):
                    with (
                        self.subTest(mode, undo=undo),
                        self.assertRaisesRegex(UserError, "settles"),
                    ):
                        getattr(move, undo)()

    def test_another_currency_of_the_books_is_refused_in_words(self):
        self._spend(self.shop, self.bistro, 30)
        self.env.cr.execute(  # what nothing allows: for a company that was changed by hand
            "UPDATE res_company SET currency_id = %s WHERE id = %s",
            [self.env.ref("base.EUR").id, self.bistro.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "keeps its books in"):
            self._clear()

    def test_who_gets_a_chart_later_books_earlier_periods_then(self):
        plain = self.env["res.company"].create({"name": "Plain", "currency_id": self.currency.id})
        self.agreements[self.shop, plain] = self._agree(self.shop, plain)
        self._spend(self.shop, plain, 30)
        payment = self._clear().sudo().payment_ids
        self.env.user.company_ids |= plain
        self._install_chart(plain)
        today = plain._get_loyalty_today()
        self.batch._post_batches(plain, today, everything=True)
        self.assertEqual(self._claims(payment.payee_move_id), {("asset_receivable", 30)})
        liability = self.env["loyalty.books.liability"]._compute_liability(plain, today)
        self.assertEqual((liability.difference, liability.not_posted), (0, 0))
        self.batch._post_batches(plain, today, everything=True)
        self.assertEqual(self._balances(plain), {"deposit": 0, "marketing": 0, "clearing": 0})

    # === THE REPORT === #

    def test_ledger_and_books_agree_before_and_after_closing_and_reversing(self):
        self._spend(self.shop, self.bistro, 30, percentage=40)
        self._spend(self.bistro, self.shop, 12)
        self._assert_agreement()
        self._book_everything()
        self._assert_agreement()
        clearing = self._clear()
        self._assert_agreement()
        clearing._reverse("test")
        self._assert_agreement()

    def test_a_clearing_that_the_books_date_later_is_not_yet_posted(self):
        self._book_everything()
        self._spend(self.shop, self.bistro, 30)
        self._book_everything()
        self._clear()
        today = self.bistro._get_loyalty_today()
        entry = self.env["consolidation.booking"].search([("company_id", "=", self.bistro.id)])
        self.env.cr.execute(
            "UPDATE account_move SET date = %s WHERE id = %s", ["2999-01-01", entry.entry_id.id]
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET date = %s WHERE move_id = %s",
            ["2999-01-01", entry.entry_id.id],
        )
        liability = self.env["loyalty.books.liability"]._compute_liability(self.bistro, today)
        self.assertEqual(liability.difference, 0)
        self.assertEqual(
            [(row.status, row.kind, float(row.amount)) for row in liability.unposted],
            [("later", "clearing", 30)],
        )

    def test_the_report_names_clearings_that_are_not_posted(self):
        self._spend(self.shop, self.bistro, 30)
        self._book_everything()
        self._clear()
        line = self.env["loyalty.liability.report.line"].new(
            {"section": "unposted", "kind": "clearing", "status": "later"}
        )
        self.assertEqual(line.label, "Clearing with partners")
        self.assertEqual(line.action_open()["res_model"], "consolidation.clearing")

    def _claims(self, move):
        return {
            (line.account_type, line.balance)
            for line in move.line_ids
            if line.account_type in ("asset_receivable", "liability_payable")
        }
