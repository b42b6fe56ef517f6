from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    b2b_overdue_stop = fields.Boolean(related="company_id.b2b_overdue_stop", readonly=False)
    b2b_overdue_days = fields.Integer(related="company_id.b2b_overdue_days", readonly=False)
    b2b_credit_stop = fields.Boolean(related="company_id.b2b_credit_stop", readonly=False)
