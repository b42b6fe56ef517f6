from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    consignment_article_ids = fields.One2many(
        comodel_name="consignment.article",
        inverse_name="product_id",
        string="Consigned article",
        copy=False,
        groups="consignment_portal.group_consignment_user",
        help="The article on consignment that this product sells, one at most.",
    )
