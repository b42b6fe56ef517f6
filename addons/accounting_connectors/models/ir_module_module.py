from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _get_removal_losses(self, names):
        """Override: what the accounting programs were sent, and what is under way."""
        losses = super()._get_removal_losses(names)
        if "accounting_connectors" not in names:
            return losses
        # Superuser: all companies' count; numbers alone are told.
        exports = self.env["accounting.export"].sudo()
        sent = exports.search_count([("state", "in", ("sent", "attempting"))])
        if sent:
            losses.append(
                self.env._(
                    "Which invoices are in an accounting program already (%s): installed again, "
                    "it would send those that you tell it to a second time.",
                    sent,
                )
            )
        return losses
