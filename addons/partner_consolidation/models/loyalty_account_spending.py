from decimal import Decimal

from odoo import models


class LoyaltyAccount(models.Model):
    """Which credit of a card would pay, before it does."""

    _inherit = "loyalty.account"

    def _plan_spending(self, company, bill):
        """Return ``[(establishment that gave the credit, amount), …]`` in the order of paying.

        :param Decimal bill: value of the document in the card's currency; all of it that can be
            is paid with credit
        """
        self.ensure_one()
        account, ledger = self.sudo(), self.env["loyalty.ledger"]  # a card that was presented
        sharing = ledger._gather_spendable(account, company)
        if not sharing:
            part = min(account._get_spendable(company, bill), bill)
            return [(company, part)] if part else []
        places, parts = {lot.id: lot.accrual for lot in sharing.lots}, {}
        for lot_id, taken in ledger._spend(sharing, bill, bill):
            parts[places[lot_id]] = parts.get(places[lot_id], Decimal(0)) + taken
        companies = self.env["res.company"].sudo()  # their names
        return [(companies.browse(place_id), part) for place_id, part in parts.items()]
