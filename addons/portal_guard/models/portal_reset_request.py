from odoo import api, models

from ..const import RESET_BY_NAME, RESET_BY_ORIGIN


class PortalResetRequest(models.Model):
    """Somebody asked for a new password on Odoo's own page."""

    _name = "portal.reset.request"
    _description = "Request for a new password"
    _inherit = ["portal.request"]

    @api.model
    def _ask(self, login, origin):
        """Note that somebody forgot the password.

        :param login: login or e-mail address, as typed
        :param origin: network address of the one who asks
        """
        self._note(login, RESET_BY_NAME, RESET_BY_ORIGIN, origin, "portal_guard.ir_cron_resets")

    def _answer(self):
        """Override: send Odoo's own mail to whom the login is, else to all with the address.

        Two with one address both get theirs: the mailbox is the same.
        """
        users = self.env["res.users"]
        found = users.search(users._get_login_domain(self.email)) or users.search(
            users._get_email_domain(self.email)
        )
        for user in found.filtered("email"):
            user.action_reset_password()
