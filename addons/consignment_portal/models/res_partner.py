from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Override: with another e-mail address a consignor's access ends; the new one asks anew."""
        if "email" not in vals:
            return super().write(vals)
        # Superuser, every company's: whoever may change the address ends the access by it.
        consignors = self.env["consignment.consignor"].sudo().with_context(active_test=False)
        before = {
            consignor: consignor.partner_id.email_normalized
            for consignor in consignors.search([("partner_id", "in", self.ids)])
        }
        result = super().write(vals)
        for consignor, email in before.items():
            if email and consignor.partner_id.email_normalized != email:
                consignor._end_access([email])
        return result
