import os
from collections import namedtuple
from datetime import timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_documents import DocumentsCommon

#: One thing that happens: ``verb`` on the ``which``-th document of its kind, after ``hours``.
Step = namedtuple("Step", "verb which units hours")

VERBS = (
    "order",
    "order",
    "foreign_order",
    "invoice_part",
    "invoice",
    "invoice",
    "pay",
    "pay",
    "pay_part",
    "use_credit",
    "give_back",
    "refund",
    "refund_part",
    "refund_part",
    "cancel_order",
    "change_price",
    "reset_invoice",
    "unpay",
    "sell_voucher",
    "spend_voucher",
    "top_up",
    "charge",
    "expire",
    "book",
)

#: How each year begins, so that there is something to act on.
OPENING = [
    Step(verb, which, units, 1)
    for which, (verb, units) in enumerate(
        [
            ("order", 4000),
            ("order", 2500),
            ("foreign_order", 1250),
            ("sell_voucher", 2),
            ("invoice_part", 1),
            ("invoice_part", 1),
            ("pay", 1),
        ]
    )
]

STEPS = st.lists(
    st.builds(
        Step,
        verb=st.sampled_from(VERBS),
        which=st.integers(0, 50),
        units=st.integers(1, 9000),
        hours=st.integers(0, 500),
    ),
    min_size=15,
    max_size=40,
)


@tagged("post_install", "-at_install")
class TestDocumentsProperty(DocumentsCommon):
    """A random year of documents: whatever is done, ledger, lots, invoices and books agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.currency.rate"].create(
            {"currency_id": cls._create_currency().id, "rate": 3.7, "name": "2020-01-01"}
        )
        cls.foreign = cls.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": cls.currency.id}
        )
        cls.voucher = cls.env["product.product"].create(
            {
                "name": "Single-purpose voucher",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 33.33,
                "loyalty_credit_product": "single_voucher",
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )
        cls.taxed.invoice_policy = "delivery"
        cls.company.write({"loyalty_expiry_months": 2, "loyalty_earn_on_credit": False})

    @classmethod
    def _create_currency(cls):
        cls.currency = cls.env["res.currency"].create({"name": "XTS", "symbol": "¤"})
        return cls.currency

    def test_whatever_is_done_to_documents_ledger_and_books_agree(self):
        done = set()

        @settings(
            max_examples=200 if os.environ.get("SUITE_PROOF") else 8,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(moment=st.sampled_from(["confirmed", "paid"]), steps=STEPS)
        def live_through(moment, steps):
            done.update(self._live_through(moment, steps))

        live_through()
        self.assertFalse(set(VERBS) - done, "never happened: the years were too quiet")

    def _live_through(self, moment, steps):
        done = set()
        with self.cr.savepoint() as savepoint, freeze_time("2026-01-02 08:00:00") as clock:
            self.company.loyalty_earning_moment = moment
            self.orders = self.env["sale.order"]
            self.invoices = self.notes = self.env["account.move"]
            self.vouchers = self.env["loyalty.account"]
            for number, step in enumerate(OPENING + steps):
                clock.tick(timedelta(hours=step.hours))
                try:
                    with self.cr.savepoint():
                        getattr(self, f"_do_{step.verb}")(step, number)
                        self.env.flush_all()
                except (UserError, IndexError):
                    continue  # refused, or nothing to act on: nothing happened
                done.add(step.verb)
                self._assert_invariants(step)
            self._assert_books()
            savepoint.rollback()
        self.env.invalidate_all()
        return done

    # === WHAT ALWAYS HOLDS === #

    def _assert_invariants(self, step):
        cards = self.account | self.vouchers
        self.assertEqual(cards._verify_ledger(), [], step)
        for card in cards:
            self.assertGreaterEqual(card.balance, card.held, step)
            self.assertTrue(all(lot.remaining >= 0 for lot in card.lot_ids), step)
        for invoice in self.invoices.filtered(lambda move: move.state == "posted"):
            self.assertGreaterEqual(invoice.amount_residual, 0, step)
            self.assertLessEqual(invoice.loyalty_credit_paid, invoice.amount_total, step)
        for payment in cards.move_ids.filtered(lambda move: move.kind in ("charge", "capture")):
            back = sum(payment.reversal_ids.mapped("amount"))
            self.assertLessEqual(round(back, 2), round(-payment.amount, 2), "refunded too much")

    def _assert_books(self):
        today = self.company._get_loyalty_today()
        for _booked in range(2):
            liability = self.env["loyalty.books.liability"]._compute_liability(self.company, today)
            self.assertEqual(liability.difference, 0)
            self.assertEqual(liability.unexplained, [])
            self.env["loyalty.books.batch"]._post_batches(self.company, today)
        self.assertEqual(liability.not_posted, 0)
        self.assertEqual(liability.ledger, liability.general)

    # === WHAT HAPPENS === #

    def _pick(self, records, step):
        return records.sorted("id")[step.which % len(records)] if records else records[0]

    def _posted(self):
        return self.invoices.filtered(lambda move: move.state == "posted")

    def _do_order(self, step, _number, **values):
        order = self._order(self.product, self.taxed, **values)
        order.order_line[0].price_unit = step.units / 100
        order.order_line[1].product_uom_qty = 3
        order.loyalty_credit_planned = (step.units % 5000) / 100
        order.action_confirm()
        self.orders |= order

    def _do_foreign_order(self, step, number):
        self._do_order(step, number, pricelist_id=self.foreign.id)

    def _do_invoice_part(self, step, number):
        order = self._pick(self.orders, step)
        order.order_line[1].qty_delivered += 1
        self._do_invoice(step, number)

    def _do_invoice(self, step, _number):
        order = self._pick(self.orders, step)
        move = order._create_invoices(final=True)
        move.action_post()
        if move.move_type == "out_invoice":
            self.invoices |= move

    def _do_pay(self, step, _number):
        self._pay(self._pick(self._posted().filtered("amount_residual"), step))

    def _do_pay_part(self, step, _number):
        invoice = self._pick(self._posted().filtered("amount_residual"), step)
        self._pay(invoice, min(invoice.amount_residual, step.units / 100))

    def _do_use_credit(self, step, number):
        invoice = self._pick(self._posted().filtered("loyalty_can_pay"), step)
        wizard = self.env["loyalty.invoice.credit"].create(
            {"invoice_id": invoice.id, "account_id": self.account.id}
        )
        wizard.amount = min(wizard.amount, step.units / 100)
        wizard.action_pay()

    def _do_give_back(self, step, _number):
        paid = self._posted().filtered("loyalty_credit_paid")
        self._pick(paid, step).action_return_loyalty_credit()

    def _do_refund(self, step, _number, quantity=None):
        self.notes |= self._refund(self._pick(self._posted(), step), quantity=quantity)

    def _do_refund_part(self, step, number):
        self._do_refund(step, number, quantity=round(step.units / 9000, 2))

    def _do_cancel_order(self, step, _number):
        self._pick(self.orders, step)._action_cancel()

    def _do_change_price(self, step, _number):
        order = self._pick(self.orders.filtered(lambda order: order.state == "sale"), step)
        order.order_line[0].price_unit = step.units / 150

    def _do_reset_invoice(self, step, _number):
        invoice = self._pick(self._posted(), step)
        invoice.button_draft()
        if step.units % 2:
            invoice.action_post()

    def _do_unpay(self, step, _number):
        paid = self._posted().filtered(lambda move: move.matched_payment_ids)
        lines = self._pick(paid, step).matched_payment_ids.move_id.line_ids
        lines.remove_move_reconcile()

    def _do_sell_voucher(self, step, _number):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.voucher.id, "quantity": 1 + step.units % 3})
                ],
            }
        )
        invoice.action_post()
        self._pay(invoice)
        self.invoices |= invoice
        self.vouchers |= invoice.loyalty_voucher_ids

    def _do_spend_voucher(self, step, number):
        voucher = self._pick(self.vouchers.filtered("available"), step)
        invoice = self._pick(self._posted().filtered("loyalty_can_pay"), step)
        wizard = self.env["loyalty.invoice.credit"].create(
            {"invoice_id": invoice.id, "account_id": voucher.id}
        )
        wizard.action_pay()

    def _do_top_up(self, step, _number):
        self.ledger._top_up(self.account, step.units / 100)

    def _do_charge(self, step, _number):
        self.ledger._charge(self.account, min(step.units / 100, self.account.available))

    def _do_expire(self, _step, _number):
        self.ledger._expire(self.account)

    def _do_book(self, _step, _number):
        self.env["loyalty.books.batch"]._post_batches(
            self.company, self.company._get_loyalty_today()
        )
