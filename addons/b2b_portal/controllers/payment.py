from odoo import http
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.http import request

from odoo.addons.portal_guard.pages import RECORD, require
from odoo.addons.sale.controllers import portal as sale_portal

from .pages import b2b_page, render


class B2bPayment(sale_portal.CustomerPortal):
    """Paying an order online before it is confirmed, with Odoo's own payment form."""

    @http.route(f"/b2b/orders/{RECORD % 'order_id'}/pay", type="http", auth="user", website=True)
    @b2b_page
    def b2b_pay(self, member, order_id, **_kwargs):
        """Show the ways to pay an order that waits for payment."""
        orders = request.env["sale.order"]
        order = orders._find_b2b_payable(member, order_id)
        if not order:
            # Paid meanwhile, and the browser went back: the order's page says how it stands.
            require(orders._find_b2b_order(member, order_id))
            return request.redirect(f"/b2b/orders/{order_id}")
        values = self._get_payment_values(order)
        values |= {
            "transaction_route": f"/b2b/orders/{order.id}/transaction",
            "landing_route": f"/b2b/orders/{order.id}",
        }
        return render("b2b_portal.pay", member, order=order, **values)

    @http.route(
        f"/b2b/orders/{RECORD % 'order_id'}/transaction", type="jsonrpc", auth="user", website=True
    )
    def b2b_transaction(self, order_id, access_token=None, **kwargs):
        """Start a payment; all but the way to pay is the order's, whatever was posted.

        :raise ValidationError: the order does not wait for payment, or is not the visitor's
        """
        member = request.env.user._get_b2b_member()
        order = member and request.env["sale.order"]._lock_b2b_payable(member, order_id)
        if not order:
            raise ValidationError(request.env._("This order does not wait for payment any more."))
        self._validate_transaction_kwargs(kwargs)
        kwargs |= {
            "amount": order.amount_total,
            "partner_id": member.partner_id.id,
            "currency_id": order.currency_id.id,
            "sale_order_id": order.id,
            "landing_route": f"/b2b/orders/{order.id}",
        }
        payment = sale_portal.PaymentPortal()
        transaction = payment._create_transaction(
            custom_create_values={"sale_order_ids": [Command.set([order.id])]}, **kwargs
        )
        return transaction._get_processing_values()
