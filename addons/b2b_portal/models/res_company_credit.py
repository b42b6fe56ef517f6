from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    b2b_overdue_stop = fields.Boolean(
        string="Stop orders while an invoice is overdue",
        help="Customers with an invoice that is overdue for too long cannot order in the portal.",
    )
    b2b_overdue_days = fields.Integer(
        string="Days an invoice may be overdue",
        default=14,
        help="Days after the due date from which an open invoice stops orders.",
    )
    b2b_credit_stop = fields.Boolean(
        string="Stop orders above the credit limit",
        help="Orders that would take a customer above its credit limit are not accepted in the "
        "portal. Limits are those of Accounting.",
    )

    _b2b_overdue_days_not_negative = models.Constraint(
        "CHECK (b2b_overdue_days >= 0)", "Days of grace cannot be negative; 0 means none."
    )
