from odoo import models


class LoyaltyAccount(models.Model):
    """Where else a card is good, for its holder and for who issued it."""

    _inherit = "loyalty.account"

    def _prepare_portal_page(self):
        """Override: the partners that honour the card, with what it gets and may pay there."""
        return {
            **super()._prepare_portal_page(),
            "partners": [
                {
                    "place": place.name,
                    "discount": f"{float(privileges.discount):g}",
                    "spendable": self._format_portal_amount(float(spendable)),
                }
                for place, privileges, spendable in self._get_places()
            ],
        }

    def _get_places(self):
        """Return ``[(partner, privileges, credit it may pay there), …]`` of a usable card."""
        self.ensure_one()
        if self.state != "usable":
            return []
        # Superuser: names and terms of establishments where the holder may go.
        agreements = self.env["consolidation.agreement"].sudo()
        live = agreements.search(
            [("sender_id", "=", self.company_id.id), ("state", "=", "active")], order="id"
        )
        return [
            (place, self._get_privileges(place), self._get_spendable(place))
            for place in live.accepter_id
            if self._get_terms_at(place)
        ]
