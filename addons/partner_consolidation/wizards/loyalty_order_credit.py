from odoo import models


class LoyaltyOrderCredit(models.TransientModel):
    _inherit = "loyalty.order.credit"

    def _get_document_card(self):
        """Override: the order's."""
        return self.order_id.loyalty_account_id
