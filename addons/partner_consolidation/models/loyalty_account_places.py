from odoo import api, fields, models


class LoyaltyAccount(models.Model):
    """Where else a card is good, on its form."""

    _inherit = "loyalty.account"

    places_note = fields.Text(
        compute="_compute_places_note",
        compute_sudo=True,
        string="Partners",
        help="Where else the card is honoured, and what it may pay there.",
    )

    @api.depends("balance", "held", "state")
    def _compute_places_note(self):
        for account in self:
            account.places_note = account._describe_places()

    def _describe_places(self):
        lines = [
            self.env._(
                "%(place)s: %(discount)s %% discount, earns %(rate)s %%, %(spendable)s of credit "
                "may pay there",
                place=place.display_name,
                discount=f"{float(privileges.discount):g}",
                rate=f"{float(privileges.credit_rate * 100):g}",
                spendable=self.currency_id.format(float(spendable)),
            )
            for place, privileges, spendable in self._get_places()
        ]
        here = self._get_spendable(self.company_id)
        if lines and float(here) != self.available:
            lines.insert(
                0,
                self.env._(
                    "Here: %s of credit may pay; the rest was earned elsewhere and pays there.",
                    self.currency_id.format(float(here)),
                ),
            )
        return "\n".join(lines) or False
