from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    b2b_registration = fields.Boolean(related="company_id.b2b_registration", readonly=False)
    b2b_registration_auto = fields.Boolean(
        related="company_id.b2b_registration_auto", readonly=False
    )
