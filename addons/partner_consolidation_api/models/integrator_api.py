from odoo import models

from odoo.addons.integrator_api.operations import operation
from odoo.addons.integrator_api.rules import plain
from odoo.addons.integrator_api.rules.arguments import Amount
from odoo.addons.loyalty_accounts_api.models.integrator_api import FINDING, NUMBER


class IntegratorApi(models.AbstractModel):
    """Cards of partners: what ``loyalty.api`` tells of them."""

    _inherit = "integrator.api"

    @operation(
        "loyalty",
        NUMBER,
        Amount("bill", "value of a bill in the card's currency", default=None),
        answer="number, name, issuer, own (issued here), usable, reason, discount (percent), "
        "credit_rate, currency, spendable (of the bill, else at all), shared_deposit, "
        "payment_percentage (of a bill that credit earned there may pay; empty for own cards)",
        errors={**FINDING, "invalid_value": "the bill is too large"},
    )
    def loyalty_terms(self, number, bill):
        """Tell on which terms a card is served here, a partner's by the agreement in force."""
        terms = self.env["loyalty.api"].terms(number, bill)
        percentage = terms["payment_percentage"]
        return {
            "number": terms["number"],
            "name": terms["name"],
            "issuer": terms["issuer"],
            "own": terms["own"],
            "usable": terms["usable"],
            "reason": terms["reason"] or "",
            "discount": plain.number(terms["discount"]),
            "credit_rate": plain.number(terms["credit_rate"]),
            "currency": terms["currency"],
            "spendable": plain.money(terms["spendable"], self._get_digits(terms["currency"])),
            "shared_deposit": bool(terms["shared_deposit"]),
            "payment_percentage": "" if percentage is None else plain.number(percentage),
        }
