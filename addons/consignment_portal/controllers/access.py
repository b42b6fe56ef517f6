from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from odoo.addons.portal_guard.exceptions import LinkInvalid, WeakPassword
from odoo.addons.portal_guard.pages import clean
from odoo.addons.web.controllers.utils import _get_login_redirect_url

from ..exceptions import ConsignmentError
from .pages import consignor_page, render, shop_page, tell

SHOP = "/consign/<string:number>"


class ConsignAccess(http.Controller):
    """How consignors find their shop, log in, and get or change a password.

    Looking at a link changes nothing, as mail scanners do it, too; pressing its button uses it.
    """

    @http.route("/consign", type="http", auth="public", website=True, sitemap=False, readonly=True)
    def consign_find(self, number="", **_kwargs):
        """Ask for the number of the shop, and go there."""
        number = clean({"number": number}).get("number", "").strip()
        if request.env["consignment.shop"]._is_number(number):
            return request.redirect(f"/consign/{number}")
        response = render(
            "consignment_portal.find_shop", request.env["consignment.shop"], typed=number
        )
        response.status_code = 422 if number else 200
        return response

    @http.route(
        f"{SHOP}/login", type="http", auth="public", website=True, methods=["POST"], sitemap=False
    )
    @shop_page
    def consign_login(self, shop, email="", password="", **_kwargs):
        """Log in with e-mail address and password."""
        login = shop._get_login_name(email)
        credential = {"login": login, "password": password, "type": "password"}
        home = f"/consign/{shop.number}"
        try:
            uid = request.session.authenticate(request.env, credential)["uid"]
        except AccessDenied:
            sentence = request.env._(
                "E-mail address or password is wrong. Please try again; after many attempts, wait "
                "for 15 minutes."
            )
            tell("danger", sentence)
            return request.redirect(home)
        if request.session.uid and not request.env.user._get_consignors(shop):
            tell(
                "warning", request.env._("You are logged in, but not as a consignor of this shop.")
            )
        return request.redirect(_get_login_redirect_url(uid, home))

    @http.route(
        f"{SHOP}/password",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    @shop_page
    def consign_password(self, shop, **_kwargs):
        """Ask for the address to which a link shall be sent."""
        return render("consignment_portal.password_ask", shop, sent=False)

    @http.route(
        f"{SHOP}/password",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    @shop_page
    def consign_password_ask(self, shop, email="", **_kwargs):
        """Answer the same for every address; the link is sent by a job."""
        origin = request.httprequest.remote_addr
        request.env["consignment.link.request"]._ask(shop, email, origin)
        return render("consignment_portal.password_ask", shop, sent=True)

    @http.route(
        f"{SHOP}/link/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    @shop_page
    def consign_link(self, shop, token, **_kwargs):
        """Show what the link is for."""
        return self._show(shop, token)

    @http.route(
        f"{SHOP}/link/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    @shop_page
    def consign_link_use(self, shop, token, password="", repeated="", keep="", **_kwargs):
        """Use the link up: log in with the password chosen, or ask for the one that is kept."""
        links = request.env["consignment.link"]
        home = f"/consign/{shop.number}"
        try:
            # A refusal half way through must leave nothing behind.
            with request.env.cr.savepoint():
                credential = links._redeem(shop, token, password, repeated, keep=bool(keep))
                if not credential:
                    tell("success", request.env._("Done. Log in with your usual password."))
                    return request.redirect(home)
                uid = request.session.authenticate(request.env, credential)["uid"]
        except LinkInvalid:
            return self._refuse(shop)
        except AccessDenied:
            # Odoo lets a network address wait for a minute; the link is as good as before.
            wait = request.env._("Please wait for a minute, then try again.")
            return self._show(shop, token, problem=wait)
        except (ConsignmentError, WeakPassword) as error:
            return self._show(shop, token, problem=str(error))
        return request.redirect(_get_login_redirect_url(uid, home))

    def _show(self, shop, token, problem=""):
        link = request.env["consignment.link"]._find(token)
        if link.shop_id != shop or not link:
            return self._refuse(shop)
        try:
            known = link._get_known_login()
        except ConsignmentError:
            known = None
        response = render(
            "consignment_portal.link",
            shop,
            link=link,
            known=known,
            problem=problem,
            terms=request.env["res.users"]._split_password_terms(link.email, shop.name),
            token=token,
        )
        return self._keep_secret(response)

    def _refuse(self, shop):
        """Answer for every link that does not open the shop: the same words for every reason."""
        response = render("consignment_portal.link_invalid", shop)
        response.status_code = 404
        return self._keep_secret(response)

    def _keep_secret(self, response):
        """The address is the secret: not in caches, not told to others."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @http.route(
        f"{SHOP}/choose", type="http", auth="public", website=True, methods=["POST"], sitemap=False
    )
    @consignor_page
    def consign_choose(self, consignor, consignor_id="", **_kwargs):
        """Look at another one of the records that share this login."""
        mine = request.env.user._get_consignors(consignor.shop_id)
        chosen = mine.filtered(lambda one: str(one.id) == consignor_id)
        if chosen:
            request.session["consignor_id"] = chosen.id
        return request.redirect(f"/consign/{consignor.shop_id.number}")
