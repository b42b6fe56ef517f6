"""Odoo's own pages, for business customers: the same documents, by the same rules."""

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.account.controllers.portal import PortalAccount
from odoo.addons.portal_guard.pages import require
from odoo.addons.sale.controllers.portal import PaymentPortal
from odoo.addons.sale_management.controllers.portal import (
    CustomerPortal as SaleManagementPortal,
)
from odoo.addons.sale_stock.controllers.portal import SaleStockPortal

from ..const import MAX_QUANTITY
from .pages import tell


class B2bSalePortal(SaleStockPortal):
    def _document_check_access(self, model_name, document_id, access_token=None):
        """Override of ``portal``: a link opens no more than the portal shows.

        Members open what their rights name, token or not. Others with a token open quotations
        and orders that the shop shows, never carts and orders that wait.
        """
        member = request.env.user._get_b2b_member()
        orders = request.env["sale.order"]
        if model_name == "sale.order" and member:
            order = orders._find_b2b_order(member, document_id)
            if not order:
                raise AccessError(request.env._("This document does not exist."))
            return order.with_user(SUPERUSER_ID)  # as core returns it
        if (model_name == "sale.order" and orders._ignores_b2b_link(document_id)) or (
            model_name == "account.move" and member
        ):
            access_token = None
        return super()._document_check_access(model_name, document_id, access_token=access_token)

    def _stock_picking_check_access(self, picking_id, access_token=None):
        """Override of ``sale_stock``: shipments of every order that the member may see.

        Core opens only those that name the person, or any with the order's token.
        """
        member = request.env.user._get_b2b_member()
        pickings = request.env["stock.picking"]
        if not member:
            # Superuser: to know its order only; nothing of it is told.
            picking = pickings.sudo().browse(picking_id).exists()
            if request.env["sale.order"]._ignores_b2b_link(picking.sale_id.id):
                access_token = None
            return super()._stock_picking_check_access(picking_id, access_token=access_token)
        domain = pickings._get_b2b_shown_domain(member)
        # Superuser: the domain is what the member may see.
        picking = pickings.sudo().search(domain & Domain("id", "=", picking_id))
        return require(picking)

    @route()
    def portal_my_orders(self, **kwargs):
        """Override of ``sale``: business customers have a list of their own."""
        if request.env.user._get_b2b_member():
            return request.redirect("/b2b/orders")
        return super().portal_my_orders(**_keep_known(kwargs, self._get_sale_searchbar_sortings()))

    @route()
    def portal_my_quotes(self, **kwargs):
        """Override of ``sale``: business customers have a list of their own."""
        if request.env.user._get_b2b_member():
            return request.redirect("/b2b/quotations")
        return super().portal_my_quotes(**_keep_known(kwargs, self._get_sale_searchbar_sortings()))

    @route()
    def portal_order_page(self, order_id, report_type=None, message=False, **kwargs):
        """Override of ``sale``: orders open in the business portal; here they sign and pay."""
        member = request.env.user._get_b2b_member()
        if member and not report_type:
            order = request.env["sale.order"]._find_b2b_order(member, order_id)
            if order and order.state not in ("draft", "sent"):
                if message == "sign_ok":
                    tell("success", request.env._("Thank you! You signed %s.", order.name))
                return request.redirect(f"/b2b/orders/{order.id}")
        return super().portal_order_page(
            order_id, report_type=report_type, message=message, **kwargs
        )

    @route()
    def portal_quote_accept(self, order_id, **kwargs):
        """Override of ``sale``: members sign what they may order, and are noted as who ordered."""
        member = request.env.user._get_b2b_member()
        order = request.env["sale.order"]._find_b2b_order(member, order_id) if member else None
        if not order:
            return super().portal_quote_accept(order_id, **kwargs)
        if problem := order._get_b2b_signing_block(member):
            return {"error": problem}
        answer = super().portal_quote_accept(order_id, **kwargs)
        if "error" not in answer:
            order.b2b_member_id = member
        return answer

    @route()
    def portal_quote_decline(self, order_id, **kwargs):
        """Override of ``sale``: who may not order does not decline either."""
        member = request.env.user._get_b2b_member()
        if member and not member._may_order():
            tell("danger", request.env._("You may look, but not decline quotations."))
            return request.redirect("/b2b/quotations")
        return super().portal_quote_decline(order_id, **kwargs)


class B2bOptionPortal(SaleManagementPortal):
    @route()
    def portal_quote_option_update(self, order_id, line_id=0, input_quantity=False, **kwargs):
        """Override of ``sale_management``: who may not order changes no quantities.

        Nor does anybody order less than nothing, which would bring a total below a limit.

        :raise ValidationError: in a sentence that says what can be done
        """
        member = request.env.user._get_b2b_member()
        if member and not member._may_order():
            raise ValidationError(request.env._("You may look, but not change quotations."))
        if input_quantity is not False and not _is_quantity(input_quantity):
            raise ValidationError(request.env._("Type a quantity of zero or more."))
        return super().portal_quote_option_update(
            order_id, line_id, input_quantity=input_quantity, **kwargs
        )


def _is_quantity(value):
    return isinstance(value, int | float) and 0 <= value <= MAX_QUANTITY


class B2bPaymentPortal(PaymentPortal):
    @route()
    def portal_order_transaction(self, order_id, access_token="", **kwargs):
        """Override of ``sale``: paying a quotation accepts it; the same members may.

        :raise ValidationError: in a sentence that says who may
        """
        member = request.env.user._get_b2b_member()
        order = request.env["sale.order"]._find_b2b_order(member, order_id) if member else None
        is_quotation = order and order.filtered_domain(order._get_b2b_quotation_domain())
        if is_quotation and (problem := order._get_b2b_signing_block(member)):
            raise ValidationError(problem)
        return super().portal_order_transaction(order_id, access_token, **kwargs)


class B2bAccountPortal(PortalAccount):
    @route()
    def portal_my_invoices(self, **kwargs):
        """Override of ``account``: business customers have a list of their own."""
        if request.env.user._get_b2b_member():
            return request.redirect("/b2b/invoices")
        orders, filters = (
            self._get_account_searchbar_sortings(),
            self._get_account_searchbar_filters(),
        )
        return super().portal_my_invoices(**_keep_known(kwargs, orders, filters))


def _keep_known(arguments, orders, filters=None):
    """Return the arguments of a list; by what nobody sorts or filters, core's pages end in an error."""
    known = {"sortby": orders, "filterby": filters}
    return {
        name: value
        for name, value in arguments.items()
        if known.get(name) is None or not value or value in known[name]
    }
