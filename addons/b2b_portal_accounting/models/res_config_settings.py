from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    b2b_accounting_backend_id = fields.Many2one(
        related="company_id.b2b_accounting_backend_id",
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
