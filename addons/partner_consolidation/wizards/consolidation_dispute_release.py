from odoo import fields, models


class ConsolidationDisputeRelease(models.TransientModel):
    """Asks whoever clears why lines that a side disputes are released."""

    _name = "consolidation.dispute.release"
    _description = "Decide a dispute"
    _inherit = ["consolidation.dialogue"]

    _subjects = ("item_ids",)

    item_ids = fields.Many2many("consolidation.item", string="Lines", required=True, readonly=True)
    reason = fields.Char(
        required=True, help="Told to both sides, and kept with each line and the agreement."
    )

    def action_confirm(self):
        """Release the lines; they cannot be disputed again.

        :raise AccessError: only who clears may
        :raise UserError: a line was released meanwhile
        """
        self.ensure_one()
        self.item_ids._decide(self.reason)
        return {"type": "ir.actions.act_window_close"}
