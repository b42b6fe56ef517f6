from odoo import fields, models

from ..const import REPLACEMENT_REASONS


class LoyaltyAccountNumber(models.Model):
    """Every number that a card has or ever had: none is given to another account again.

    A trigger on the accounts' table writes these rows, so that every number goes through one
    unique index, whichever way an account comes into being; see ``loyalty_account_replace.py``.
    """

    _name = "loyalty.account.number"
    _description = "Loyalty card number"
    _order = "replaced_on desc, id desc"
    _log_access = False
    _rec_name = "number"

    account_id = fields.Many2one(
        "loyalty.account", required=True, ondelete="cascade", index=True, readonly=True
    )
    number = fields.Char(required=True, readonly=True)
    replaced_on = fields.Datetime(
        string="Replaced on",
        readonly=True,
        help="Since when the number is refused; empty: it is in use.",
    )
    replaced_by_id = fields.Many2one(
        "res.users", string="Replaced by", ondelete="restrict", readonly=True
    )
    reason = fields.Selection(REPLACEMENT_REASONS, readonly=True)
    version = fields.Integer(
        string="Movements then",
        readonly=True,
        help="How many movements the account had when the number was replaced.",
    )

    _number_unique = models.UniqueIndex(
        "(number)", "This card number is or was in use already. Choose another one."
    )
