from odoo import fields, models
from odoo.exceptions import UserError

#: What the label, the till and the consignor's pages say, and what makes it one piece of stock.
OF_THE_ARTICLE = frozenset(
    {
        "active",
        "attribute_line_ids",
        "barcode",
        "categ_id",
        "company_id",
        "is_storable",
        "list_price",
        "name",
        "tracking",
        "type",
        "uom_id",
    }
)


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

    def write(self, vals):
        """Override: what an article says of itself is changed on the article.

        :raise UserError: a product is on consignment
        """
        self._check_consigned(vals.keys())
        return super().write(vals)

    def _check_consigned(self, names):
        """Let products of articles follow their articles only: those write as superuser.

        :param names: of the fields that are written
        :raise UserError: see :meth:`write`
        """
        if self.env.su or not OF_THE_ARTICLE & set(names):
            return
        # Superuser: who works with products need not see articles; archived products count, too.
        products = self.sudo().with_context(active_test=False)
        article = products.consignment_article_ids[:1]
        if article:
            raise UserError(
                self.env._(
                    "“%s” belongs to a consignor: change it on its article, or end the article.",
                    article.name,
                )
            )
