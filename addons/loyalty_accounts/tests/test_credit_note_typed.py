from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestCreditNoteTyped(DocumentsCommon):
    """Credit notes as people write them: retyped, lumped, with fees, together, over RPC."""

    def _retype(self, note, *prices):
        """Replace a draft's lines by typed ones that belong to no order."""
        note.invoice_line_ids.unlink()
        note.invoice_line_ids = [
            Command.create({"name": "typed", "price_unit": price, "tax_ids": False})
            for price in prices
        ]
        note.action_post()

    def test_typed_lines_give_credit_back_and_take_the_earning(self):
        _order, invoice = self._paid_invoice(planned=40)
        self.ledger._charge(self.account, 13)
        note = self._refund(invoice, post=False)
        self._retype(note, 100)
        self.assertEqual(note.amount_residual, 57, "60 less what was spent of the earned 3")
        self._assert_credit(40)

    def test_typed_lines_cancel_what_is_open_first(self):
        order = self._confirm(planned=40)
        invoice = self._invoice(order)
        note = self._refund(invoice, post=False)
        self._retype(note, 100)
        self.assertEqual((note.amount_residual, invoice.amount_residual), (0, 0))
        self._assert_credit(50)

    def test_a_fee_on_the_credit_note_lowers_what_goes_back(self):
        self.account.credit_rate = 0
        _order, invoice = self._paid_invoice(planned=50)
        note = self._refund(invoice, post=False)
        note.invoice_line_ids = [
            Command.create({"name": "fee", "price_unit": -60, "tax_ids": False})
        ]
        note.action_post()
        self.assertEqual(note.amount_residual, 20)
        self._assert_credit(20)

    def test_an_invoice_with_a_typed_rebate_can_be_credited(self):
        self.account.credit_rate = 0
        order = self._confirm()
        invoice = self._invoice(order, post=False)
        invoice.invoice_line_ids = [
            Command.create({"name": "rebate", "price_unit": -30, "tax_ids": False})
        ]
        invoice.action_post()
        invoice._pay_with_loyalty_credit(self.account, 50, 50, "rebate")
        self.assertEqual(order.loyalty_credit_paid, 50)
        self._pay(invoice)
        note = self._refund(invoice)
        self.assertEqual(note.amount_residual, 20)
        self._assert_credit(50)

    def test_two_notes_posted_together_share_what_was_paid(self):
        self.account.credit_rate = 0
        order = self._confirm(planned=50)
        invoice = self._invoice(order)
        notes = self._refund(invoice, quantity=0.5, post=False)
        notes += self._refund(invoice, quantity=0.5, post=False)
        notes.action_post()
        self.assertEqual(notes.mapped("amount_residual"), [0, 0])
        self._assert_credit(50)

    def test_a_note_made_by_the_order_counts_for_the_next(self):
        self.account.credit_rate = 0
        order = self._confirm(planned=50)
        invoice = self._invoice(order)
        self._pay(invoice)
        order.order_line.product_uom_qty = 0.5
        order._create_invoices(final=True).action_post()
        self._assert_credit(25)
        note = self._refund(invoice, quantity=0.5)
        self.assertEqual(note.amount_residual, 25)
        self._assert_credit(50)

    def test_an_order_paid_with_credit_on_a_shared_open_invoice_can_be_credited(self):
        self.account.credit_rate = 0
        first, second = self._confirm(planned=50), self._confirm()
        invoice = (first + second)._create_invoices()
        invoice.action_post()
        note = self._refund(invoice, post=False)
        note.invoice_line_ids.filtered(lambda line: line.sale_line_ids.order_id == second).unlink()
        note.action_post()
        self.assertEqual((note.amount_residual, invoice.amount_residual), (0, 50))

    def test_bookkeepers_do_not_post_by_writing_the_state(self):
        biller = self._create_user("biller", "account.group_account_invoice")
        _order, invoice = self._paid_invoice(planned=40)
        note = self._refund(invoice, post=False)
        with self.assertRaises(AccessError):
            note.with_user(biller).write({"state": "posted"})
        note.with_user(biller).action_post()
        self._assert_credit(50)

    def test_totals_written_on_posted_invoices_change_no_refund(self):
        biller = self._create_user("biller", "account.group_account_invoice")
        _order, invoice = self._paid_invoice(planned=40)
        invoice.with_user(biller).write({"amount_total": 100000})
        invoice.invoice_line_ids.with_user(biller).write({"price_total": 100000})
        note = self._refund(invoice)
        self.assertEqual(note.amount_residual, 60)
        self._assert_credit(50)
