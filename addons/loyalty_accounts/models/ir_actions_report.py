from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _get_drawn_reports(self):
        """Override of ``office_kit``: cards and vouchers."""
        return {
            **super()._get_drawn_reports(),
            "loyalty_accounts.drawn_cards": "_draw_cards",
            "loyalty_accounts.drawn_vouchers": "_draw_vouchers",
            "loyalty_accounts.drawn_invoice_vouchers": "_draw_loyalty_vouchers",
        }
