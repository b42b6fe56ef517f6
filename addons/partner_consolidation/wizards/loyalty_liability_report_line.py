from odoo import fields, models


class LoyaltyLiabilityReportLine(models.TransientModel):
    """Clearings that ledger and general ledger date differently."""

    _inherit = "loyalty.liability.report.line"

    kind = fields.Selection(
        selection_add=[
            ("clearing", "Clearing with partners"),
            ("clearing_reversed", "Clearing with partners, reversed"),
        ]
    )

    def _open_movements(self):
        """Override: clearings are none."""
        if self.kind not in ("clearing", "clearing_reversed"):
            return super()._open_movements()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "partner_consolidation.consolidation_clearing_action"
        )
