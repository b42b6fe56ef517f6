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
    def _get_paying_products(self):
        """Override: tips."""
        # Superuser: see super; other companies' tills do no harm.
        tills = self.env["pos.config"].sudo().with_context(active_test=False)
        tills = tills.search([("tip_product_id", "!=", False)])
        return super()._get_paying_products() | tills.tip_product_id

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
             WHERE receipt.state IN ('paid', 'done') AND line.product_id <> ALL(%(paying)s)
            """,
            paying=self._get_paying_products().ids,
        )
        # What is refunded was sold for as much as was recorded, whatever the till gives back:
        # refunding one line of a receipt leaves its discount on the whole where it is.
        return SQL(
            """
            (WITH shared AS MATERIALIZED (%(lines)s)
            SELECT 'pos.order.line' AS source_model, sold.id AS source_id, sold.product_id,
                   sold.date, sold.quantity, sold.amount,
                   round(sold.amount * sold.net_part / sold.step) * sold.step AS amount_untaxed
              FROM (
                    SELECT line.id, line.product_id, receipt.date_order AS date, shared.quantity,
                           shared.step, coalesce(origin.net_part, shared.net_part, 1) AS net_part,
                           coalesce(
                               round(origin.amount / nullif(origin.quantity, 0) * shared.quantity
                                     / shared.step) * shared.step,
                               shared.amount) AS amount
                      FROM shared
                      JOIN article ON article.product_id = shared.product_id
                      JOIN pos_order_line line ON line.id = shared.id
                      JOIN pos_order receipt ON receipt.id = line.order_id
                 LEFT JOIN shared origin ON origin.id = line.refunded_orderline_id
                       AND origin.product_id = line.product_id
                   ) sold)
            """,
            lines=self._share_discounts(lines),
        )
