from odoo import http
from odoo.http import request

from odoo.addons.portal_guard.pages import wants_json

from ..exceptions import CartChanged
from .pages import b2b_action, b2b_page, came_from, render, tell

DETAILS = ("note", "reference", "wished_date", "shipping_id", "carrier_id", "payment")


class B2bCart(http.Controller):
    """The cart and what is done with it; every change is a POST."""

    @http.route("/b2b/cart", type="http", auth="user", website=True)
    @b2b_page
    def b2b_cart(self, member, **_kwargs):
        """Show the cart at today's prices."""
        orders = request.env["sale.order"]
        cart = orders._get_b2b_cart(member)
        unavailable, changed = cart._refresh_b2b_cart(member) if cart else (None, [])
        if changed:
            tell("warning", request.env._("New prices: %s.", ", ".join(changed)))
        return render(
            "b2b_portal.cart",
            member,
            cart=cart,
            unavailable=unavailable,
            addresses=orders._get_b2b_addresses(member),
            carriers=cart._get_b2b_carriers() if cart else [],
            payments=cart._get_b2b_payments(member) if cart else [],
            block=cart._get_b2b_block(member) if cart else "",
        )

    @http.route("/b2b/cart/set", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/cart")
    def b2b_cart_set(self, member, product_id="", quantity="", add="", **_kwargs):
        """Put an article into the cart, change its quantity, or take it out with 0."""
        cart = request.env["sale.order"]._ensure_b2b_cart(member)
        product_id = int(product_id) if product_id.isdecimal() and len(product_id) < 10 else 0
        line = cart._set_b2b_quantity(member, product_id, quantity, add=bool(add))
        if wants_json():
            return request.make_json_response(
                {
                    **cart._summarize_b2b_cart(member),
                    "quantity": line.product_uom_qty,
                    "subtotal": cart.currency_id.format(line.price_subtotal),
                }
            )
        return request.redirect(came_from() or "/b2b/cart")

    @http.route("/b2b/cart/save", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/cart")
    def b2b_cart_save(self, member, **form):
        """Keep what the customer wrote about the cart."""
        cart = request.env["sale.order"]._ensure_b2b_cart(member)
        cart._write_b2b_details(member, {name: form[name] for name in DETAILS if name in form})
        if wants_json():
            return request.make_json_response(cart._summarize_b2b_cart(member))
        return request.redirect("/b2b/cart")

    @http.route("/b2b/cart/clear", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    @b2b_action(back="/b2b/cart")
    def b2b_cart_clear(self, member, **_kwargs):
        """Take everything out."""
        request.env["sale.order"]._ensure_b2b_cart(member)._clear_b2b_cart()
        return request.redirect("/b2b/cart")

    @http.route("/b2b/order", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    def b2b_order(self, member, cart_id="", total="", **form):
        """Create the order; pressed twice it is made once."""
        return self._order(member, cart_id, total, form)

    @b2b_action(back="/b2b/cart")
    def _order(self, member, cart_id, total, form):
        orders = request.env["sale.order"]
        if not cart_id.isdecimal() or len(cart_id) > 9:
            raise CartChanged(request.env._("This cart was ordered or emptied elsewhere."))
        cart = orders._find_b2b_cart_for_order(member, int(cart_id))
        if cart.b2b_stage == "cart":
            cart._write_b2b_details(member, {name: form[name] for name in DETAILS if name in form})
        order = orders._submit_b2b(member, int(cart_id), total)
        if order.b2b_stage == "payment":
            return request.redirect(f"/b2b/orders/{order.id}/pay")
        if order.b2b_stage == "approval":
            tell("warning", request.env._("Order %s waits for a colleague's approval.", order.name))
            return request.redirect(f"/b2b/approvals/{order.id}")
        tell("success", request.env._("Thank you! Your order %s was sent.", order.name))
        return request.redirect(f"/b2b/orders/{order.id}")
