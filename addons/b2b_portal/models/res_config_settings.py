from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    b2b_enabled = fields.Boolean(related="company_id.b2b_enabled", readonly=False)
    b2b_availability = fields.Selection(related="company_id.b2b_availability", readonly=False)
    b2b_minimum_order = fields.Monetary(
        related="company_id.b2b_minimum_order",
        readonly=False,
        currency_field="currency_id",
    )
    b2b_manager_id = fields.Many2one(related="company_id.b2b_manager_id", readonly=False)
    b2b_invoice_offered = fields.Boolean(related="company_id.b2b_invoice_offered", readonly=False)
    b2b_carrier_ids = fields.Many2many(related="company_id.b2b_carrier_ids", readonly=False)
    b2b_invitation_days = fields.Integer(related="company_id.b2b_invitation_days", readonly=False)
