from odoo import http
from odoo.http import request

from odoo.addons.portal_guard.pages import PAGE, RECORD, make_pager, require

from ..const import LIST_SIZE, MAX_SEARCH, PAGES_AHEAD
from .pages import b2b_action, b2b_page, render, tell

ORDER = f"/b2b/orders/{RECORD % 'order_id'}"


class B2bOrders(http.Controller):
    """Orders: the list, one order, and ordering it again."""

    @http.route(
        ["/b2b/orders", f"/b2b/orders/page/{PAGE}"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    @b2b_page
    def b2b_orders(self, member, page=1, search="", status="", **_kwargs):
        """Show a page of the orders the customer may see, the newest first."""
        # Superuser: the domain is what the member may see; a page needs no other rights.
        orders = request.env["sale.order"].sudo()
        shown = {"search": search.strip()[:MAX_SEARCH], "status": status}
        statuses = request.env["b2b.status"]._get_by_key(member.company_id)
        domain = orders._get_b2b_list_domain(member, statuses, **shown)
        most = (max(page, 1) + PAGES_AHEAD) * LIST_SIZE
        total = orders.search_count(domain, limit=most)
        pager = make_pager("/b2b/orders", total, page, LIST_SIZE, **shown)
        return render(
            "b2b_portal.orders",
            member,
            orders=orders._fetch_b2b_page(domain, offset=pager["offset"], limit=LIST_SIZE),
            statuses=statuses,
            total=total,
            is_more=total == most,
            waiting=request.env["sale.order"]._get_b2b_waiting(member, "approval", "payment"),
            pager=pager,
            **shown,
        )

    @http.route(ORDER, type="http", auth="user", website=True, readonly=True)
    @b2b_page
    def b2b_order_page(self, member, order_id, **_kwargs):
        """Show one order; the same answer for one that is hidden and one that is not there."""
        orders = request.env["sale.order"]
        order = require(orders._find_b2b_order(member, order_id))
        if order.filtered_domain(order._get_b2b_quotation_domain()):
            return request.redirect(f"/my/orders/{order.id}")
        return render(
            "b2b_portal.order",
            member,
            order=order,
            lines=order.order_line.filtered(lambda line: not line.is_downpayment),
            statuses=request.env["b2b.status"]._get_by_key(member.company_id),
            shipments=order._get_b2b_shipments(),
            invoices=order._get_b2b_invoices(member),
            is_payable=bool(orders._find_b2b_payable(member, order.id)),
        )

    @http.route(f"{ORDER}/again", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/orders")
    def b2b_order_again(self, member, order_id, **_kwargs):
        """Fill the cart with what the order was made of."""
        order = require(request.env["sale.order"]._find_b2b_order(member, order_id))
        count, left_out = order._order_b2b_again(member)
        if count:
            tell("success", request.env._("The articles of %s are in your cart.", order.name))
        if left_out:
            tell("warning", request.env._("No longer available: %s.", ", ".join(left_out)))
        return request.redirect("/b2b/cart")

    @http.route(f"{ORDER}/message", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/orders")
    def b2b_order_message(self, member, order_id, text="", **_kwargs):
        """Write to the shop about an order."""
        order = require(request.env["sale.order"]._find_b2b_order(member, order_id))
        order._post_b2b_message(member, text)
        return request.redirect(f"/b2b/orders/{order.id}#b2b_messages")

    @http.route(f"{ORDER}/cancel", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/orders")
    def b2b_order_cancel(self, member, order_id, reason="", **_kwargs):
        """Ask the shop to cancel an order."""
        order = require(request.env["sale.order"]._find_b2b_order(member, order_id))
        order._request_b2b_cancellation(member, reason)
        tell("success", request.env._("You asked to cancel %s. We will answer soon.", order.name))
        return request.redirect(f"/b2b/orders/{order.id}")

    @http.route("/b2b/quotations", type="http", auth="user", website=True, readonly=True)
    @b2b_page
    def b2b_quotations(self, member, **_kwargs):
        """Show the quotations that wait for the customer's answer."""
        quotations = request.env["sale.order"]._find_b2b_quotations(member)
        return render("b2b_portal.quotations", member, quotations=quotations)
