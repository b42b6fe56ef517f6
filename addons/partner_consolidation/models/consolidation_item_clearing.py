from odoo import fields, models


class ConsolidationItem(models.Model):
    """Items are open until a clearing takes them; most of them are not for long."""

    _inherit = "consolidation.item"

    clearing_id = fields.Many2one(
        "consolidation.clearing",
        ondelete="restrict",
        index="btree_not_null",
        help="Period that settled it; empty: open.",
    )

    # Used by each look at what is owed: only what is open is read, straight from the index.
    _open_creditor_idx = models.Index(
        "(creditor_id, currency_id, debtor_id) INCLUDE (amount) WHERE clearing_id IS NULL"
    )
    _open_debtor_idx = models.Index(
        "(debtor_id, currency_id, creditor_id) INCLUDE (amount) WHERE clearing_id IS NULL"
    )
