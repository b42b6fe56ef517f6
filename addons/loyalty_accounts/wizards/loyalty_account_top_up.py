import uuid

from odoo import fields, models


class LoyaltyAccountTopUp(models.TransientModel):
    """Credits money that a customer paid in at the desk."""

    _name = "loyalty.account.top.up"
    _description = "Top up a loyalty account"

    account_id = fields.Many2one("loyalty.account", required=True, readonly=True)
    currency_id = fields.Many2one(related="account_id.currency_id")
    available = fields.Monetary(related="account_id.available", string="Credit now")
    amount = fields.Monetary(required=True, help="Money that the customer paid in.")
    expiry_date = fields.Date(
        string="Can be spent until", help="Last day; empty: the credit never expires."
    )
    note = fields.Char(
        string="Payment reference",
        required=True,
        help="Number of the receipt or bank payment by which the money came in.",
    )
    request_key = fields.Char(required=True, default=lambda self: f"ui/{uuid.uuid4().hex}")

    def action_confirm(self):
        """Credit the amount; pressing twice credits it once."""
        self.ensure_one()
        self.env["loyalty.ledger"]._top_up(
            self.account_id,
            self.amount,
            key=self.request_key,
            company=self.account_id.company_id,
            note=self.note,
            expiry_date=self.expiry_date,
        )
        return {"type": "ir.actions.act_window_close"}
