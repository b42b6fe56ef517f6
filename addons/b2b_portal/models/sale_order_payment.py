from odoo import api, fields, models
from odoo.fields import Domain

from ..exceptions import B2bError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    b2b_payment = fields.Selection(
        selection=[("invoice", "On invoice"), ("online", "Online, before confirmation")],
        string="Payment in the portal",
        readonly=True,
        copy=False,
        help="How the customer chose to pay this order.",
    )

    def _get_b2b_payments(self, member):
        """Return the ways a member can pay a cart: ``["invoice", "online"]`` or fewer, best first.

        The same checks stand behind the page, the order and the payment itself.
        """
        self.ensure_one()
        ways = []
        if not member.customer_id._get_b2b_invoice_refusal(member.company_id):
            ways.append("invoice")
        if self._get_b2b_online_providers(member):
            ways.append("online")
        return ways

    def _get_b2b_online_providers(self, member):
        """Return the payment providers with which a cart can be paid online."""
        # Superuser: providers hold keys; customers read none of their fields here.
        providers = (
            self.env["payment.provider"]
            .sudo()
            ._get_compatible_providers(
                self.company_id.id,
                member.customer_id.id,
                self.amount_total,
                currency_id=self.currency_id.id,
                sale_order_id=self.id,
            )
        )
        return providers.filtered(lambda one: one.code != "custom")

    def _check_b2b_provider(self, provider):
        """Refuse to pay an order that waits for payment in a way that is not offered for it.

        :raise B2bError: says to choose another way
        """
        self.ensure_one()
        # Superuser: providers hold keys; customers read none of their fields here.
        offered = (
            self.env["payment.provider"]
            .sudo()
            ._get_compatible_providers(
                self.company_id.id,
                self.partner_id.id,
                self.amount_total,
                currency_id=self.currency_id.id,
                sale_order_id=self.id,
            )
        )
        if provider not in offered:
            raise B2bError(
                self.env._("This way to pay is not available to you; choose another one.")
            )

    def _set_b2b_payment(self, member, way):
        """Choose how a cart is paid.

        :param way: ``invoice`` or ``online``, as the form sends it
        :raise B2bError: the way is not offered to this customer
        """
        if way not in self._get_b2b_payments(member):
            raise B2bError(
                self.env._("This way to pay is not available to you; choose another one.")
            )
        self.b2b_payment = way

    def _refresh_b2b_payment(self, member):
        """Keep the chosen way to pay while it is offered, else take the best that is."""
        ways = self._get_b2b_payments(member)
        if self.b2b_payment not in ways:
            self.b2b_payment = ways[0] if ways else False

    @api.model
    def _find_b2b_payable(self, member, order_id):
        """Return an order that a member may pay now, as superuser; an empty recordset else.

        While a payment is under way there is nothing to pay.
        """
        # Superuser: what waits for payment is no order yet, and hidden from customers' own rights.
        orders = self.sudo().with_company(member.company_id)
        waiting = orders._get_b2b_waiting_domain(member, "payment")
        return orders.search(waiting & Domain("id", "=", order_id)).filtered(
            lambda order: member._may_order() and not order._is_b2b_payment_under_way()
        )

    @api.model
    def _lock_b2b_payable(self, member, order_id):
        """Return the same as :meth:`_find_b2b_payable`, locked until the transaction's end."""
        order = self._find_b2b_payable(member, order_id)
        # Taken back at the same moment: the touched row makes the second one run again.
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = write_date"
            " WHERE id = ANY(%s) AND b2b_stage = 'payment'",
            [order.ids],
        )
        return order if self.env.cr.rowcount else order.browse()

    def _tell_b2b_early_payment(self):
        """Leave an activity about a payment that arrived for an order that was taken back."""
        for order in self.filtered(lambda order: order._get_b2b_responsible()):
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=order._get_b2b_responsible().id,
                summary=self.env._("A payment arrived for an order that its customer took back"),
            )

    def _is_b2b_payment_under_way(self):
        """Tell whether money is coming or has come; a second payment would be one too many.

        A payment that was only begun, refused or given up does not count.
        """
        self.ensure_one()
        # Superuser: customers read no payments; nothing but a yes or no comes of it.
        states = self.sudo().transaction_ids.mapped("state")
        return any(state in ("pending", "authorized", "done") for state in states)

    def _is_b2b_payment_refused(self):
        """Tell whether the last payment failed or was given up."""
        self.ensure_one()
        # Superuser: customers read no payments; nothing but a yes or no comes of it.
        return self.sudo().transaction_ids.sorted("id")[-1:].state in ("cancel", "error")

    def _get_b2b_block(self, member):
        """Extend: an order that nobody can pay is not made."""
        if problem := super()._get_b2b_block(member):
            return problem
        if not self._get_b2b_payments(member):
            return self.env._(
                "No way to pay is available at the moment. Please contact %s.", self.company_id.name
            )
        return ""

    def _needs_b2b_payment(self):
        """Extend: who pays online pays before the order is confirmed, unless there is nothing to pay."""
        if self.currency_id.is_zero(self.amount_total):
            return False
        return self.b2b_payment == "online" or super()._needs_b2b_payment()
