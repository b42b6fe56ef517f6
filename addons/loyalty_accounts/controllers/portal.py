from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.sale.controllers import portal as sale_portal

from ..exceptions import LoyaltyError


class CustomerPortal(sale_portal.CustomerPortal):
    def _get_payment_values(self, order_sudo, is_down_payment=False, payment_amount=None, **kwargs):
        """Override of ``sale``: what is asked online is the total less the order's credit."""
        values = super()._get_payment_values(
            order_sudo, is_down_payment=is_down_payment, payment_amount=payment_amount, **kwargs
        )
        due = order_sudo.loyalty_amount_due
        if not is_down_payment and order_sudo.loyalty_credit_used:
            # Core asks for the total: of a quotation always, of an order unless a link says less.
            wanted = payment_amount if order_sudo.state == "sale" else due
            values["amount"] = min(wanted or due, due)
        return values


class PaymentPortal(sale_portal.PaymentPortal):
    def _create_transaction(self, *args, sale_order_id=None, **kwargs):
        """Override of ``payment``: credit planned for the order is reserved while it is paid.

        The caller has checked that the visitor may pay the order.

        :raise ValidationError: it was spent elsewhere since the page was shown
        """
        if sale_order_id:
            # Superuser: the visitor pays the order, and reads nothing of the card.
            order_sudo = request.env["sale.order"].sudo().browse(sale_order_id)
            try:
                order_sudo._reserve_loyalty_credit_for_payment()
            except LoyaltyError as error:
                raise ValidationError(
                    request.env._(
                        "The credit for this order was used elsewhere meanwhile. Reload the page "
                        "to see what is to be paid."
                    )
                ) from error
        return super()._create_transaction(*args, sale_order_id=sale_order_id, **kwargs)
