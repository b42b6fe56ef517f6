from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError


class PosOrder(models.Model):
    """Receipts with a partner's card."""

    _name = "pos.order"
    _inherit = ["pos.order", "consolidation.unpresented"]

    _presented_field = "loyalty_number"

    def _check_loyalty_sold_line(self, line, total):
        """Override: credit for a partner's card is bought where the card was issued."""
        result = super()._check_loyalty_sold_line(line, total)
        card = self.loyalty_account_id
        top_up = line._get_loyalty_credit_kind() == "top_up" and not line.refunded_orderline_id
        if top_up and card._is_partners(self.company_id):
            raise UserError(
                self.env._(
                    "%(product)s cannot be sold for this card: credit is bought at %(issuer)s, "
                    "which issued it.",
                    product=line.product_id.display_name,
                    issuer=card.company_id.display_name,
                )
            )
        return result

    def _check_loyalty_payments(self):
        """Override: credit that was earned here pays a share of what the receipt is in the end.

        :raise UserError: it was reserved when the bill was larger
        """
        super()._check_loyalty_payments()
        card, company = self.loyalty_account_id, self.company_id
        payments = self._get_loyalty_credit_payments()
        if not payments or not card._is_partners(company):
            return
        holds = [payment._get_loyalty_hold() for payment in payments]
        promises = self.env["consolidation.promise"]
        own = sum((promises._get_own_left(hold) for hold in holds), Decimal(0))
        bill = Decimal(repr(self.amount_total)) - self._get_loyalty_sold_total()
        ledger = self.env["loyalty.ledger"]
        most = ledger._sum_own_spendable(card, company, bill, holds)
        if own > most:
            raise UserError(
                self.env._(
                    "Credit that was earned here pays at most %(most)s of this bill, which was "
                    "larger when it was reserved. Remove the payment with credit and add it again.",
                    most=self.currency_id.format(float(most)),
                )
            )

    def _describe_loyalty(self, moves):
        """Override: of a partner's card what it may pay here, and which credit paid.

        :return: the same; with ``issuer`` for a partner's card, and with ``parts``
            ``[{place, amount}]`` where credit of partners paid
        """
        values = super()._describe_loyalty(moves)
        if not values:
            return values
        card, company = self.loyalty_account_id, self.company_id
        if parts := self._describe_loyalty_parts(moves):
            values["parts"] = parts
        if card and card._is_partners(company):
            values["issuer"] = card.company_id.name
            if values["left"] is not False:
                values["left"] = float(card._get_spendable(company))
        return values

    def _describe_loyalty_parts(self, moves):
        """What credit of which establishment paid, in the order in which it did."""
        spent = moves.filtered(lambda move: move.kind in ("capture", "refund"))
        parts = {}
        for line in spent.allocation_ids.sorted("id"):
            place = line.accrual_company_id
            parts[place] = parts.get(place, Decimal(0)) - Decimal(repr(line.amount))
        if set(parts) <= {self.company_id}:
            return []
        return [{"place": place.name, "amount": float(part)} for place, part in parts.items()]
