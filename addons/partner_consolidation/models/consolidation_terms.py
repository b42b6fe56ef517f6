from odoo import fields, models

from ..const import TERMS_STATES


class ConsolidationTerms(models.Model):
    """One version of an agreement's terms. What was agreed never changes; see docs/adr/0010."""

    _name = "consolidation.terms"
    _description = "Terms of an agreement"
    _order = "agreement_id, version desc"

    agreement_id = fields.Many2one(
        "consolidation.agreement", required=True, ondelete="restrict", index=True
    )
    version = fields.Integer(required=True, help="Counts the agreement's versions from 1.")
    state = fields.Selection(TERMS_STATES, required=True, default="proposed")
    proposed_by_id = fields.Many2one(
        "res.company", string="Proposed by", required=True, ondelete="restrict"
    )
    valid_from = fields.Datetime(help="When both sides had agreed.")
    valid_until = fields.Datetime(help="When a later version replaced it.")
    copy_privileges = fields.Boolean(
        help="Each card keeps its own discount and credit rate. Off: every card of the partner "
        "gets the discount and the accumulation below."
    )
    discount = fields.Float(
        string="Discount %", digits=(5, 2), help="0 to 100, where privileges are not copied."
    )
    accumulation = fields.Float(
        string="Accumulation %",
        digits=(5, 2),
        help="0 to 100: credit earned per 100 paid, where privileges are not copied.",
    )
    shared_deposit = fields.Boolean(
        help="Clients pay and earn at both establishments with one deposit. Off: credit earned "
        "elsewhere does not pay here, and credit earned here pays only here."
    )
    payment_percentage = fields.Float(
        string="Payment %",
        digits=(5, 2),
        default=100.0,
        help="0 to 100: share of a bill that credit earned here may pay. Credit earned at the "
        "partner may pay all of it.",
    )
    clearing_percentage = fields.Float(
        string="Bonus clears at %",
        digits=(5, 2),
        default=100.0,
        help="0 to 100: what the other side pays for 100 of earned credit that was spent here. "
        "Credit that customers paid in clears in full.",
    )
    exposure_limit = fields.Monetary(
        help="Most that one side may owe the other, less what it is owed; beyond it its credit "
        "is not accepted until it has paid. 0: no limit."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, ondelete="restrict", help="Currency of the sender's cards."
    )

    _version_unique = models.UniqueIndex(
        "(agreement_id, version)", "Two versions of an agreement cannot have the same number."
    )
    _current_unique = models.UniqueIndex(
        "(agreement_id) WHERE state = 'current'", "An agreement has one version in force."
    )
    _proposed_unique = models.UniqueIndex(
        "(agreement_id) WHERE state = 'proposed'", "Answer the proposal that is open first."
    )
    _check_percentages = models.Constraint(
        "CHECK (discount BETWEEN 0 AND 100 AND accumulation BETWEEN 0 AND 100"
        " AND payment_percentage BETWEEN 0 AND 100 AND clearing_percentage BETWEEN 0 AND 100)",
        "Percentages lie between 0 and 100.",
    )
    _check_limit = models.Constraint(
        "CHECK (coalesce(exposure_limit, 0) BETWEEN 0 AND 999999999)",
        "The limit cannot be below zero.",
    )
