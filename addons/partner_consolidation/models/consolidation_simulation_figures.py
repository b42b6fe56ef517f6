from odoo import fields, models


class ConsolidationSimulationFigures(models.AbstractModel):
    """What terms would have done, in a month or in all; see ``rules.simulation.Figures``."""

    _name = "consolidation.simulation.figures"
    _description = "Figures of a simulation"

    currency_id = fields.Many2one("res.currency")
    receipts = fields.Integer(string="Bills", readonly=True, copy=False, help="Bills replayed.")
    sales = fields.Monetary(
        readonly=True, copy=False, help="What was sold, taxes included, less what was returned."
    )
    partner_sales = fields.Monetary(
        string="Partner's clients",
        readonly=True,
        copy=False,
        help="Share of the sales that counts as the partner's clients', before the discount.",
    )
    discount_amount = fields.Monetary(
        string="Discount given", readonly=True, copy=False, help="To the partner's clients."
    )
    earned_amount = fields.Monetary(
        string="Credit earned",
        readonly=True,
        copy=False,
        help="Credit that the partner's clients earn here. It counts as a cost when it is earned, "
        "as if all of it will be spent.",
    )
    partner_credit = fields.Monetary(
        string="Partner's credit",
        readonly=True,
        copy=False,
        help="Credit of the partner that would have been accepted, at its face value.",
    )
    own_credit = fields.Monetary(
        string="Own credit",
        readonly=True,
        copy=False,
        help="Credit earned here that pays here; its cost was counted when it was earned.",
    )
    money = fields.Monetary(
        string="Money received",
        readonly=True,
        copy=False,
        help="What is left to pay in money of the partner's clients' bills.",
    )
    claim = fields.Monetary(
        string="Claim on the partner",
        readonly=True,
        copy=False,
        help="What the partner owes for its credit: less than its face value where earned credit "
        "clears below 100 %.",
    )
    clearing_loss = fields.Monetary(
        string="Lost in clearing",
        readonly=True,
        copy=False,
        help="What of the partner's credit is not paid for by the partner.",
    )
    cost = fields.Monetary(
        readonly=True,
        copy=False,
        help="Discount given, credit earned, and what is lost in clearing.",
    )
    gain = fields.Monetary(
        readonly=True,
        copy=False,
        help="Margin on the sales that would not have come otherwise, before the discount.",
    )
    net = fields.Monetary(readonly=True, copy=False, help="Gain less cost.")
    exposure = fields.Monetary(
        string="Highest open claim",
        readonly=True,
        copy=False,
        aggregator="max",
        help="Most that the partner would have owed at any moment between settlements.",
    )
