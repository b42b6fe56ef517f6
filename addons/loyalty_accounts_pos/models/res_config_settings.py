from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pos_loyalty_cards = fields.Boolean(related="pos_config_id.loyalty_cards", readonly=False)
