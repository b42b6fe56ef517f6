from odoo import http
from odoo.http import request

from .pages import recall, render, shop_page


class ConsignHome(http.Controller):
    """A shop's page: the login, or the overview of one who is logged in."""

    @http.route(
        "/consign/<string:number>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    @shop_page
    def consign_home(self, shop, **_kwargs):
        """Show the overview to a consignor of the shop, and the login to everybody else."""
        if request.env.user._get_consignors(shop):
            return request.redirect(recall(shop))
        return render("consignment_portal.login", shop)
