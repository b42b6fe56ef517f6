from odoo import api, models


class MailBlacklist(models.Model):
    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: who wants no mailings at all wants no newsletter."""
        blocked = super().create(vals_list)
        self.env["consignment.consignor"]._clear_newsletter(blocked.mapped("email"))
        return blocked

    def write(self, vals):
        """Override: see :meth:`create`; an archived entry that comes back counts, too."""
        result = super().write(vals)
        if vals.get("active"):
            self.env["consignment.consignor"]._clear_newsletter(self.mapped("email"))
        return result
