from odoo import http
from odoo.http import request

from odoo.addons.portal_guard.pages import require
from odoo.addons.portal_guard.rules.photos import MAX_BYTES

from .orders import ORDER
from .pages import b2b_action, b2b_page, render, tell


class B2bReturns(http.Controller):
    """Asking to send goods back."""

    @http.route(
        f"{ORDER}/return", type="http", auth="user", methods=["GET"], website=True, readonly=True
    )
    @b2b_page
    def b2b_return(self, member, order_id, **_kwargs):
        """Show what of an order can come back."""
        order = require(request.env["sale.order"]._find_b2b_order(member, order_id))
        return render(
            "b2b_portal.order_return",
            member,
            order=order,
            returnable=order._get_b2b_returnable() if member._may_order() else {},
        )

    @http.route(f"{ORDER}/return", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page(uploads=("photo",))
    @b2b_action(back="/b2b/orders")
    def b2b_return_ask(self, member, order_id, reason="", photo=None, **form):
        """Ask for it; quantities come as ``quantity_<line>``."""
        order = require(request.env["sale.order"]._find_b2b_order(member, order_id))
        texts = {
            int(name[9:]): text
            for name, text in form.items()
            if name.startswith("quantity_") and name[9:].isdecimal() and len(name) < 19
        }
        # One byte more than allowed tells that it is too large; the rest is never read.
        content = photo.read(MAX_BYTES + 1) if hasattr(photo, "read") else b""
        asked = order._request_b2b_return(member, texts, reason, content)
        tell("success", request.env._("We got your request %s, and will answer.", asked.name))
        return request.redirect(f"/b2b/orders/{order.id}")
