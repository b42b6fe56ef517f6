from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _get_drawn_reports(self):
        """Override of ``office_kit``: labels."""
        return {
            **super()._get_drawn_reports(),
            "consignment_portal.drawn_labels": "_draw_labels",
        }
