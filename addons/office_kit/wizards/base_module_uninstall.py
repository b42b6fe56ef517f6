from odoo import api, fields, models


class BaseModuleUninstall(models.TransientModel):
    """Says in words what would be lost, and wants to be told that it may."""

    _inherit = "base.module.uninstall"

    removal_losses = fields.Text(compute="_compute_removal_losses")
    remove_all_the_same = fields.Boolean(string="I have a backup: this may go")

    @api.depends("module_ids")
    def _compute_removal_losses(self):
        modules = self.env["ir.module.module"]
        for wizard in self:
            names = set(wizard._get_modules().mapped("name"))
            # Nothing is told to whoever may not uninstall.
            losses = modules._get_removal_losses(names) if self.env.is_system() else []
            wizard.removal_losses = "\n".join(f"• {loss}" for loss in losses)
