from odoo import api, models
from odoo.exceptions import UserError


class IrModuleModule(models.Model):
    """Apps that keep what people are owed are not uninstalled by the way; see docs/adr/0021."""

    _inherit = "ir.module.module"

    @api.model
    def _get_removal_losses(self, names):
        """Return sentences: what people are owed, or what is under way, and would be gone.

        Extended by apps, each for itself.

        :param names: set of technical names of all modules that would go
        """
        return []

    @api.model
    def _get_removal_obstacles(self, names):
        """Return sentences: what has to be finished before modules can go, whoever says so.

        Extended by apps, each for itself.

        :param names: set of technical names of all modules that would go
        """
        return []

    def write(self, vals):
        """Override: refuse where something would be lost that others are owed, unless told to go on.

        All ways of uninstalling come by here, after core has asked who may: the dialogue, RPC and
        Odoo's command.

        :raise UserError: says what would be lost, and how to go on all the same
        """
        if vals.get("state") == "to remove":
            self._check_removal(set(self.mapped("name")))
        return super().write(vals)

    def _check_removal(self, names):
        obstacles = self._get_removal_obstacles(names)
        if obstacles:
            raise UserError("\n".join(obstacles))
        losses = self._get_removal_losses(names)
        if losses and not self.env.context.get("office_kit_remove_all_the_same"):
            raise UserError(
                self.env._(
                    "Not uninstalled, because this would be lost:\n\n%s\n\nMake a backup. To go "
                    "on all the same, uninstall in the Apps menu and tick that it may go.",
                    "\n".join(f"• {loss}" for loss in losses),
                )
            )
