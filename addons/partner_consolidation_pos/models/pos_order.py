from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.partner_consolidation.rules import honouring


class PosOrder(models.Model):
    """Receipts with a partner's card."""

    _inherit = "pos.order"

    def _check_loyalty_payments(self):
        """Override: credit that was earned here pays a share of what the receipt is in the end.

        :raise UserError: it was reserved when the bill was larger
        """
        super()._check_loyalty_payments()
        card, company = self.loyalty_account_id, self.company_id
        payments = self._get_loyalty_credit_payments()
        if not payments or not card._is_partners(company):
            return
        promises = self.env["consolidation.promise"]
        own = sum(
            (promises._get_own_left(payment._get_loyalty_hold()) for payment in payments),
            Decimal(0),
        )
        terms = self.env["consolidation.agreement"]._get_last_terms(card.company_id, company)
        bill = Decimal(repr(self.amount_total)) - self._get_loyalty_sold_total()
        share = Decimal(repr(terms.payment_percentage))
        step = Decimal(repr(self.currency_id.rounding))
        if own > honouring.get_share(bill, share, step):
            raise UserError(
                self.env._(
                    "Credit that was earned here pays at most %(share)s %% of the bill, which was "
                    "larger when it was reserved. Remove the payment with credit and add it again.",
                    share=f"{share:f}",
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
