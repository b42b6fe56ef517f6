from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _load_pos_data_fields(self, config):
        """Override: how the card's discount meets the cashier's and the pricelist's."""
        return [*super()._load_pos_data_fields(config), "loyalty_discount_mode"]
