from odoo import SUPERUSER_ID, api, models


class LoyaltyAccount(models.Model):
    """What a cashier is told of a partner's card, in words."""

    _inherit = "loyalty.account"

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Override: a partner's card is named by its issuer, with the end of its number.

        The name goes wherever a record is named, whoever reads it; a whole number opens the card.
        """
        result = super()._compute_display_name()
        if self.env.uid != SUPERUSER_ID:
            own = self.env.user._get_company_ids()
            for account in self.filtered(lambda account: account.company_id.id not in own):
                account.display_name = self.env._(
                    "Card of %(issuer)s %(number)s",
                    issuer=account.company_id.name,
                    number=f"•••{(account.number or '')[-4:]}",
                )
        return result

    def _describe_terms_at(self, company):
        """Return on which terms ``company`` serves a partner's card; False for an own one."""
        if not self._is_partners(company):
            return False
        card = self.sudo()  # of a card that was presented: its issuer and the terms
        terms = card._get_terms_at(company)
        issuer, place = card.company_id.display_name, company.display_name
        if not terms and not card._has_credit_of(company):
            return self.env._(
                "Card of %(issuer)s. The agreement has ended, and there is no credit on it that "
                "was earned at %(place)s: remove the card.",
                issuer=issuer,
                place=place,
            )
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
