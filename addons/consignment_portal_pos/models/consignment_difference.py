from odoo import api, models
from odoo.tools import SQL


class ConsignmentDifference(models.Model):
    _inherit = "consignment.difference"

    @api.model
    def _get_awaiting(self):
        """Override: a session that moves stock at closing, and what is shipped later, are waited for."""
        return SQL(
            """
            SELECT article.id AS article_id, sum(line.qty)::numeric AS quantity
              FROM pos_order_line line
              JOIN consignment_article article ON article.product_id = line.product_id
              JOIN pos_order receipt ON receipt.id = line.order_id
              JOIN pos_session session ON session.id = receipt.session_id
             WHERE receipt.state IN ('paid', 'done') AND (
                   (session.update_stock_at_closing AND session.state <> 'closed'
                    AND NOT EXISTS (
                        SELECT FROM stock_picking picking
                         WHERE picking.pos_order_id = receipt.id))
                   OR (receipt.shipping_date IS NOT NULL AND EXISTS (
                        SELECT FROM stock_picking picking
                         WHERE picking.pos_order_id = receipt.id
                           AND picking.state NOT IN ('done', 'cancel'))))
          GROUP BY article.id
            """
        )
