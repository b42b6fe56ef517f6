from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_b2b_article(self):
        """Override of ``b2b_portal``: rewards are added by programs, and not chosen."""
        return super()._is_b2b_article() and not self.reward_id
