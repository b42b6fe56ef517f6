from odoo import models


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    # Used by consignment.sale, with every receipt: what other lines sell of the same article.
    _consignment_product_idx = models.Index("(product_id)")
