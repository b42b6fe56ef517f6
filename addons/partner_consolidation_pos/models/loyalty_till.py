from decimal import Decimal

from odoo import api, models

from odoo.addons.loyalty_accounts.exceptions import InvalidValue
from odoo.addons.loyalty_accounts.rules import amounts


class LoyaltyTill(models.AbstractModel):
    """What a till is told of a partner's card: number, name, terms, what it may pay."""

    _inherit = "loyalty.till"

    @api.model
    def plan_payment(self, session_id, number, bill):
        """What a card may pay of a receipt, and which of its credit pays first.

        :param str number: of the card
        :param bill: value of the receipt that credit may pay, zero or above
        :return: dict with ``bill``, ``payable`` and ``parts``: ``[{"place", "amount"}, …]`` in the
            order in which they pay
        :raise LoyaltyError: unknown, unusable or foreign card
        """
        company = self._get_session(session_id).company_id
        account = self._find_presented(number, company)
        account._check_usable(company)
        ledger = self.env["loyalty.ledger"]
        total = ledger._apply_rule(InvalidValue, amounts.read_number, bill)
        parts = account._plan_spending(company, max(total, Decimal(0)))
        return {
            "bill": float(total),
            "payable": float(sum((part for _place, part in parts), Decimal(0))),
            "parts": [
                {"place": place.name, "amount": float(part)}
                for place, part in parts  # names of establishments only
            ],
        }

    def _describe_card(self, account, company):
        """Override: of a partner's card no customer, no validity, not what it holds in all."""
        card = super()._describe_card(account, company)
        if not account._is_partners(company):
            card["available"] = float(account._get_spendable(company))
            return card
        return {
            **card,
            "discount": float(account._get_privileges(company).discount),
            "available": float(account._get_spendable(company)),
            "expiry_date": False,
            "partner_id": False,
            "issuer": account.company_id.name,
            "note": account._describe_terms_at(company),
        }
