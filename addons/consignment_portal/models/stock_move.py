from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Override: what is delivered or comes back is recorded for the consignors."""
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        self.env["consignment.sale"]._collect_products(moves.product_id)
        return moves
