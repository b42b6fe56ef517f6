from odoo import fields, models

from ..const import AGREEMENT_STATES


class ConsolidationAgreement(models.Model):
    """One direction of honouring: the sender's clients are served at the accepting establishment.

    Nobody writes these records directly: every change is a method that checks whose turn it is.
    """

    _name = "consolidation.agreement"
    _description = "Agreement to honour another establishment's cards"
    _order = "id desc"

    sender_id = fields.Many2one(
        "res.company",
        string="Clients of",
        required=True,
        ondelete="restrict",
        index=True,
        help="Establishment that asked: its clients' cards are honoured at the other one.",
    )
    accepter_id = fields.Many2one(
        "res.company",
        string="Served at",
        required=True,
        ondelete="restrict",
        index=True,
        help="Establishment that honours the cards, on terms of its own.",
    )
    state = fields.Selection(AGREEMENT_STATES, required=True, default="new")
    end_date = fields.Date(
        string="Last day",
        help="Last day on which the cards are honoured; empty: until somebody gives notice.",
    )
    terms_id = fields.Many2one(
        "consolidation.terms", string="Terms in force", ondelete="restrict", readonly=True
    )
    terms_ids = fields.One2many("consolidation.terms", "agreement_id", string="All versions")

    _check_two_sides = models.Constraint(
        "CHECK (sender_id <> accepter_id)", "An establishment cannot agree with itself."
    )
    # Used by every look-up of a card; also refuses a second one of the same direction.
    _live_unique = models.UniqueIndex(
        "(accepter_id, sender_id) WHERE state IN ('new', 'active')",
        "There is an agreement of this direction already.",
    )
