from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """Override: what an article says of itself is changed on the article.

        :raise UserError: a product is on consignment
        """
        # Archived ones, too: their article ended, or they are archived by this.
        variants = self.with_context(active_test=False).product_variant_ids
        variants._check_consigned(vals.keys())
        return super().write(vals)
