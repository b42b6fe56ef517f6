from odoo import api, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of ``payment``: nobody pays, and so confirms, what they may not order.

        :raise B2bError: says who can do it; nothing is written then
        """
        transactions = super().create(vals_list)
        quotations = transactions.sale_order_ids.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        quotations._check_b2b_acting_visitor()
        return transactions
