from odoo import api, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def _load_pos_data_fields(self, config_id):
        """Override: the till discounts lines itself, and knows what sells credit."""
        return [
            *super()._load_pos_data_fields(config_id),
            "loyalty_discount_allowed",
            "loyalty_credit_product",
        ]
