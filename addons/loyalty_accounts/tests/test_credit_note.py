from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestCreditNote(DocumentsCommon):
    """LA14 on real documents; ``rules/refund.py`` has the table of worked examples."""

    def test_what_was_paid_with_credit_goes_back_to_its_lots(self):
        _order, invoice = self._paid_invoice(planned=40)
        self._assert_credit(50 - 40 + 3)
        note = self._refund(invoice)
        self._assert_credit(50)
        self.assertEqual(note.amount_residual, 60, "the money's part only is paid out")
        self.assertEqual(self._balance(self.deposits), 0)
        self.assertEqual(self._lots(self.account), [50, 0])

    def test_a_part_goes_back_in_the_proportion_in_which_it_was_paid(self):
        _order, invoice = self._paid_invoice(planned=40)
        note = self._refund(invoice, quantity=0.25)
        self.assertEqual((note.amount_total, note.amount_residual), (25, 15))
        self._assert_credit(50 - 30 + 2.25)

    def test_refunding_twice_gives_back_what_was_paid_and_no_more(self):
        _order, invoice = self._paid_invoice(planned=40)
        self._refund(invoice, quantity=0.33)
        second = self._refund(invoice, quantity=0.67)
        self.assertEqual(second.amount_residual, 40.2)
        self._assert_credit(50)
        third = self._refund(invoice)
        self.assertEqual(third.amount_residual, 100, "nothing but money is left to give")
        self._assert_credit(50)

    def test_what_is_not_paid_yet_is_cancelled_first(self):
        order = self._confirm(planned=40)
        invoice = self._invoice(order)
        note = self._refund(invoice, quantity=0.5)
        self.assertEqual((note.amount_residual, invoice.amount_residual), (0, 10))
        self._assert_credit(50 - 40 + 0.5)
        last = self._refund(invoice, quantity=0.5)
        self.assertEqual(last.amount_residual, 0)
        self._assert_credit(50)

    def test_an_invoice_paid_with_credit_alone_refunds_no_money(self):
        self.ledger._top_up(self.account, 50)
        _order, invoice = self._paid_invoice(planned=100)
        self._assert_credit(0)
        note = self._refund(invoice)
        self.assertEqual(note.amount_residual, 0)
        self._assert_credit(100)

    def test_taxes_are_refunded_in_full(self):
        _order, invoice = self._paid_invoice(self.taxed, planned=48)
        note = self._refund(invoice)
        self.assertEqual(note.amount_tax, 20)
        self.assertEqual(note.amount_residual, 72)

    # === EARNED CREDIT === #

    def test_spent_earned_credit_is_withheld_from_the_money(self):
        _order, invoice = self._paid_invoice()
        self.ledger._charge(self.account, 53)  # 2.00 of the 5.00 earned are left
        note = self._refund(invoice)
        self.assertEqual(note.amount_residual, 97)
        self._assert_credit(0)
        self.assertEqual(self._balance(self.marketing), -3)
        back = self.account.move_ids.filtered(lambda move: move.kind == "take_back")
        self.assertEqual((back.amount, back.withheld_amount, back.debt_amount), (-2, 3, 0))

    def test_without_money_to_withhold_it_from_there_is_a_debt(self):
        order = self._confirm()
        invoice = self._invoice(order)
        self.ledger._charge(self.account, 55)
        note = self._refund(invoice)
        self.assertEqual((note.amount_residual, invoice.amount_residual), (0, 0))
        self._assert_credit(0, debt=5)

    def test_later_earnings_repay_the_debt_first(self):
        order = self._confirm()
        invoice = self._invoice(order)
        self.ledger._charge(self.account, 55)
        self._refund(invoice)
        self._confirm()
        self._assert_credit(0)
        self._confirm()
        self._assert_credit(5)

    def test_credit_earned_by_the_document_itself_comes_back_and_goes(self):
        order, invoice = self._paid_invoice()
        second = self._confirm(planned=0)
        self.ledger._charge(self.account, 50)
        wizard = self._invoice(second)
        wizard._pay_with_loyalty_credit(self.account, 10, 10, "own")
        self._pay(wizard)
        self.assertEqual(self._refund(wizard).amount_residual, 90)
        self._assert_credit(5)
        self.assertEqual(order.loyalty_earned, 5)
        self.assertEqual(invoice.amount_residual, 0)

    def test_an_invoice_written_anew_earns_again(self):
        order, invoice = self._paid_invoice()
        self._refund(invoice)
        self._assert_credit(50)
        order.order_line.invalidate_recordset()
        again = order._create_invoices()
        again.action_post()
        self._assert_credit(55)

    def test_a_credit_note_for_returned_goods_of_the_order_counts(self):
        self.product.invoice_policy = "delivery"
        order = self._confirm(planned=40)
        order.order_line.qty_delivered = 1
        invoice = self._invoice(order)
        self._pay(invoice)
        order.order_line.qty_delivered = 0
        note = order._create_invoices(final=True)
        self.assertEqual(note.move_type, "out_refund")
        note.action_post()
        self.assertEqual(note.amount_residual, 60)
        self._assert_credit(50)

    def test_an_expired_lot_comes_back_with_days_of_grace(self):
        self.ledger._adjust(self.account, -50, note="start anew")
        self.ledger._top_up(self.account, 40, expiry_date="2999-01-01")
        _order, invoice = self._paid_invoice(planned=40)
        lot = self.account.lot_ids.sorted("id")[1]
        self.env.cr.execute(
            "UPDATE loyalty_account_lot SET expiry_date = '2020-01-01' WHERE id = %s", [lot.id]
        )
        lot.invalidate_recordset()
        self._refund(invoice)
        self.assertEqual(lot.remaining, 40)
        today = self.company._get_loyalty_today()
        self.assertEqual((lot.expiry_date - today).days, self.company.loyalty_refund_grace_days)

    # === CHANGING CREDIT NOTES === #

    def test_a_credit_note_that_gave_credit_back_is_not_changed(self):
        _order, invoice = self._paid_invoice(planned=40)
        note = self._refund(invoice)
        with self.assertRaisesRegex(UserError, "may be spent already"):
            note.button_draft()
        with self.assertRaisesRegex(UserError, "credit note"):
            invoice.button_draft()

    def test_one_that_took_earned_credit_back_only_may_be_reset(self):
        _order, invoice = self._paid_invoice()
        note = self._refund(invoice)
        self._assert_credit(50)
        note.button_draft()
        self._assert_credit(55)

    # === EARNING WHEN PAID === #

    def test_orders_earn_when_paid_if_the_company_wants_it(self):
        self.company.loyalty_earning_moment = "paid"
        order = self._confirm(planned=40)
        invoice = self._invoice(order)
        self._assert_credit(10)
        self._pay(invoice, 20)
        self._assert_credit(10)
        self._pay(invoice)
        self._assert_credit(13)

    def test_a_payment_undone_takes_the_earning_back(self):
        self.company.loyalty_earning_moment = "paid"
        invoice = self._invoice(self._confirm())
        self._pay(invoice)
        self._assert_credit(55)
        invoice.line_ids.remove_move_reconcile()
        self._assert_credit(50)

    def test_a_refund_of_a_paid_invoice_takes_its_part_back(self):
        self.company.loyalty_earning_moment = "paid"
        order = self._confirm(self.product, self.product)
        invoice = self._invoice(order)
        self._pay(invoice)
        self._assert_credit(60)
        self._refund(invoice, quantity=0.5)
        self.assertEqual(self.account.balance, 52.5)

    # === SEVERAL ORDERS, INVOICES AND VOUCHERS === #

    def test_an_invoice_of_two_orders_goes_back_as_it_was_paid(self):
        first, second = self._confirm(planned=50), self._confirm()
        invoice = (first + second)._create_invoices()
        invoice.action_post()
        self._pay(invoice)
        paid_out = 0
        for order in (first, second):
            note = self._refund(invoice, post=False)
            own = note.invoice_line_ids.filtered(
                lambda line, order=order: line.sale_line_ids.order_id == order
            )
            (note.invoice_line_ids - own).unlink()
            note.action_post()
            paid_out += note.amount_residual
        self.assertEqual(paid_out, 150, "what was paid in money, in any order of refunds")
        self._assert_credit(50)

    def test_another_invoice_and_its_credit_note_do_not_matter(self):
        self.product.invoice_policy = "delivery"
        order = self._confirm(planned=40)
        order.order_line.product_uom_qty = 2
        order.order_line.qty_delivered = 1
        first = self._invoice(order)
        self._pay(first)
        order.order_line.qty_delivered = 2
        second = self._invoice(order)
        self._pay(second)
        self._refund(second)
        note = self._refund(first, quantity=0.25)
        self.assertEqual(note.amount_residual, 15)

    def test_what_a_cancelled_order_left_as_a_debt_is_withheld_from_its_refund(self):
        order, invoice = self._paid_invoice()
        self.ledger._charge(self.account, 55)
        order._action_cancel()
        self._assert_credit(0, debt=5)
        note = self._refund(invoice)
        self.assertEqual(note.amount_residual, 95)
        self._assert_credit(0)
        self.assertEqual(self._balance(self.marketing), -5)

    def test_a_reduced_quantity_withholds_from_the_refund_that_follows(self):
        order, _invoice = self._paid_invoice()
        self.ledger._charge(self.account, 55)
        order.order_line.product_uom_qty = 0
        self._assert_credit(0, debt=5)
        note = order._create_invoices(final=True)
        note.action_post()
        self.assertEqual(note.amount_residual, 95)
        self._assert_credit(0)

    def test_a_credit_note_in_another_currency_is_refused(self):
        _order, invoice = self._paid_invoice(planned=40)
        note = self._refund(invoice, post=False)
        note.currency_id = self.env["res.currency"].create({"name": "XTS", "symbol": "¤"})
        with self.assertRaisesRegex(UserError, "same currency"):
            note.action_post()
        self._assert_credit(13)

    def test_an_open_credit_note_leaves_nothing_to_pay_with_credit(self):
        order = self._confirm()
        invoice = self._invoice(order)
        order.order_line.product_uom_qty = 0
        order._create_invoices(final=True).action_post()
        invoice.invalidate_recordset()
        self.assertFalse(invoice.loyalty_can_pay)

    def test_reverse_and_create_invoice_reserves_for_the_new_one(self):
        order = self._confirm(planned=40)
        invoice = self._invoice(order)
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        reversal.create({"journal_id": invoice.journal_id.id}).modify_moves()
        self.assertEqual(self.account.held, 40)
        again = order.invoice_ids.filtered(lambda move: move.state == "draft")
        again.action_post()
        self.assertEqual(again.amount_residual, 60)
        self._assert_credit(13)

    def test_writing_the_state_gives_the_credit_back_like_the_button(self):
        order = self._confirm(planned=30)
        invoice = self._invoice(order)
        invoice.write({"state": "cancel"})
        self._assert_credit(53.5, held=30)
        _order, invoice = self._paid_invoice(planned=20)
        note = self._refund(invoice)
        with self.assertRaisesRegex(UserError, "may be spent already"):
            note.write({"state": "draft"})

    def test_a_blocked_card_does_not_stop_bookkeeping(self):
        order = self._confirm(planned=30)
        invoice = self._invoice(order)
        self.account.action_block()
        invoice.button_draft()
        self._assert_credit(53.5)
        self.assertIn("30.00", "".join(order.message_ids.mapped("body")))

    def test_two_earnings_that_owe_more_than_the_card_does_are_withheld_once(self):
        order = self._confirm()
        order.order_line.product_uom_qty = 2
        invoice = self._invoice(order)
        self._pay(invoice)
        self.ledger._charge(self.account, 60)
        order._action_cancel()
        self._assert_credit(0, debt=10)
        self.ledger._earn(self.account, 6)
        self._assert_credit(0, debt=4)
        note = self._refund(invoice)
        self.assertEqual(note.amount_residual, 196)
        self._assert_credit(0)
