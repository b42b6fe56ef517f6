from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestTillBooks(TillCommon):
    """What a session leaves in the books."""

    def _liability(self):
        return self.env["loyalty.books.liability"]._compute_liability(
            self.company, self.company._get_loyalty_today()
        )

    def test_open_session_is_not_yet_posted_and_no_difference(self):
        self.ledger._top_up(self.account, 100)
        self._book_all()
        self._sell([self._line(self.coffee)], [self._hold(40), self._pay(self.cash, 50)])
        self._book_all()
        liability = self._liability()
        self.assertEqual((liability.difference, float(liability.not_posted)), (0, -40))
        self.assertEqual({row.status for row in liability.unposted}, {"pending"})

    def test_tax_is_on_the_full_value(self):
        self.ledger._top_up(self.account, 100)
        self._sell([self._line(self.coffee)], [self._hold(90)])
        self._close()
        tax_line = self.till_session.move_id.line_ids.filtered("tax_line_id")
        self.assertEqual(tax_line.balance, -18)

    def test_credit_shows_no_difference_at_closing(self):
        self.ledger._top_up(self.account, 100)
        self._sell([self._line(self.coffee)], [self._hold(90)])
        counted = self.till_session.get_closing_control_data()["non_cash_payment_methods"]
        method = next(method for method in counted if method["id"] == self.credit.id)
        self.assertEqual((method["type"], method["amount"]), ("pay_later", 90))
        self.till_session.post_closing_cash_details(self.till_session.cash_register_balance_end)
        self.assertTrue(
            self.till_session.close_session_from_ui([(self.credit.id, -90)])["successful"]
        )
        self._book_all()
        self.assertEqual((self._liability().difference, self._liability().not_posted), (0, 0))

    def test_vouchers_are_cards_that_the_receipt_names(self):
        order = self._sell([self._line(self.voucher, qty=2)], [self._pay(self.cash, 60)])
        numbers = [voucher["number"] for voucher in order.loyalty_receipt["vouchers"]]
        cards = self.env["loyalty.account"].search([("number", "in", numbers)])
        self.assertEqual(cards.mapped("balance"), [30, 30])
        self._close()
        self._book_all()
        self.assertEqual((self._liability().difference, self._liability().not_posted), (0, 0))

    def test_invoiced_receipt_issues_and_books_once(self):
        self.ledger._top_up(self.account, 100)
        self._book_all()
        self._sell(
            [self._line(self.coffee), self._line(self.top_up)],
            [self._hold(40), self._pay(self.cash, 100)],
            partner_id=self.partner.id,
            to_invoice=True,
        )
        self._assert_account(self.account, 112.5)
        self._close()
        self._book_all()
        liability = self._liability()
        self.assertEqual((liability.difference, liability.not_posted), (0, 0))

    def test_invoice_of_a_receipt_with_a_card_is_credited_at_the_till(self):
        self.ledger._top_up(self.account, 100)
        order = self._sell(
            [self._line(self.coffee)],
            [self._hold(90)],
            partner_id=self.partner.id,
            to_invoice=True,
        )
        wizard = self.env["account.move.reversal"].create(
            {
                "move_ids": [Command.link(order.account_move.id)],
                "journal_id": order.account_move.journal_id.id,
            }
        )
        note = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        with self.assertRaisesRegex(UserError, "refund it at the till"):
            note.action_post()

    def test_closing_releases_what_the_till_still_reserves(self):
        self.ledger._top_up(self.account, 100)
        self._hold(40)
        self.assertEqual(self.account.held, 40)
        self._sell([self._line(self.coffee)], [self._pay(self.cash, 90)])
        self._close()
        self._assert_account(self.account, 104.5)

    def test_only_the_ledgers_method_uses_its_journal(self):
        journal = self.company.loyalty_journal_id
        with self.assertRaises(ValidationError):
            self.env["pos.payment.method"].create({"name": "Hole", "journal_id": journal.id})

    def test_switching_cards_off_removes_the_method(self):
        self._close()
        self.config.loyalty_cards = False
        self.assertNotIn(self.credit, self.config.payment_method_ids)
        self.config.loyalty_cards = True
        self.assertIn(self.credit, self.config.payment_method_ids)
