from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _link_owner_on_return_picking(self, lines):
        """Override: an article that comes back at the till belongs to its consignor again.

        Odoo finds the owner by the transfer of the refunded receipt, which there is not when stock
        moves at closing, and looks at the first line only.
        """
        result = super()._link_owner_on_return_picking(lines)
        back = self.move_line_ids.filtered(lambda line: line.location_id.usage == "customer")
        # Superuser: cashiers need not have a right on consignments.
        articles = back.product_id.sudo().consignment_article_ids
        for article in articles:
            owned = back.filtered(
                lambda line, article=article: line.product_id == article.product_id
            )
            owned.owner_id = article.consignor_id.partner_id
        return result
