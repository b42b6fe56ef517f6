from odoo import fields, models


class ConsignmentShop(models.Model):
    _inherit = "consignment.shop"

    credit_bonus = fields.Float(
        string="Bonus on store credit (%)",
        digits=(5, 2),
        help="Percent of a payout that consignors get on top when they are paid as store credit.",
    )

    _credit_bonus_percent = models.Constraint(
        "CHECK (coalesce(credit_bonus, 0) BETWEEN 0 AND 100)",
        "A bonus is between 0 and 100 percent.",
    )
