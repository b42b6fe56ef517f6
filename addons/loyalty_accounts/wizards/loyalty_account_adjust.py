from odoo import api, fields, models

from ..exceptions import InvalidValue


class LoyaltyAccountAdjust(models.TransientModel):
    """Enters credit by hand, up or down, with a reason (LA11)."""

    _name = "loyalty.account.adjust"
    _description = "Manual entry on a loyalty account"
    _inherit = ["loyalty.account.entry"]

    direction = fields.Selection(
        [("up", "Add credit"), ("down", "Remove credit")], required=True, default="up"
    )
    amount = fields.Monetary(help="Above zero; the direction says whether it is added.")
    available_after = fields.Monetary(
        compute="_compute_available_after", string="Credit afterwards"
    )
    note = fields.Char(string="Reason", help="Kept with the movement for ever, with your name.")

    @api.depends("amount", "direction", "available")
    def _compute_available_after(self):
        for wizard in self:
            wizard.available_after = wizard.available + wizard._get_signed_amount()

    def _get_signed_amount(self):
        return self.amount if self.direction == "up" else -self.amount

    def action_confirm(self):
        """Enter the amount; pressing twice enters it once."""
        self.ensure_one()
        # A negative amount would turn the direction around that was read on the screen.
        if self.amount <= 0:
            raise InvalidValue(self.env._("The amount must be above zero."))
        self.env["loyalty.ledger"]._adjust(
            self.account_id,
            self._get_signed_amount(),
            key=self._get_request_key(),
            company=self.account_id.company_id,
            note=self.note,
        )
        return {"type": "ir.actions.act_window_close"}
