from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _is_add_to_cart_allowed(self):
        """Override of ``website_sale``: what a business customer may not see is not in the shop.

        The shop answers as for a product that does not exist.
        """
        return self.b2b_visible and super()._is_add_to_cart_allowed()

    def _can_return_content(self, field_name=None, access_token=None):
        """Override of ``website``: pictures of what may not be seen are not published, either."""
        # Superuser: the field asks what the acting user may see, whatever may be read.
        if not self.sudo().b2b_visible:
            return False
        return super()._can_return_content(field_name, access_token)
