from odoo import http
from odoo.http import request

from odoo.addons.portal_guard.pages import RECORD, require

from .pages import b2b_action, b2b_page, render, tell

ORDER = f"/b2b/approvals/{RECORD % 'order_id'}"


class B2bApprovals(http.Controller):
    """Orders that wait for a colleague: one's own, and those one may release."""

    @http.route("/b2b/approvals", type="http", auth="user", website=True, readonly=True)
    @b2b_page
    def b2b_approvals(self, member, **_kwargs):
        """List what waits."""
        waiting = request.env["sale.order"]._get_b2b_waiting(member, "approval")
        own = waiting.filtered(lambda order: order.b2b_member_id == member)
        return render("b2b_portal.approvals", member, own=own, others=waiting - own)

    @http.route(ORDER, type="http", auth="user", website=True)
    @b2b_page
    def b2b_approval(self, member, order_id, **_kwargs):
        """Show a waiting order at today's prices."""
        waiting = request.env["sale.order"]._get_b2b_waiting(member, "approval")
        order = require(waiting.filtered(lambda order: order.id == order_id))
        unavailable, changed = order._refresh_b2b_cart(member)
        if changed:
            tell("warning", request.env._("New prices: %s.", ", ".join(changed)))
        return render(
            "b2b_portal.approval",
            member,
            order=order,
            unavailable=unavailable,
            problem=order._get_b2b_decision_problem(member),
        )

    @http.route(f"{ORDER}/approve", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/approvals")
    def b2b_approve(self, member, order_id, total="", **_kwargs):
        """Release the order at the total that the page showed."""
        order = request.env["sale.order"]._approve_b2b(member, order_id, total)
        tell("success", request.env._("Order %s is approved.", order.name))
        return request.redirect("/b2b/approvals")

    @http.route(f"{ORDER}/decline", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/approvals")
    def b2b_decline(self, member, order_id, reason="", **_kwargs):
        """Decline the order; the colleague reads the reason."""
        order = request.env["sale.order"]._decline_b2b(member, order_id, reason)
        tell("success", request.env._("Order %s is declined.", order.name))
        return request.redirect("/b2b/approvals")

    @http.route(
        [f"{ORDER}/withdraw", f"/b2b/orders/{RECORD % 'order_id'}/withdraw"],
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    @b2b_page
    @b2b_action(back="/b2b/orders")
    def b2b_withdraw(self, member, order_id, **_kwargs):
        """Take one's own order back."""
        order = request.env["sale.order"]._withdraw_b2b(member, order_id)
        if order.b2b_stage == "cart":
            tell("success", request.env._("The order is your cart again."))
            return request.redirect("/b2b/cart")
        tell("warning", request.env._("Order %s is cancelled; your cart was in use.", order.name))
        return request.redirect("/b2b/orders")
