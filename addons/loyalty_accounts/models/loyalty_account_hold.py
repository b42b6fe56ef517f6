from odoo import api, fields, models


class LoyaltyAccountHold(models.Model):
    """Credit reserved for a document. Written by the ledger only; see ``loyalty.ledger``."""

    _name = "loyalty.account.hold"
    _description = "Loyalty account hold"
    _order = "id desc"

    account_id = fields.Many2one("loyalty.account", required=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", string="Establishment", required=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="account_id.currency_id", store=True, precompute=True)
    state = fields.Selection([("open", "Open"), ("closed", "Closed")], required=True)
    amount = fields.Monetary(required=True, help="Credit reserved, less parts released meanwhile.")
    captured = fields.Monetary(required=True, help="Part of it that was used for payment.")
    remaining = fields.Monetary(
        string="Still reserved", compute="_compute_remaining", help="Nothing once it is closed."
    )
    expires_at = fields.Datetime(
        string="Released at",
        help="When the reservation ends by itself; empty: with its document.",
    )
    document_model = fields.Char()
    document_id = fields.Many2oneReference(model_field="document_model", string="Document ID")
    document_name = fields.Char(string="Document")
    seal = fields.Char(
        readonly=True,
        copy=False,
        help="Seal of what does not change: where, for which document and until when.",
    )
    move_ids = fields.One2many("loyalty.account.move", "hold_id", string="Movements")

    _check_captured = models.Constraint(
        "CHECK (amount > 0 AND captured >= 0 AND captured <= amount)",
        "A reservation cannot be used for more than was reserved.",
    )
    # Used by every verb on an account that has credit reserved.
    _open_idx = models.Index("(account_id, expires_at) WHERE state = 'open'")
    # Used by the account's list of reservations.
    _account_idx = models.Index("(account_id)")

    # Used by every order that is confirmed, shown or changed.
    _document_idx = models.Index("(document_model, document_id) WHERE state = 'open'")

    @api.depends("state", "amount", "captured")
    def _compute_remaining(self):
        for hold in self:
            hold.remaining = hold.amount - hold.captured if hold.state == "open" else 0.0
