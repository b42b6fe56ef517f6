from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..exceptions import InsufficientCredit, MovementRefused
from .common_vouchers import VouchersCommon


@tagged("post_install", "-at_install")
class TestVoucherAttacks(VouchersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls._create_user("biller", "account.group_account_invoice")

    def _assert_nothing_left(self, *vouchers):
        self.assertEqual([voucher.balance for voucher in vouchers], [0.0] * len(vouchers))
        self.assertEqual(self._balance(self.books.loyalty_invoiced_account_id), 0)

    def _book_tax(self):
        """A tax without an account is booked where its line is."""
        parts = self.tax.repartition_line_ids
        parts.filtered(lambda part: part.repartition_type == "tax").account_id = self.tax_account

    def _ordered_voucher(self):
        """An order of a voucher, its invoice, paid, and the voucher."""
        order = self._confirm(self.multi)
        invoice = self._invoice(order)
        self._pay(invoice)
        return order, invoice, invoice.loyalty_voucher_ids

    # === WHAT A VOUCHER IS WORTH === #

    def test_totals_written_over_rpc_make_no_voucher_worth_more(self):
        for product, tax in ((self.multi, 0), (self.single, 10)):
            invoice = self._sell(product, pay=False)
            line = invoice.invoice_line_ids.with_user(self.biller)
            line.write({"price_total": 100000.0, "price_subtotal": 1.0})
            self._pay(invoice)
            voucher = invoice.loyalty_voucher_ids
            with self.subTest(product.name):
                self.assertEqual((voucher.balance, voucher.lot_ids.tax_amount), (60, tax))

    def test_tax_that_a_price_includes_adds_up_to_what_was_paid(self):
        self.tax.price_include_override = "tax_included"
        invoice = self._sell(self.single, self.taxed, quantity=3, price_unit=33.33)
        vouchers = invoice.loyalty_voucher_ids
        self.assertAlmostEqual(sum(vouchers.mapped("balance")), 99.99)
        self._refund(invoice)
        self._assert_nothing_left(*vouchers)

    def test_tax_of_many_lines_is_no_more_than_what_was_booked(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        invoice = self._sell(*[self.single] * 3, price_unit=8.33)
        vouchers = invoice.loyalty_voucher_ids
        self.assertEqual(invoice.amount_total, 29.99)
        self.assertAlmostEqual(sum(vouchers.mapped("balance")), 29.99)
        self._refund(invoice)
        self._assert_nothing_left(*vouchers)

    def test_a_posted_line_neither_stops_nor_starts_selling_credit(self):
        invoice = self._sell(self.multi, self.product, pay=False)
        voucher_line, goods_line = invoice.invoice_line_ids
        for line, values in (
            (voucher_line, {"product_id": self.product.id}),
            (voucher_line, {"quantity": 2}),
            (voucher_line, {"price_unit": 1}),
            (goods_line, {"product_id": self.multi.id}),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "instead of changing"):
                line.with_user(self.biller).write(values)

    # === PAID WITH NOTHING === #

    def test_a_discount_line_does_not_pay_for_a_voucher(self):
        order = self._order(self.multi)
        wizard = self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "amount", "discount_amount": 60}
        )
        wizard.action_apply_discount()
        order.action_confirm()
        self.assertEqual(order.amount_total, 0)
        with self.assertRaisesRegex(UserError, "cannot pay for credit"):
            self._invoice(order)

    def test_goods_may_be_discounted_beside_a_voucher(self):
        invoice = self._sell(self.multi, self.product, self.product, post=False)
        invoice.invoice_line_ids[2].price_unit = -90
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual(invoice.loyalty_voucher_ids.balance, 60)

    def test_a_receipt_does_not_sell_credit(self):
        with self.assertRaisesRegex(UserError, "write an invoice"):
            self._sell(self.multi, move_type="out_receipt")

    # === MONEY BACK, CREDIT KEPT === #

    def test_a_credit_note_by_the_orders_quantity_voids_the_voucher(self):
        order, _invoice, voucher = self._ordered_voucher()
        order.order_line.product_uom_qty = 0
        note = order._create_invoices(final=True)
        self.assertFalse(note.reversed_entry_id)
        note.action_post()
        self._assert_nothing_left(voucher)

    def test_a_credit_note_by_the_order_before_payment_leaves_the_voucher_out(self):
        order = self._confirm(self.multi)
        invoice = self._invoice(order)
        order.order_line.product_uom_qty = 0
        order._create_invoices(final=True).action_post()
        self._pay(invoice)
        self.assertFalse(invoice.loyalty_voucher_ids)
        self.assertFalse(invoice.loyalty_credit_pending)
        self._assert_nothing_left()

    def test_a_credit_note_without_an_invoice_refunds_no_voucher(self):
        self._sell(self.multi)
        with self.assertRaisesRegex(UserError, "from the invoice that sold it"):
            self._sell(self.multi, move_type="out_refund")
        note = self._refund(self._sell(self.product), post=False)
        note.invoice_line_ids = [Command.create({"product_id": self.multi.id})]
        with self.assertRaisesRegex(UserError, "from the invoice that sold it"):
            note.action_post()

    def test_a_voucher_is_not_refunded_as_goods(self):
        for pay in (True, False):
            note = self._refund(self._sell(self.multi, pay=pay), post=False)
            note.invoice_line_ids.product_id = self.product
            note.invoice_line_ids.write({"price_unit": 60, "tax_ids": False})
            with self.subTest(pay), self.assertRaisesRegex(UserError, "can still be spent"):
                note.action_post()
        order, _invoice, _voucher = self._ordered_voucher()
        order.order_line.product_uom_qty = 0
        note = order._create_invoices(final=True)
        note.invoice_line_ids.product_id = self.product
        with self.assertRaisesRegex(UserError, "sells credit"):
            note.action_post()

    def test_goods_beside_a_voucher_are_refunded_once(self):
        invoice = self._sell(self.multi, self.product)
        for number in range(2):
            note = self._refund(invoice, post=False)
            note.invoice_line_ids.filtered(lambda line: line.product_id == self.multi).unlink()
            if number:
                with self.assertRaisesRegex(UserError, "can still be spent"):
                    note.action_post()
            else:
                note.action_post()
        self.assertEqual(invoice.loyalty_voucher_ids.balance, 60)

    def test_a_credit_note_does_not_sell_credit(self):
        note = self._refund(self._sell(self.multi, self.product), post=False)
        note.invoice_line_ids[0].quantity = -1
        with self.assertRaisesRegex(UserError, "cannot sell it"):
            note.action_post()

    def test_two_lines_of_a_credit_note_void_twice(self):
        invoice = self._sell(self.multi)
        note = self._refund(invoice, post=False)
        note.invoice_line_ids.price_unit = 30
        note.invoice_line_ids.copy({"move_id": note.id})
        note.action_post()
        self.assertEqual(note.amount_total, 60)
        self._assert_nothing_left(invoice.loyalty_voucher_ids)

    def test_what_sells_credit_stays_so_once_it_was_invoiced(self):
        self._sell(self.multi)
        self._sell(self.product)
        with self.assertRaisesRegex(UserError, "invoiced already"):
            self.multi.loyalty_credit_product = False
        with self.assertRaisesRegex(UserError, "invoiced already"):
            self.product.product_tmpl_id.loyalty_credit_product = "voucher"
        self.single.loyalty_credit_product = "voucher"
        self.assertEqual(self.single.loyalty_credit_product, "voucher")

    def test_transferred_credit_says_where_it_went(self):
        invoice = self._sell(self.multi)
        self.ledger._transfer(invoice.loyalty_voucher_ids, self.account, 60, key="away")
        with self.assertRaisesRegex(MovementRefused, "transferred to another card"):
            self._refund(invoice)

    def test_a_voucher_that_is_untouched_is_voided_first(self):
        invoice = self._sell(self.multi, quantity=2)
        whole, begun = invoice.loyalty_voucher_ids.sorted("id")
        self.ledger._charge(begun, 1)
        self._refund(invoice, quantity=1)
        self.assertEqual((whole.balance, begun.balance), (0, 59))
        with self.assertRaisesRegex(InsufficientCredit, "spent already"):
            self._refund(invoice, quantity=1)

    # === PAID, AND NOT ISSUED === #

    def test_of_two_lines_of_one_product_a_credit_note_takes_one(self):
        invoice = self._sell(self.multi, self.multi, pay=False)
        note = self._refund(invoice, post=False)
        note.invoice_line_ids[1].unlink()
        note.action_post()
        self._pay(invoice)
        self.assertEqual(invoice.loyalty_voucher_ids.mapped("balance"), [60])
        self.assertFalse(invoice.loyalty_credit_pending)
        self._refund(invoice, post=False).unlink()
        last = self._refund(invoice, post=False)
        last.invoice_line_ids[1].unlink()
        last.action_post()
        self._assert_nothing_left(invoice.loyalty_voucher_ids)

    def test_a_lower_price_before_payment_makes_the_vouchers_cheaper(self):
        invoice = self._sell(self.multi, quantity=3, pay=False)
        note = self._refund(invoice, post=False)
        note.invoice_line_ids.price_unit = 20
        note.action_post()
        self._pay(invoice)
        self.assertEqual(invoice.loyalty_voucher_ids.mapped("balance"), [40, 40, 40])
        self.assertEqual(self._balance(self.books.loyalty_invoiced_account_id), 0)

    def test_an_invoice_that_was_credited_wholly_waits_for_nothing(self):
        invoice = self._sell(self.single, pay=False)
        self._refund(invoice)
        self.assertFalse(invoice.loyalty_credit_pending)
        self.assertFalse(invoice.loyalty_voucher_ids)
        self._assert_nothing_left()

    def test_a_credit_note_that_pays_the_rest_is_taken_off_once(self):
        self._book_tax()
        invoice = self._sell(self.single, quantity=3, pay=False)
        self._pay(invoice, 120)
        self._refund(invoice, quantity=1)
        self.assertEqual(invoice.loyalty_voucher_ids.mapped("balance"), [60, 60])
        self.assertEqual(self._balance(self.books.loyalty_invoiced_account_id), 0)

    # === PAYMENTS THAT ARE UNDONE === #

    def test_an_undone_payment_is_a_task_while_the_voucher_can_be_spent(self):
        invoice = self._sell(self.multi)
        payment = invoice.matched_payment_ids
        payment.action_draft()
        payment.action_cancel()
        task = invoice.activity_ids.filtered(lambda task: task.summary == "Unpaid credit")
        self.assertEqual(len(task), 1)
        self.assertIn("can still be spent", task.note)
        spent = self._sell(self.multi)
        self.ledger._charge(spent.loyalty_voucher_ids, 60)
        spent.line_ids.remove_move_reconcile()
        self.assertFalse(spent.activity_ids)

    # === WHO MAY SEE IT === #

    def test_whoever_reads_journal_entries_opens_them_without_a_loyalty_group(self):
        reader = self._create_user("ro", "account.group_account_readonly")
        sold = self._sell(self.multi)
        order = self._confirm(self.product, planned=10)
        bill = self._sell(self.product, move_type="in_invoice", post=False)
        entry = sold.matched_payment_ids.move_id or sold.copy({"move_type": "entry"})
        for move in (sold, self._invoice(order), self._refund(sold), bill, entry):
            self.env.flush_all()
            self.env.invalidate_all()
            form = Form(move.with_user(reader))
            with self.subTest(move.move_type):
                self.assertEqual(form.move_type, move.move_type)
        fields_seen = self.env["account.move"].with_user(reader).fields_get()
        self.assertNotIn("loyalty_voucher_ids", fields_seen)
        self.assertNotIn("loyalty_voucher_count", fields_seen)
