from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How cards and vouchers look."""

    _inherit = "res.config.settings"

    loyalty_symbology = fields.Selection(related="company_id.loyalty_symbology", readonly=False)
    loyalty_card_color = fields.Char(related="company_id.loyalty_card_color", readonly=False)
    loyalty_card_text = fields.Char(related="company_id.loyalty_card_text", readonly=False)
