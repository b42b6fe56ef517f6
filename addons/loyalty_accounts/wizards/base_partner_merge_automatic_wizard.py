from odoo import models
from odoo.exceptions import UserError


class BasePartnerMerge(models.TransientModel):
    """Merging contacts: their cards belong to the one that stays."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Override: refuse what would give a card to a customer of another company.

        Core updates the foreign keys by SQL, past the check of the accounts.
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        staying = dst_partner or self._get_ordered_partner(partners.ids)[-1]
        company = staying.company_id
        # Superuser: cards of other companies are what this is about.
        cards = partners.sudo().loyalty_account_ids.with_context(active_test=False)
        foreign = cards.filtered(lambda card: company and card.company_id != company)
        if foreign:
            raise UserError(
                self.env._(
                    "%(partner)s belongs to %(company)s, but %(cards)s were issued by another "
                    "company. Clear the contact's company first.",
                    partner=staying.display_name,
                    company=company.display_name,
                    cards=", ".join(foreign.mapped("number")),
                )
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)
