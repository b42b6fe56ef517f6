from odoo import fields, models


class LoyaltyCheckpointLine(models.Model):
    """The head of one account at a checkpoint: number and seal of its last movement."""

    _name = "loyalty.checkpoint.line"
    _description = "Head of an account at a checkpoint"
    _inherit = ["loyalty.append.only"]
    _order = "id desc"
    _log_access = False
    _rec_name = "account_id"

    checkpoint_id = fields.Many2one(
        "loyalty.checkpoint", required=True, ondelete="restrict", index=True
    )
    account_id = fields.Many2one("loyalty.account", required=True, ondelete="restrict")
    version = fields.Integer(string="Movements", required=True)
    hash = fields.Char(string="Seal", required=True)

    # Used by the ledger check, and to find what changed since the last checkpoint.
    _account_idx = models.Index("(account_id, version)")
