from odoo import fields, models


class LoyaltyProgram(models.Model):
    _name = "loyalty.program"
    _inherit = ["loyalty.program", "b2b.offer.audience"]

    b2b_customer_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="loyalty_program_b2b_customer_rel",
        string="Business customers",
        domain=[("parent_id", "=", False)],
        help="Only orders of these customers and their employees get this program; empty: all "
        "orders, as in Odoo. It is shown in their portal, and never in the website's shop.",
    )
    b2b_notified_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="loyalty_program_b2b_notified_rel",
        string="Told by e-mail",
        readonly=True,
        copy=False,
        help="Customers who got the e-mail; nobody gets it twice.",
    )

    def _is_b2b_punch_card(self):
        """Tell whether points are collected over several orders."""
        self.ensure_one()
        return self.is_nominative
