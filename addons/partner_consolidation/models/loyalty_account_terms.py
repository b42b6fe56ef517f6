from odoo import models


class LoyaltyAccount(models.Model):
    """What a cashier is told of a partner's card, in words."""

    _inherit = "loyalty.account"

    def _describe_terms_at(self, company):
        """Return on which terms ``company`` serves a partner's card; False for an own one."""
        if not self._is_partners(company):
            return False
        card = self.sudo()  # of a card that was presented: its issuer and the terms
        terms = card._get_terms_at(company)
        issuer, place = card.company_id.display_name, company.display_name
        if not terms:
            return self.env._(
                "Card of %(issuer)s. The agreement has ended: credit that was earned at %(place)s "
                "still pays here, without discount and earning.",
                issuer=issuer,
                place=place,
            )
        values = {"issuer": issuer, "place": place, "share": f"{terms.payment_percentage:g}"}
        if not terms.shared_deposit:
            return self.env._(
                "Card of %(issuer)s. Only credit earned at %(place)s pays here, up to %(share)s %% "
                "of the bill.",
                **values,
            )
        return self.env._(
            "Card of %(issuer)s. Credit of %(issuer)s pays first, up to the whole bill; then credit "
            "earned at %(place)s, up to %(share)s %% of the bill. What expires first goes first.",
            **values,
        )
