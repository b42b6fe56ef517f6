from odoo import fields, models


class ConsignmentMarkdown(models.Model):
    """A step by which a shop lowers prices of articles that nobody bought yet."""

    _name = "consignment.markdown"
    _description = "Markdown of a consignment shop"
    _order = "shop_id, days"

    shop_id = fields.Many2one(
        comodel_name="consignment.shop", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True)
    days = fields.Integer(string="After days", required=True, help="Days after acceptance.")
    percent = fields.Float(
        string="Off (%)",
        digits=(5, 2),
        required=True,
        help="Percent off the price that was agreed on acceptance.",
    )

    _days_unique = models.UniqueIndex("(shop_id, days)", "There is a step on this day already.")
    _days_positive = models.Constraint("CHECK (days > 0)", "A step comes after one day or more.")
    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent < 100)",
        "A markdown is more than 0 and less than 100 percent.",
    )
