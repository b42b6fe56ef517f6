from odoo import api, models

from ..const import UNFINISHED


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_alerts(self, moves, moves_data):
        """Override: tells when the provider sends an invoice, too."""
        alerts = super()._get_alerts(moves, moves_data)
        # Superuser: whoever sends invoices need not see exports.
        exports = moves.sudo().accounting_export_ids.filtered(
            lambda export: export.delivery in (*UNFINISHED, "done")
        )
        if exports:
            alerts["accounting_provider_sends"] = {
                "level": "warning",
                "message": self.env._(
                    "%(backend)s sends %(invoices)s to the customer; sent here as well, it comes twice.",
                    backend=", ".join(exports.backend_id.mapped("name")),
                    invoices=", ".join(exports.move_id.mapped("name")),
                ),
            }
        return alerts
