from odoo import fields, models


class ConsolidationClearingReverse(models.TransientModel):
    """Asks for the reason before a closed period is reversed."""

    _name = "consolidation.clearing.reverse"
    _description = "Reverse a clearing"
    _inherit = ["consolidation.dialogue"]

    _subjects = ("clearing_id",)

    clearing_id = fields.Many2one("consolidation.clearing", required=True, readonly=True)
    reason = fields.Char(required=True, help="Shown on the clearing.")

    def action_confirm(self):
        """Reverse the period.

        :raise AccessError: only who clears may
        :raise UserError: it is not closed, or a payment has been made
        """
        self.ensure_one()
        self.clearing_id.check_access("write")
        self.clearing_id._reverse(self.reason)
        return {"type": "ir.actions.act_window_close"}
