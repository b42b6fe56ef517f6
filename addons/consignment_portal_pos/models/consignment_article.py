from odoo import models


class ConsignmentArticle(models.Model):
    _inherit = "consignment.article"

    def _prepare_product_vals(self):
        """Override: accepted articles are sold at the till."""
        return {**super()._prepare_product_vals(), "available_in_pos": True}

    def _prepare_offer_vals(self, offered):
        """Override: what is sold or gone cannot be rung up again."""
        return {**super()._prepare_offer_vals(offered), "available_in_pos": offered}
