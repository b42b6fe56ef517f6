from odoo.http import request

from odoo.addons.web.controllers.home import Home


class B2bHome(Home):
    def _login_redirect(self, uid, redirect=None):
        """Override of ``web``: business customers land in their catalogue."""
        # Superuser: the user who just logged in, asked for its own membership.
        if not redirect and request.env["res.users"].sudo().browse(uid)._get_b2b_member():
            redirect = "/b2b"
        return super()._login_redirect(uid, redirect=redirect)
