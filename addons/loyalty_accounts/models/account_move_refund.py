from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..rules import earning, exchange, refund


class AccountMove(models.Model):
    """Credit notes: credit goes back to its lots, earned credit is taken back (LA14)."""

    _inherit = "account.move"

    def _invoice_paid_hook(self):
        """Override of ``account``: orders that earn when they are paid earn now."""
        result = super()._invoice_paid_hook()
        self._adjust_loyalty_paid_orders()
        return result

    def _adjust_loyalty_paid_orders(self):
        # Superuser: whoever registers the payment, the ledger follows.
        orders = self.sudo().line_ids.sale_line_ids.order_id
        orders.filtered(
            lambda order: order.loyalty_earning_moment == "paid"
        )._adjust_loyalty_earning()

    def _settle_loyalty_refund(self):
        """Give credit back, take earned credit back, withhold what was spent of it.

        ``rules/refund.settle`` decides; this gathers what it needs, and carries it out. Credit
        that the documents sell is money, and no part of it.
        """
        self.ensure_one()
        invoices = self._get_loyalty_refunded_invoices()
        payments = invoices._get_loyalty_payments()
        orders = self._get_loyalty_refunded_orders(invoices)
        if not payments and not orders:
            return
        self._check_loyalty_refund(invoices, payments)
        self._settle_loyalty_goods(invoices, payments, orders)
        orders._adjust_loyalty_earning()
        for card in payments.account_id | orders.loyalty_account_id:
            if card.debt:
                self.env["loyalty.ledger"]._expire(card)

    def _check_loyalty_refund(self, invoices, payments):
        if not payments:
            return
        if invoices.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "%s was paid with credit: its credit note must be in the same currency.",
                    invoices[0].display_name,
                )
            )
        sold = invoices._get_loyalty_credit_lines()
        if sold and any(invoice.amount_residual for invoice in sold.move_id):
            raise UserError(
                self.env._(
                    "%s sells credit and is not paid yet. Have it paid, or give the credit that "
                    "pays a part of it back, before you write a credit note.",
                    sold.move_id[0].display_name,
                )
            )

    def _settle_loyalty_goods(self, invoices, payments, orders):
        """Settle what the credit note refunds of goods."""
        rate, step = self._get_loyalty_refund_rate(payments), self._get_loyalty_step()
        paid = self._get_loyalty_paid(invoices, payments, rate)
        refunded = exchange.to_credit(self._get_loyalty_goods_value(), rate, step)
        credit = refund.credit_part(refunded, paid, step)
        lefts = [(payment, payment._get_loyalty_left()) for payment in payments]
        giving = earning.latest_first(lefts, credit)
        earnings = orders.filtered("loyalty_credit_rate")._get_loyalty_earnings_to_go(giving)
        cards = orders.loyalty_account_id
        available = self._sum_loyalty(cards, "available")
        refunds = self._give_loyalty_credit_back(giving)
        owing = orders._get_loyalty_owing_earnings()
        owed = sum((left for _move, left in owing), Decimal(0))
        owed = min(owed, self._sum_loyalty(cards, "debt"))
        settlement = refund.settle(
            refunded, paid, earnings, owed=owed, available=available, step=step
        )
        self._carry_out_loyalty_settlement(refunds, owing, settlement)

    def _get_loyalty_paid(self, invoices, payments, rate):
        """What was paid for the goods and not given back, as ``rules.refund.Paid``."""
        step = self._get_loyalty_step()
        others = self._get_loyalty_other_refunds(invoices)
        total = sum((move._get_loyalty_goods_value() for move in invoices), Decimal(0))
        total -= sum((move._get_loyalty_goods_value() for move in others), Decimal(0))
        unpaid = min(self._get_loyalty_unpaid(invoices, others), max(total, Decimal(0)))
        covered = sum(
            (payment._get_covered_part(payment._get_loyalty_left()) for payment in payments),
            Decimal(0),
        )
        return refund.Paid(
            unpaid=exchange.to_credit(unpaid, rate, step),
            money=exchange.to_credit(max(total - covered - unpaid, Decimal(0)), rate, step),
            takes=[
                take
                for payment in payments
                for take in payment._get_loyalty_takes(payment._get_loyalty_left())
            ],
        )

    def _give_loyalty_credit_back(self, giving):
        """Refund payments; return ``[(movement, amount of the credit note), …]``.

        What earlier earnings left as a debt is taken from it at once.
        """
        refunds = []
        for payment, part in giving:
            amount = payment._get_covered_part(part)
            movement = self.env["loyalty.ledger"]._refund(
                payment,
                part,
                settle_debt=False,
                key=self._get_loyalty_key("refund"),
                company=payment.company_id,
                document=self,
            )
            refunds.append((movement, amount))
            if payment.account_id.debt:
                self.env["loyalty.ledger"]._expire(payment.account_id)
        return refunds

    def _carry_out_loyalty_settlement(self, refunds, owing, settlement):
        """Take earnings back, withhold what is to be, and book it with the credit given back."""
        withheld = Decimal(0)
        for movement, back in settlement.take_backs:
            withheld += self._take_back_loyalty_earning(movement, back)
        for movement, part in earning.latest_first(owing, settlement.owed):
            withheld += self._withhold_loyalty_debt(movement, part)
        if refunds or withheld:
            covered = sum((amount for _movement, amount in refunds), Decimal(0))
            self.env["loyalty.books"]._book_refunds(
                [(movement, float(amount)) for movement, amount in refunds],
                self,
                float(withheld),
                float(self._to_loyalty_withheld(withheld, covered)),
            )

    def _take_back_loyalty_earning(self, movement, back):
        """Take one earning back as settled; return what is withheld for it."""
        order = self.env["sale.order"].sudo().browse(movement.document_id)  # the earning's own
        amount = back.withdrawn + back.forgiven + back.withheld + back.debt
        taken = order._take_back_loyalty_move(movement, amount, money=back.withheld)
        return Decimal(repr(taken.withheld_amount or 0.0))

    def _withhold_loyalty_debt(self, movement, amount):
        """Withhold what an earning left as a debt; return the amount."""
        self.env["loyalty.ledger"]._withhold(
            movement,
            amount,
            key=self._get_loyalty_key("withhold"),
            company=movement.company_id,
            document=self,
        )
        return amount

    def _to_loyalty_withheld(self, withheld, covered):
        """What is withheld in the credit note's currency, at most what credit leaves of it."""
        rate = Decimal(repr(self.invoice_currency_rate))
        amount = exchange.to_document(withheld, rate, self._get_loyalty_document_step())
        return max(min(amount, Decimal(repr(self.amount_residual)) - covered), Decimal(0))

    # === GATHERING === #

    def _get_loyalty_refunded_invoices(self):
        """The invoices that these credit notes refund: the reversed one, else their orders'."""
        invoices = self.browse()
        for move in self.filtered(lambda move: move.move_type == "out_refund"):
            orders = move.line_ids.sale_line_ids.order_id
            invoices |= move.reversed_entry_id or orders.invoice_ids.filtered(
                lambda invoice: invoice.move_type == "out_invoice" and invoice.state == "posted"
            )
        return invoices

    def _get_loyalty_refunded_orders(self, invoices):
        orders = self.line_ids.sale_line_ids.order_id | invoices.line_ids.sale_line_ids.order_id
        return orders.filtered("loyalty_account_id")

    def _get_loyalty_parts(self):
        """What the orders make of the document, taxes included: ``{order: amount}``.

        The empty order stands for what belongs to none. Without the credit that the document
        sells, which is no part that credit could pay. They add up to the document's total less
        that, whatever the rounding of its taxes.
        """
        parts = {}
        for line in self.invoice_line_ids - self._get_loyalty_credit_lines():
            order = line.sale_line_ids.order_id[:1]
            parts[order] = parts.get(order, Decimal(0)) + Decimal(repr(line.price_total))
        return earning.fit(parts, self._get_loyalty_goods_value())

    def _get_loyalty_goods_value(self):
        """What the document asks or refunds for goods, by its journal items; zero or above."""
        sold = self._sum_loyalty_values(self._get_loyalty_credit_lines(), "amount_currency")
        return max(self._get_loyalty_booked_total("amount_currency") - sold, Decimal(0))

    def _get_loyalty_returned_parts(self):
        """What a credit note returns of each order.

        Lines that were typed anew belong to the orders of the invoice, by their parts of it.
        """
        parts = self._get_loyalty_parts()
        none = self.env["sale.order"]
        typed = parts.pop(none, Decimal(0))
        own = self.reversed_entry_id._get_loyalty_parts() if self.reversed_entry_id else {}
        total = sum(own.values())
        for order, part in own.items():
            if order and typed and total:
                parts[order] = parts.get(order, Decimal(0)) + typed * part / total
        return parts

    def _get_loyalty_unpaid(self, invoices, others):
        """What was open on the invoices before this credit note, in its currency.

        Odoo has reconciled with the credit note already what it does by itself; what earlier
        credit notes have open as well is theirs.
        """
        total = self._get_loyalty_booked_total("amount_currency")
        offset = total - Decimal(repr(self.amount_residual))
        unpaid = self._sum_loyalty(invoices, "amount_residual") + offset
        return max(unpaid - self._sum_loyalty(others, "amount_residual"), Decimal(0))

    def _get_loyalty_other_refunds(self, invoices):
        """Earlier credit notes for the same invoices, and those that their orders made.

        Of credit notes that are posted together, the ones that wait for their turn do not count.
        """
        waiting = self.env.context.get("loyalty_unsettled", ())
        of_orders = invoices.line_ids.sale_line_ids.order_id.invoice_ids
        notes = invoices.reversal_move_ids | of_orders.filtered(
            lambda move: not (self.reversed_entry_id and move.reversed_entry_id)
        )
        return notes.filtered(
            lambda move: (
                move.move_type == "out_refund"
                and move.state == "posted"
                and move != self
                and move.id not in waiting
            )
        )

    def _sum_loyalty(self, moves, name):
        return sum((Decimal(repr(move[name])) for move in moves), Decimal(0))

    def _get_loyalty_refund_rate(self, payments):
        """Units of the document for 1 of credit: as credit paid it, else by its own rate."""
        lefts = [(payment, payment._get_loyalty_left()) for payment in payments]
        credit = sum((left for _payment, left in lefts), Decimal(0))
        covered = sum((payment._get_covered_part(left) for payment, left in lefts), Decimal(0))
        if credit and covered:
            return covered / credit
        return Decimal(repr(self.invoice_currency_rate))

    def _get_loyalty_step(self):
        return Decimal(repr(self.company_currency_id.rounding))

    def _get_loyalty_document_step(self):
        return Decimal(repr(self.currency_id.rounding))
