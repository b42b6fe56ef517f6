from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _get_removal_losses(self, names):
        """Override: what establishments owe each other."""
        losses = super()._get_removal_losses(names)
        if "partner_consolidation" not in names:
            return losses
        # Superuser: lines between all establishments count; only how many is told.
        count = self.env["consolidation.item"].sudo().search_count([("clearing_id", "=", False)])
        if count:
            losses.append(
                self.env._(
                    "Credit that establishments owe each other and no clearing has taken, lines: "
                    "%s. Clear them first.",
                    count,
                )
            )
        return losses
