from odoo import api, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.depends("stock_reference_ids.production_ids.state")
    def _compute_b2b_status(self):
        """Override of ``b2b_portal``: productions change the status, too."""
        return super()._compute_b2b_status()

    def _get_b2b_status_facts(self):
        """Override of ``b2b_portal``: tell what has to be made."""
        facts = super()._get_b2b_status_facts()
        # Superuser: sellers may have no right on manufacturing; only the states are read.
        productions = self.sudo().stock_reference_ids.production_ids
        return facts._replace(production=self._get_b2b_production(productions.mapped("state")))

    @api.model
    def _get_b2b_production(self, states):
        """Return ``waiting``, ``running`` or nothing for the states of an order's productions.

        What was begun keeps the order in production until the last one is done; a production
        that is done while others wait has begun, too.
        """
        pending = [state for state in states if state not in ("done", "cancel")]
        if not pending:
            return ""
        begun = any(state in ("progress", "to_close", "done") for state in states)
        return "running" if begun else "waiting"
