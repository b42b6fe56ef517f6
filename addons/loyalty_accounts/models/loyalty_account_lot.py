from odoo import api, fields, models

from ..const import LOT_ORIGINS


class LoyaltyAccountLot(models.Model):
    """Credit of one origin. Written by the ledger only; see ``loyalty.ledger``."""

    _name = "loyalty.account.lot"
    _description = "Loyalty account lot"
    _order = "expiry_date, id"

    account_id = fields.Many2one("loyalty.account", required=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company",
        string="Establishment",
        required=True,
        ondelete="restrict",
        help="Where this credit was earned or paid in.",
    )
    currency_id = fields.Many2one(related="account_id.currency_id", store=True, precompute=True)
    origin = fields.Selection(LOT_ORIGINS, required=True)
    date = fields.Date(required=True, help="Day on which the credit was given.")
    expiry_date = fields.Date(
        string="Expires on", help="Last day on which the credit can be spent; empty: never expires."
    )
    amount = fields.Monetary(required=True, help="Credit given.")
    remaining = fields.Monetary(required=True, help="Credit not spent, expired or taken back yet.")
    tax_amount = fields.Monetary(
        string="Tax paid",
        help="Tax in the amount that was due when a single-purpose voucher was sold.",
    )
    sale_line_id = fields.Many2one(
        "account.move.line",
        string="Sold on",
        ondelete="restrict",
        index="btree_not_null",
        groups="account.group_account_invoice",
        help="Invoice line by which the credit was bought.",
    )
    seal = fields.Char(
        readonly=True,
        copy=False,
        help="Seal of what does not change: where, from what, when and how much was given.",
    )
    document_name = fields.Char(
        string="From",
        compute="_compute_document_name",
        help="Document or reason that it came from.",
    )
    allocation_ids = fields.One2many("loyalty.account.allocation", "lot_id", string="Movements")

    _check_remaining = models.Constraint(
        "CHECK (remaining >= 0 AND remaining <= amount)",
        "A lot cannot hold less than nothing or more than was given.",
    )
    _check_tax_amount = models.Constraint(
        "CHECK (coalesce(tax_amount, 0) >= 0 AND coalesce(tax_amount, 0) <= amount)",
        "The tax in a lot is a part of it.",
    )
    # Used by every charge: the lots of one account that still hold credit.
    _open_idx = models.Index("(account_id, expiry_date, id) WHERE remaining > 0")
    # Used by the nightly expiry, the reminders before it, and the filter "Credit expiring soon".
    _expiry_idx = models.Index(
        "(expiry_date, account_id) WHERE remaining > 0 AND expiry_date IS NOT NULL"
    )
    # Used by the account's list of lots and by the ledger check.
    _account_idx = models.Index("(account_id)")

    @api.depends("allocation_ids")
    def _compute_document_name(self):
        for lot in self:
            move = lot.allocation_ids.sorted("id")[:1].move_id
            lot.document_name = move.document_name or move.note
