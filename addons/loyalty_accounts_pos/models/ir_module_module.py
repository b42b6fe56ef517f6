from odoo import api, models

from ..const import TERMINAL


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _get_removal_obstacles(self, names):
        """Override: open sessions, whose receipts are booked with their credit when they close."""
        obstacles = super()._get_removal_obstacles(names)
        if "loyalty_accounts_pos" not in names:
            return obstacles
        # Superuser: sessions of all companies count; only their tills are named.
        sessions = self.env["pos.session"].sudo()
        sessions = sessions.search(
            [
                ("state", "!=", "closed"),
                ("config_id.payment_method_ids.use_payment_terminal", "=", TERMINAL),
            ]
        )
        if sessions:
            obstacles.append(
                self.env._(
                    "Close the sessions of these tills first, they take customers' credit: %s.",
                    ", ".join(sessions.config_id.mapped("name")),
                )
            )
        return obstacles
