from odoo import models


class PosOrder(models.Model):
    _inherit = "pos.order"

    def action_pos_order_paid(self):
        """Override: what a receipt sells or takes back is recorded for the consignors."""
        result = super().action_pos_order_paid()
        self.env["consignment.sale"]._collect_products(self.lines.product_id)
        return result
