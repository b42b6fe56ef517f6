import functools

from odoo import models

from .product_pricelist import is_closed_to


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    def _check_access(self, operation):
        """Override of ``base``: visitors and customers read rules by the shop's pages only."""
        if is_closed_to(self.env):
            access = self.env["ir.model.access"]
            return self, functools.partial(access._make_access_error, self._name, operation)
        return super()._check_access(operation)
