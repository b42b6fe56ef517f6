from decimal import Decimal

from odoo import models

from ..rules import lots, refund
from ..rules.amounts import round_half_up


class LoyaltyAccountMove(models.Model):
    """What a payment still stands for: the part of it that was not given back."""

    _inherit = "loyalty.account.move"

    def _get_loyalty_left(self):
        """Credit of a payment that was not given back yet, in the account's currency."""
        self.ensure_one()
        back = sum(Decimal(repr(move.amount)) for move in self.reversal_ids)
        return -Decimal(repr(self.amount)) - back

    def _get_loyalty_takes(self, share):
        """What giving ``share`` of a payment back puts into lots, as ``[(lot id, amount), …]``.

        In the order in which it was taken, so that the rule may go through it backwards.
        """
        ledger = self.env["loyalty.ledger"]
        state = ledger._lock(self.account_id)
        takes, returned = ledger._get_takes_and_returns(self, state)
        return list(reversed(lots.give_back(takes, returned, share)))

    def _get_covered_amount(self):
        """Amount of the document that the payment covered, in the document's currency."""
        self.ensure_one()
        lines = self.posting_ids.entry_id.line_ids
        paid = lines.filtered(lambda line: line.account_type == "asset_receivable")
        return -sum(Decimal(repr(line.amount_currency)) for line in paid)

    def _get_covered_part(self, back):
        """Amount of the document that goes with ``back`` of the payment's credit.

        Cumulated over all that was given back before, so that the parts add up to what was
        covered, whatever the rate.

        :param back: Decimal, in the account's currency, at most what is left
        """
        covered, paid = self._get_covered_amount(), -Decimal(repr(self.amount))
        step = Decimal(repr(self.env["account.move"].browse(self.document_id).currency_id.rounding))
        before = paid - self._get_loyalty_left()
        return round_half_up(covered * (before + back) / paid, step) - round_half_up(
            covered * before / paid, step
        )

    def _get_reserving_order(self):
        """The order whose reservation paid; an empty one where none did."""
        orders = self.env["sale.order"].sudo()  # the payment names it
        if self.hold_id.document_model != "sale.order":
            return orders
        return orders.browse(self.hold_id.document_id).exists()

    def _split_loyalty_over_orders(self, credit):
        """Split credit that paid an invoice over its orders: ``{order id: credit}``.

        A payment out of a reservation is its order's. One on the invoice itself belongs to the
        orders by their part of the invoice; the last one takes what rounding leaves.
        """
        self.ensure_one()
        if self.hold_id.document_model == "sale.order":
            return {self.hold_id.document_id: credit}
        invoice = self.env["account.move"].browse(self.document_id)
        parts = invoice._get_loyalty_parts()
        total, rest, split = sum(parts.values()), credit, {}
        step = Decimal(repr(self.currency_id.rounding))
        for order, part in parts.items():
            split[order.id] = round_half_up(credit * part / total, step) if total else Decimal(0)
            rest -= split[order.id]
        if split:
            split[list(split)[-1]] += rest
        return split

    def _get_loyalty_owed(self):
        """Debt that an earning left when it was taken back, and that is not settled yet."""
        self.ensure_one()
        owed = sum(Decimal(repr(move.debt_amount)) for move in self.reversal_ids)
        return min(owed, Decimal(repr(self.account_id.debt)))

    def _prepare_loyalty_earning(self, amount):
        """An earning of which ``amount`` has to go, as ``rules.refund.Earning``."""
        ledger = self.env["loyalty.ledger"]
        lot = self.allocation_ids.lot_id
        state = ledger._lock(self.account_id)
        _left, forgivable = ledger._get_take_back_limits(self, state)
        return refund.Earning(self, amount, lot.id, Decimal(repr(lot.remaining or 0.0)), forgivable)
