from odoo import api, fields, models


class LoyaltyAccountTopUp(models.TransientModel):
    """Credits money that a customer paid in at the desk."""

    _name = "loyalty.account.top.up"
    _description = "Top up a loyalty account"
    _inherit = ["loyalty.account.entry"]

    amount = fields.Monetary(help="Money that the customer paid in.")
    expiry_date = fields.Date(
        string="Can be spent until",
        compute="_compute_expiry_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Last day; empty: the credit never expires. Proposed by the company's settings.",
    )
    note = fields.Char(
        string="Payment reference",
        help="Number of the receipt or bank payment by which the money came in.",
    )

    @api.depends("account_id")
    def _compute_expiry_date(self):
        for wizard in self:
            company = wizard.account_id.company_id
            wizard.expiry_date = company and company._get_loyalty_credit_expiry("top_up")

    def action_confirm(self):
        """Credit the amount; pressing twice credits it once."""
        self.ensure_one()
        self.env["loyalty.ledger"]._top_up(
            self.account_id,
            self.amount,
            key=self._get_request_key(),
            company=self.account_id.company_id,
            note=self.note,
            expiry_date=self.expiry_date,
        )
        return {"type": "ir.actions.act_window_close"}
