from odoo import fields, models


class ConsignmentShop(models.Model):
    _inherit = "consignment.shop"

    reminder_days = fields.Integer(
        string="Remind before (days)",
        required=True,
        default=7,
        help="Days before the return date on which consignors who want it get a mail.",
    )
    extension_days = fields.Integer(
        string="Longer by (days)",
        required=True,
        default=30,
        help="How much longer an article stays that the consignor leaves, or sells for less.",
    )
    extension_limit = fields.Integer(
        string="Times longer",
        required=True,
        default=1,
        help="How often an article may stay longer before it has to be fetched.",
    )
    end_markdown = fields.Float(
        string="Off at the return date (%)",
        digits=(5, 2),
        required=True,
        default=25,
        help="Percent off the price of articles that the consignor chose to sell for less.",
    )
    markdown_ids = fields.One2many(
        comodel_name="consignment.markdown",
        inverse_name="shop_id",
        string="Markdowns",
        copy=True,
        help="Prices go down by themselves on these days, for consignors who agreed to it.",
    )
    agenda_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Agenda of",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="In whose calendar the return dates are noted.",
    )

    _reminder_days_range = models.Constraint(
        "CHECK (reminder_days BETWEEN 0 AND 365)", "Remind between 0 and 365 days before."
    )
    _extension_range = models.Constraint(
        "CHECK (extension_days BETWEEN 1 AND 3650 AND extension_limit BETWEEN 0 AND 100)",
        "Articles stay longer by 1 to 3,650 days, 0 to 100 times.",
    )
    _end_markdown_range = models.Constraint(
        "CHECK (end_markdown >= 0 AND end_markdown < 100)",
        "A markdown is from 0 to less than 100 percent.",
    )
