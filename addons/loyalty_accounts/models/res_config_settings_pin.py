from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    loyalty_pin_amount = fields.Monetary(
        related="company_id.loyalty_pin_amount",
        readonly=False,
        currency_field="loyalty_currency_id",
    )
    loyalty_pin_required = fields.Boolean(related="company_id.loyalty_pin_required", readonly=False)
    loyalty_currency_id = fields.Many2one(related="company_id.currency_id", string="Card currency")
