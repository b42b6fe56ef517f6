from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from .pages import recall, render, shop_page, tell


class ConsignHome(http.Controller):
    """A shop's page: logging in, and the overview of one who is."""

    @http.route("/consign/<string:number>", type="http", auth="public", website=True, sitemap=False)
    @shop_page
    def consign_home(self, shop, **_kwargs):
        """Show the overview to a consignor of the shop, and the login to everybody else."""
        if request.env.user._get_consignors(shop):
            return request.redirect(recall(shop))
        return render("consignment_portal.login", shop)

    @http.route(
        "/consign/<string:number>/login",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    @shop_page
    def consign_login(self, shop, email="", password="", **_kwargs):
        """Log in with e-mail address and password."""
        credential = {"login": email.strip(), "password": password, "type": "password"}
        try:
            request.session.authenticate(request.env, credential)
        except AccessDenied:
            tell("danger", request.env._("E-mail address or password is wrong."))
        return request.redirect(f"/consign/{shop.number}")
