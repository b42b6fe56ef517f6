from odoo import api, fields, models


class LoyaltyAccountTransfer(models.TransientModel):
    """Moves credit from one account to another; shows both before and after."""

    _name = "loyalty.account.transfer"
    _description = "Transfer of credit between loyalty accounts"
    _inherit = ["loyalty.account.entry"]

    account_id = fields.Many2one(string="From")
    target_id = fields.Many2one(
        "loyalty.account",
        string="To",
        required=True,
        domain="[('id', '!=', account_id), ('currency_id', '=', currency_id)]",
        help="Account that gets the credit, of the same currency.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="All that can be spent, unless you enter less. Reserved credit stays.",
    )
    available_after = fields.Monetary(compute="_compute_after", string="Credit afterwards")
    target_available = fields.Monetary(
        related="target_id.available", string="Credit of the other account now"
    )
    target_after = fields.Monetary(
        compute="_compute_after", string="Credit of the other account afterwards"
    )
    other_company = fields.Boolean(
        compute="_compute_after", help="Whether the accounts are of different companies."
    )
    target_company_id = fields.Many2one(related="target_id.company_id", string="Its company")
    note = fields.Char(string="Reason", help="Kept with both movements for ever, with your name.")

    def _get_account_fields(self):
        """Override: the credit of the other account is shown, too."""
        return [*super()._get_account_fields(), "target_id"]

    @api.depends("account_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.available

    @api.depends("amount", "target_id", "available")
    def _compute_after(self):
        for wizard in self:
            wizard.available_after = wizard.available - wizard.amount
            wizard.target_after = wizard.target_available + wizard.amount
            wizard.other_company = bool(
                wizard.target_id and wizard.target_id.company_id != wizard.account_id.company_id
            )

    def action_confirm(self):
        """Transfer the amount; pressing twice transfers it once."""
        self.ensure_one()
        self.env["loyalty.ledger"]._transfer(
            self.account_id,
            self.target_id,
            self.amount,
            key=self._get_request_key(),
            note=self.note,
        )
        return {"type": "ir.actions.act_window_close"}
