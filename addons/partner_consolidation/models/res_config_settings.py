from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    consolidation_open = fields.Boolean(related="company_id.consolidation_open", readonly=False)
    consolidation_user_id = fields.Many2one(
        related="company_id.consolidation_user_id", readonly=False
    )
