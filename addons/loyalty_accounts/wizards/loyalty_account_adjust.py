from odoo import api, fields, models

from ..exceptions import InvalidValue


class LoyaltyAccountAdjust(models.TransientModel):
    """Enters credit by hand, with a reason: a correction, up or down, or a balance brought over."""

    _name = "loyalty.account.adjust"
    _description = "Manual entry on a loyalty account"
    _inherit = ["loyalty.account.entry"]

    entry_type = fields.Selection(
        [("correction", "Correction"), ("opening", "Opening balance")],
        string="What is it?",
        required=True,
        default="correction",
        help="A correction counts as marketing cost in the books. An opening balance is credit "
        "that the customer had in another system.",
    )
    direction = fields.Selection(
        [("up", "Add credit"), ("down", "Remove credit")], required=True, default="up"
    )
    amount = fields.Monetary(help="Above zero; the direction says whether it is added.")
    expiry_date = fields.Date(
        string="Can be spent until", help="Last day; empty: the credit never expires."
    )
    available_after = fields.Monetary(
        compute="_compute_available_after", string="Credit afterwards"
    )
    note = fields.Char(string="Reason", help="Kept with the movement for ever, with your name.")

    @api.depends("amount", "direction", "entry_type", "available")
    def _compute_available_after(self):
        for wizard in self:
            wizard.available_after = wizard.available + wizard._get_signed_amount()

    def _get_signed_amount(self):
        removes = self.entry_type == "correction" and self.direction == "down"
        return -self.amount if removes else self.amount

    def action_confirm(self):
        """Enter the amount; pressing twice enters it once."""
        self.ensure_one()
        # A negative amount would turn the direction around that was read on the screen.
        if self.amount <= 0:
            raise InvalidValue(self.env._("The amount must be above zero."))
        options = {
            "key": self._get_request_key(),
            "company": self.account_id.company_id,
            "note": self.note,
        }
        ledger = self.env["loyalty.ledger"]
        if self.entry_type == "opening":
            ledger._open(self.account_id, self.amount, expiry_date=self.expiry_date, **options)
        else:
            ledger._adjust(self.account_id, self._get_signed_amount(), **options)
        return {"type": "ir.actions.act_window_close"}
