from odoo import fields, models


class ConsolidationPromise(models.Model):
    """Which credit a reservation at a partner counts on. Written by the ledger."""

    _name = "consolidation.promise"
    _description = "Reservation of credit at a partner"
    _log_access = False

    hold_id = fields.Many2one("loyalty.account.hold", required=True, ondelete="restrict")
    own_amount = fields.Float(
        digits=0,
        required=True,
        help="Most of it that credit earned where it is reserved may pay, in the card's currency.",
    )

    _hold_unique = models.UniqueIndex("(hold_id)", "A reservation is made once.")
