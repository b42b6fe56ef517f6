from odoo import fields, models


class ResCompany(models.Model):
    """When paying with a card needs its PIN."""

    _inherit = "res.company"

    loyalty_pin_amount = fields.Monetary(
        string="PIN above",
        help="Paying or reserving more credit than this at once asks for the card's PIN. 0: never.",
    )
    loyalty_pin_required = fields.Boolean(
        string="Refuse cards without a PIN above this amount",
        help="Otherwise a card that has no PIN pays any amount without one.",
    )

    _check_loyalty_pin_amount = models.Constraint(
        "CHECK (coalesce(loyalty_pin_amount, 0) BETWEEN 0 AND 999999999)",
        "The amount above which a PIN is asked for cannot be below zero.",
    )
