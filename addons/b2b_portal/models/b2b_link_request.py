from odoo import api, models

from ..const import LOGIN_BY_ADDRESS, LOGIN_BY_ORIGIN


class B2bLinkRequest(models.Model):
    """Somebody asked for a link to log in."""

    _name = "b2b.link.request"
    _description = "Request for a link to log in"
    _inherit = ["portal.request"]

    @api.model
    def _ask(self, email, origin):
        """Note that a link was asked for, unless that is asked too often.

        :param email: what was typed
        :param origin: network address of the one who asks
        """
        job = "b2b_portal.ir_cron_link_requests"
        self._note(email, LOGIN_BY_ADDRESS, LOGIN_BY_ORIGIN, origin, job)

    def _answer(self):
        """Override of ``portal.request``: send a fresh link to whom the address is the login of."""
        for member in self.env["b2b.member"]._find_by_email(self.email):
            member._send_login_link()
