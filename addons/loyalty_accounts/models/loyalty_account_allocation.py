from odoo import fields, models


class LoyaltyAccountAllocation(models.Model):
    """What one movement put into or took from one lot. Append-only.

    The sum over a lot is what remains of it; the sum over a movement is the movement's amount.
    Who owes whom between establishments is a sum over this table by both companies.
    """

    _name = "loyalty.account.allocation"
    _description = "Loyalty account allocation"
    _inherit = ["loyalty.append.only"]
    _order = "id"
    _log_access = False

    move_id = fields.Many2one(
        "loyalty.account.move", required=True, ondelete="restrict", index=True
    )
    lot_id = fields.Many2one("loyalty.account.lot", required=True, ondelete="restrict", index=True)
    account_id = fields.Many2one(related="move_id.account_id")
    amount = fields.Monetary(required=True, help="Above zero into the lot, below zero out of it.")
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    accrual_company_id = fields.Many2one(
        "res.company",
        string="Earned at",
        required=True,
        ondelete="restrict",
        help="Establishment where the lot's credit was earned or paid in.",
    )
    spend_company_id = fields.Many2one(
        "res.company",
        string="Used at",
        required=True,
        ondelete="restrict",
        help="Establishment where this movement took place.",
    )
    expiry_date = fields.Date(help="Expiry of the lot after this movement.")

    _check_amount = models.Constraint("CHECK (amount <> 0)", "An allocation moves something.")
