from odoo import http
from odoo.http import request

from odoo.addons.auth_signup.controllers.main import AuthSignupHome


class GuardHome(AuthSignupHome):
    """Odoo's own pages for passwords, telling nobody which addresses are known."""

    @http.route()
    def web_auth_reset_password(self, *args, **kw):
        """Override of ``auth_signup``: the same words for every address, see ``reset_password``."""
        response = super().web_auth_reset_password(*args, **kw)
        values = getattr(response, "qcontext", {})
        if values.get("message") and not values.get("token"):
            values["message"] = request.env._(
                "If the address is known here, a mail with a link is on its way. Look among "
                "unwanted mail, too."
            )
        return response

    def get_auth_signup_qcontext(self):
        """Override of ``auth_signup``: an address in the link does not tell whether it is known."""
        values = super().get_auth_signup_qcontext()
        values.pop("signup_email", None)
        return values

    def _signup_with_values(self, token, values, do_login):
        """Override of ``auth_signup``: a refused password does not use the link up."""
        with request.env.cr.savepoint():
            return super()._signup_with_values(token, values, do_login)
