from odoo import api, models
from odoo.fields import Domain


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "b2b.shown"]

    @api.model
    def _get_b2b_shown_domain(self, member):
        """Override: lines of orders that are shown."""
        # any!: the domain of orders is the whole condition; their rules would ask it again.
        orders = self.env["sale.order"]._get_b2b_shown_domain(member)
        return Domain("order_id", "any!", orders)
