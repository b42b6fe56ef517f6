from decimal import Decimal

from odoo import models

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

        ``rules/refund.settle`` decides; this gathers what it needs, and carries it out.
        """
        self.ensure_one()
        invoices = self._get_loyalty_refunded_invoices()
        payments = invoices._get_loyalty_payments()
        orders = self._get_loyalty_refunded_orders(invoices)
        if not payments and not orders:
            return
        paid = self._get_loyalty_paid(invoices, payments)
        value = self._to_loyalty_credit(Decimal(repr(self.amount_total)), payments)
        step = self._get_loyalty_step()
        credit = refund.credit_part(value, paid, step)
        lefts = [(payment, payment._get_loyalty_left()) for payment in payments]
        parts = earning.latest_first(lefts, credit)
        earnings = orders._get_loyalty_earnings_to_go(parts)
        settlement = refund.settle(
            value, paid, earnings, available=self._get_loyalty_available(orders), step=step
        )
        self._carry_out_loyalty_settlement(parts, settlement)
        orders._adjust_loyalty_earning()
        for card in payments.account_id | orders.loyalty_account_id:
            if card.debt:
                self.env["loyalty.ledger"]._expire(card)

    def _carry_out_loyalty_settlement(self, parts, settlement):
        ledger, books = self.env["loyalty.ledger"], self.env["loyalty.books"]
        amounts = [(payment, part, payment._get_covered_part(part)) for payment, part in parts]
        refunds = []
        for payment, part, amount in amounts:
            movement = ledger._refund(
                payment,
                part,
                settle_debt=False,
                key=self._get_loyalty_key("refund"),
                company=payment.company_id,
                document=self,
            )
            refunds.append((movement, float(amount)))
        withheld = Decimal(0)
        for movement, back in settlement.take_backs:
            withheld += self._take_back_loyalty_earning(movement, back)
        if refunds or withheld:
            books._book_refunds(refunds, self, *self._get_loyalty_withheld(withheld))

    def _take_back_loyalty_earning(self, movement, back):
        """Take one earning back as settled; return what is withheld for it."""
        order = self.env["sale.order"].sudo().browse(movement.document_id)  # the earning's own
        amount = back.withdrawn + back.forgiven + back.withheld + back.debt
        taken = order._take_back_loyalty_move(movement, amount, money=back.withheld)
        return Decimal(repr(taken.withheld_amount or 0.0))

    def _get_loyalty_withheld(self, withheld):
        """Return what is withheld as ``(company's currency, credit note's currency)``."""
        step = Decimal(repr(self.currency_id.rounding))
        amount = exchange.to_document(withheld, Decimal(repr(self.invoice_currency_rate)), step)
        return float(withheld), float(min(amount, Decimal(repr(self.amount_residual))))

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
        return orders.filtered(lambda order: order.loyalty_account_id and order.loyalty_credit_rate)

    def _get_loyalty_paid(self, invoices, payments):
        """What was paid for the invoices and not given back, as ``rules.refund.Paid``.

        What is open on them was reconciled with this credit note already, as far as Odoo does
        so by itself.
        """
        others = self._get_loyalty_other_refunds(invoices)
        value = self._sum_loyalty(invoices, "amount_total") - self._sum_loyalty(
            others, "amount_total"
        )
        offset = Decimal(repr(self.amount_total)) - Decimal(repr(self.amount_residual))
        unpaid = self._sum_loyalty(invoices, "amount_residual") + offset
        unpaid = max(unpaid - self._sum_loyalty(others, "amount_residual"), Decimal(0))
        covered = sum(
            (payment._get_covered_part(payment._get_loyalty_left()) for payment in payments),
            Decimal(0),
        )
        takes = [take for payment in payments for take in payment._get_loyalty_takes_left()]
        return refund.Paid(
            unpaid=self._to_loyalty_credit(unpaid, payments),
            money=max(self._to_loyalty_credit(value - unpaid - covered, payments), Decimal(0)),
            takes=takes,
        )

    def _get_loyalty_other_refunds(self, invoices):
        """Earlier credit notes for the same invoices, or for their orders."""
        orders = invoices.line_ids.sale_line_ids.order_id
        notes = invoices.reversal_move_ids | orders.invoice_ids
        return notes.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted" and move != self
        )

    def _sum_loyalty(self, moves, name):
        return sum((Decimal(repr(move[name])) for move in moves), Decimal(0))

    def _to_loyalty_credit(self, amount, payments):
        """An amount of the credit note as credit, by the rate at which credit paid, else its own."""
        rate = Decimal(repr(self.invoice_currency_rate))
        credit = sum((payment._get_loyalty_left() for payment in payments), Decimal(0))
        covered = sum(
            (payment._get_covered_part(payment._get_loyalty_left()) for payment in payments),
            Decimal(0),
        )
        if credit and covered:
            rate = covered / credit
        return exchange.to_credit(amount, rate, self._get_loyalty_step())

    def _get_loyalty_step(self):
        return Decimal(repr(self.company_currency_id.rounding))

    def _get_loyalty_available(self, orders):
        return sum(
            (Decimal(repr(card.available)) for card in orders.loyalty_account_id), Decimal(0)
        )
