from odoo import api, models


class ResPartner(models.Model):
    """Contacts behind cards that partners honour stay their establishment's own."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: so do addresses and contacts that are added to them."""
        partners = super().create(vals_list)
        partners.filtered("parent_id")._keep_to_issuer()
        return partners

    def write(self, vals):
        """Override: and contacts whose company is taken away, or that move to another."""
        result = super().write(vals)
        if {"company_id", "parent_id"} & vals.keys():
            self._keep_to_issuer()
        return result

    def _keep_to_issuer(self):
        shared = self.filtered(lambda partner: not partner.company_id)
        if not shared:
            return
        # Superuser: whose cards they have, whoever enters an address.
        accounts = self.env["loyalty.account"].sudo().with_context(active_test=False)
        whole = shared.commercial_partner_id
        found = accounts.search([("partner_id.commercial_partner_id", "in", whole.ids)])
        found._keep_clients()
