import functools

from odoo import models
from odoo.http import request


def is_closed_to(env):
    """Tell whether pricelists are closed to whoever asks, and to how they ask.

    The website's pages read pricelists and rules as the visitor, so that visitors need a right on
    both. Outside of these pages, over RPC, the same right would read them all. Which it is follows
    from the route that answers, never from the context, which a caller can choose.
    """
    if env.su or not env.user.share:
        return False
    return not (request and getattr(request, "is_frontend", False))


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _check_access(self, operation):
        """Override of ``base``: visitors and customers read pricelists by the shop's pages only."""
        if is_closed_to(self.env):
            access = self.env["ir.model.access"]
            return self, functools.partial(access._make_access_error, self._name, operation)
        return super()._check_access(operation)
