from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    loyalty_account_id = fields.Many2one(
        "loyalty.account",
        string="Loyalty account",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="loyalty_accounts.group_user",
        help="Account that the invoiced order was paired with.",
    )
    loyalty_account_name = fields.Char(related="loyalty_account_id.name", string="Account name")
