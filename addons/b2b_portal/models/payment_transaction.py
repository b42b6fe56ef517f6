from odoo import api, models
from odoo.exceptions import ValidationError

from ..exceptions import B2bError


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.constrains("provider_id", "partner_id", "company_id")
    def _check_b2b_invoice(self):
        """Refuse "Invoice" to whoever may not pay by invoice, whichever page asked for it.

        The form offers it to business customers only; what is posted is not trusted.

        :raise ValidationError: says that another way of payment has to be chosen
        """
        for transaction in self.filtered(lambda one: one.provider_id.custom_mode == "b2b_invoice"):
            refusal = transaction.partner_id._get_b2b_invoice_refusal(transaction.company_id)
            for order in transaction.sale_order_ids.filtered(
                lambda order: order.state in ("draft", "sent")
            ):
                refusal = refusal or order._get_b2b_account_problem()
            if refusal:
                raise ValidationError(refusal)

    def _post_process(self):
        """Override of ``payment``: an order paid by invoice is confirmed at once.

        Unless the customer has passed the credit limit since: then it stays a quotation.
        """
        invoiced = self.filtered(
            lambda one: one.provider_id.custom_mode == "b2b_invoice" and one.state == "pending"
        )
        for order in invoiced.sale_order_ids:
            if order.state in ("draft", "sent") and not order._get_b2b_account_problem():
                order.with_context(send_email=True).action_confirm()
        return super()._post_process()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of ``payment``: nobody pays, and so confirms, what they may not order.

        What waits for payment is paid in a way that is offered for it: core takes whatever
        provider was posted, and some confirm an order without a payment.

        :raise B2bError: says who can do it, or that the way is not offered; nothing is written then
        """
        transactions = super().create(vals_list)
        quotations = transactions.sale_order_ids.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        quotations._check_b2b_acting_visitor()
        for transaction in transactions:
            for order in transaction.sale_order_ids.filtered(
                lambda order: order.b2b_stage == "payment"
            ):
                order._check_b2b_provider(transaction.provider_id)
                transaction._check_b2b_amount(order)
        return transactions

    def _check_b2b_amount(self, order):
        """Refuse to pay less than the whole: the order would wait for ever.

        :raise B2bError: says to open the page anew
        """
        if self.currency_id != order.currency_id or order.currency_id.compare_amounts(
            self.amount, order.amount_total
        ):
            raise B2bError(self.env._("The total of this order changed. Please look again."))

    def _check_amount_and_confirm_order(self):
        """Override of ``sale``: money does not confirm what its customer has taken back.

        What lies in a cart now may be something else than what was approved and paid for. It is
        checked when it is ordered again, and then not paid a second time.
        """
        changing = self.sale_order_ids.filtered(
            lambda order: order.b2b_stage in ("cart", "approval")
        )
        changing._tell_b2b_early_payment()
        paid = self.filtered(lambda transaction: not transaction.sale_order_ids & changing)
        return super(PaymentTransaction, paid)._check_amount_and_confirm_order()
