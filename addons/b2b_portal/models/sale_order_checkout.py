"""From cart to order: checked again, exactly once, whoever presses how often."""

from odoo import models
from odoo.tools import plaintext2html

from ..exceptions import B2bError, CartChanged


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _find_b2b_cart_for_order(self, member, cart_id):
        """Return the order that a "Create order" button means, locked, as superuser.

        Pressed twice, the second press finds what the first made: the order is no cart any more.

        :param cart_id: id of the cart as the page was shown
        :raise CartChanged: the cart of that page is gone
        """
        # A lock alone does not protect under REPEATABLE READ; the touched row makes the second
        # press wait, fail to serialize and run again from its beginning.
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = write_date WHERE id = %s AND (b2b_cart_user_id = %s"
            " OR b2b_member_id = %s) AND b2b_customer_id = %s AND company_id = %s",
            [cart_id, member.user_id.id, member.id, member.customer_id.id, member.company_id.id],
        )
        if not self.env.cr.rowcount:
            raise CartChanged(self.env._("This cart was ordered or emptied elsewhere."))
        # Superuser: the row is the member's own, see the condition above.
        return self.sudo().with_company(member.company_id).browse(cart_id)

    def _submit_b2b(self, member, cart_id, shown_total):
        """Make the order of a cart; the facade of "Create order".

        :param cart_id: id of the cart that the page showed
        :param shown_total: the total with tax, as the page sent it back, see :meth:`_get_b2b_shown_total`
        :return: the order (superuser): placed, or waiting for approval or payment
        :raise CartChanged: prices or articles changed since the page was shown
        :raise B2bError: something is missing or not allowed; the sentence says what to do
        """
        order = self._find_b2b_cart_for_order(member, cart_id)
        if order.b2b_stage != "cart":
            return order
        order._check_b2b_cart(member, shown_total)
        order.write({"b2b_member_id": member.id, "b2b_cart_user_id": False, "b2b_stage": "placed"})
        if reason := order._get_b2b_approval_reason(member):
            order._request_b2b_approval(reason)
        else:
            order._proceed_b2b()
        return order

    def _check_b2b_cart(self, member, shown_total):
        """Check a cart as a whole before it becomes an order; nothing is written on refusal."""
        self.ensure_one()
        if not member._may_order():
            raise B2bError(
                self.env._("You may look, but not order. Ask your company's administrator.")
            )
        if not self._get_b2b_lines():
            raise B2bError(self.env._("Your cart is empty. Add articles from the catalogue."))
        unavailable, _changed = self._refresh_b2b_cart(member)
        if unavailable:
            raise CartChanged(
                self.env._(
                    "No longer available: %s. Take it out of the cart to order the rest.",
                    ", ".join(unavailable.mapped("display_name")),
                )
            )
        for line in self._get_b2b_lines():
            self._parse_b2b_quantity(line.product_id, line.product_uom_qty)
        if self._get_b2b_shown_total() != str(shown_total):
            raise CartChanged(
                self.env._("Prices changed since you opened the cart. Please look again.")
            )
        self._check_b2b_minimum()
        if problem := self._get_b2b_block(member):
            raise B2bError(problem)

    def _get_b2b_shown_total(self):
        """Return the total with tax and its currency, to compare them with what a page showed."""
        currency = self.currency_id
        return f"{currency.round(self.amount_total):.{currency.decimal_places}f} {currency.name}"

    def _check_b2b_minimum(self):
        """Refuse an order below the company's minimum, converted to the order's currency."""
        company = self.company_id
        minimum = company.currency_id._convert(
            company.b2b_minimum_order, self.currency_id, company, self.date_order
        )
        total = sum(self._get_b2b_lines().mapped("price_subtotal"))
        if self.currency_id.compare_amounts(total, minimum) < 0:
            raise B2bError(
                self.env._(
                    "The minimum order is %(minimum)s without tax; this cart is %(total)s.",
                    minimum=self.currency_id.format(minimum),
                    total=self.currency_id.format(total),
                )
            )

    def _get_b2b_block(self, member):
        """Return why the customer cannot order now, in a sentence; empty when they can.

        Extension point: credit limit, overdue invoices.
        """
        return ""

    def _proceed_b2b(self):
        """Confirm an order that needs nobody's approval (any more), or let it wait for payment."""
        if self._needs_b2b_payment():
            self.write({"b2b_stage": "payment", "require_payment": True, "prepayment_percent": 1.0})
            # What was paid before the order was taken back and sent again is paid.
            if not self._is_confirmation_amount_reached():
                return
        self._confirm_b2b()

    def _needs_b2b_payment(self):
        """Tell whether the customer pays online before the order is confirmed.

        Extension point: who may pay by invoice.
        """
        return False

    def _confirm_b2b(self):
        """Confirm by Odoo's own means, which mail the customer; see :meth:`_action_confirm`."""
        self.write({"b2b_stage": "placed"})
        self.with_context(send_email=True).action_confirm()

    def _action_confirm(self):
        """Override of ``sale``: whoever confirms an order from the portal, it is placed now.

        A customer confirms it, an approver, a payment that arrives, or staff.
        """
        waiting = self.filtered(lambda order: order.b2b_stage not in (False, "placed"))
        # A payment begun before the order was taken back arrives: the cart is its payer's order.
        for cart in waiting.filtered("b2b_cart_user_id"):
            cart.b2b_member_id = cart.b2b_cart_user_id._get_b2b_member()
        waiting.write({"b2b_stage": "placed", "b2b_cart_user_id": False})
        result = super()._action_confirm()
        for order in self.filtered("b2b_stage"):
            order._notify_b2b_manager()
        return result

    def _action_cancel(self):
        """Override of ``sale``: what is cancelled is no cart any more and waits for nothing.

        Else its customer would go on filling an order that cannot be confirmed, or pay for it.
        """
        ended = self.filtered(lambda order: order.b2b_stage not in (False, "placed"))
        ended.write({"b2b_stage": False, "b2b_cart_user_id": False})
        return super()._action_cancel()

    def _notify_b2b_manager(self):
        """Leave an activity for the account manager, if there is one."""
        manager = self.user_id or self.company_id.b2b_manager_id
        if manager:
            # The activity is in the manager's list at once; a mail for each order is not sent.
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=manager.id,
                summary=self.env._("New order from the portal"),
                note=plaintext2html(self.b2b_note) if self.b2b_note else False,
            )
