from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    consignment_ok = fields.Boolean(
        string="For consignors",
        help="Consignors and staff choose this category for articles on consignment. Keep its "
        "costing method Standard Price and its valuation periodic: what is on consignment is worth "
        "nothing in your books.",
    )
