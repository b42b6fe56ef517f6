from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Where clearings stand in the books; for accountants."""

    _inherit = "res.config.settings"

    loyalty_clearing_account_id = fields.Many2one(
        related="loyalty_root_company_id.loyalty_clearing_account_id", readonly=False
    )
