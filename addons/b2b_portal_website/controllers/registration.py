from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.b2b_portal.exceptions import B2bError
from odoo.addons.portal_guard.pages import clean


class B2bRegistration(http.Controller):
    """The website's form for businesses that want to order."""

    @http.route(
        "/b2b/register",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def b2b_register(self, sent="", **_kwargs):
        """Show the form, or that it was sent."""
        self._require_open()
        return self._show(sent=bool(sent))

    @http.route(
        "/b2b/register",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def b2b_register_send(self, **form):
        """Keep the application; the answer is the same for whoever is known already."""
        company = self._require_open()
        form = clean(form)
        try:
            # A refusal half way through must leave nothing behind.
            with request.env.cr.savepoint():
                request.env["res.partner"]._apply_b2b(
                    company, form, request.httprequest.remote_addr
                )
        except B2bError as error:
            return self._show(typed=form, problem=str(error))
        return request.redirect("/b2b/register?sent=1")

    def _require_open(self):
        # Superuser: which of its pages are open, a website tells everybody.
        company = request.website.sudo().company_id
        if not (company.b2b_enabled and company.b2b_registration):
            raise NotFound
        return company

    def _show(self, typed=None, problem="", *, sent=False):
        company = request.website.sudo().company_id  # Superuser: see _require_open
        return request.render(
            "b2b_portal_website.registration",
            {
                "typed": typed or {"country": str(company.country_id.id), "lang": request.env.lang},
                "problem": problem,
                "sent": sent,
                "countries": request.env["res.country"].sudo().search([]),  # Superuser: no secret
                "languages": request.env["res.lang"].get_installed(),
            },
        )
