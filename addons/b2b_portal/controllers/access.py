from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from odoo.addons.portal_guard.exceptions import LinkInvalid, WeakPassword
from odoo.addons.portal_guard.pages import clean

from ..exceptions import B2bError


class B2bAccess(http.Controller):
    """Links that open the portal: looking at one changes nothing, pressing its button uses it."""

    @http.route(
        "/b2b/invitation/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def b2b_invitation(self, token, **_kwargs):
        """Show what the link is for; mail scanners open it, too, so nothing is written."""
        invitation = request.env["b2b.invitation"]._find(token)
        return self._show(invitation, token) if invitation else self._refuse()

    @http.route(
        "/b2b/invitation/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def b2b_invitation_use(self, token, **form):
        """Use the link up and log in, with the password chosen on the page."""
        invitations = request.env["b2b.invitation"]
        form = clean(form)
        password, repeated = form.get("password", ""), form.get("repeated", "")
        try:
            # A refusal half way through must leave nothing behind.
            with request.env.cr.savepoint():
                credential = invitations._redeem(
                    token, password, repeated, without=bool(form.get("without"))
                )
                request.session.authenticate(request.env, credential)
        except (LinkInvalid, AccessDenied):
            return self._refuse()
        except (B2bError, WeakPassword) as error:
            return self._show(invitations._find(token), token, problem=str(error))
        return request.redirect("/b2b")

    def _show(self, invitation, token, problem=""):
        response = request.render(
            "b2b_portal.invitation",
            {
                "invitation": invitation,
                "token": token,
                "problem": problem,
                "terms": request.env["res.users"]._split_password_terms(
                    invitation.member_id.partner_id.email
                ),
            },
        )
        return self._keep_secret(response)

    def _refuse(self):
        """Answer for every link that does not open the portal: the same words, whatever the reason."""
        response = request.render("b2b_portal.invitation_invalid", {})
        response.status_code = 404
        return self._keep_secret(response)

    def _keep_secret(self, response):
        """The address is the secret: not in caches, not in search engines, not told to others."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    @http.route(
        "/b2b/login",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def b2b_login(self, **_kwargs):
        """Ask for the address to which a link to log in shall be sent."""
        if request.env.user._get_b2b_member():
            return request.redirect("/b2b")
        return request.render("b2b_portal.login", {"sent": False})

    @http.route(
        "/b2b/login", type="http", auth="public", website=True, methods=["POST"], sitemap=False
    )
    def b2b_login_ask(self, **form):
        """Answer the same for every address; the link is sent by a job."""
        email = clean(form).get("email", "")
        request.env["b2b.link.request"]._ask(email, request.httprequest.remote_addr)
        return request.render("b2b_portal.login", {"sent": True})
