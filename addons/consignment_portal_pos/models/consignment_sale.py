from odoo import api, models
from odoo.tools import SQL


class ConsignmentSale(models.Model):
    _inherit = "consignment.sale"

    @api.model
    def _fetch_changes(self, scope):
        """Override: receipts are compared too."""
        for model in ("pos.order", "pos.order.line"):
            self.env[model].flush_model()
        return super()._fetch_changes(scope)

    @api.model
    def _get_targets(self):
        """Override: lines of paid receipts sell articles; lines of refunds take back."""
        return [*super()._get_targets(), self._get_receipt_targets()]

    @api.model
    def _get_receipt_targets(self):
        # The till sends what refunds give back without a sign, the back office with one; that
        # they give back is told by quantity and price.
        lines = SQL(
            """
            SELECT line.id, line.order_id, line.product_id, article.step,
                   line.qty::numeric AS quantity, line.price_unit < 0 AS is_discount,
                   abs(line.price_subtotal_incl) * sign(line.qty * line.price_unit)::numeric
                       / coalesce(nullif(receipt.currency_rate, 0), 1)::numeric AS amount,
                   line.price_subtotal / nullif(line.price_subtotal_incl, 0) AS net_part
              FROM pos_order_line line
              JOIN pos_order receipt ON receipt.id = line.order_id
              JOIN (
                    SELECT DISTINCT other.order_id, article.step
                      FROM pos_order_line other
                      JOIN article ON article.product_id = other.product_id
                   ) article ON article.order_id = line.order_id
             WHERE receipt.state IN ('paid', 'done')
            """
        )
        return SQL(
            """
            SELECT 'pos.order.line' AS source_model, sold.id AS source_id, sold.product_id,
                   receipt.date_order AS date, sold.quantity, sold.amount,
                   round(sold.amount * coalesce(sold.net_part, 1) / sold.step) * sold.step
                       AS amount_untaxed
              FROM (%(lines)s) sold
              JOIN article ON article.product_id = sold.product_id
              JOIN pos_order_line line ON line.id = sold.id
              JOIN pos_order receipt ON receipt.id = line.order_id
            """,
            lines=self._share_discounts(lines),
        )
