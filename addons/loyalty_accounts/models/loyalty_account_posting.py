from odoo import fields, models


class LoyaltyAccountPosting(models.Model):
    """Which journal entry books a movement: exactly one, written once. Append-only.

    A movement without a posting is "not yet posted"; see docs/adr/0005.
    """

    _name = "loyalty.account.posting"
    _description = "Loyalty account posting"
    _inherit = ["loyalty.append.only"]
    _order = "id desc"
    _log_access = False
    _rec_name = "move_id"

    move_id = fields.Many2one(
        "loyalty.account.move", string="Movement", required=True, ondelete="restrict"
    )
    entry_id = fields.Many2one(
        "account.move",
        string="Journal entry",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", string="Establishment", required=True, ondelete="restrict"
    )

    _move_unique = models.UniqueIndex("(move_id)", "This movement is in the books already.")
