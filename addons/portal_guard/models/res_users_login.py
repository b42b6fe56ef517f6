"""Wrong passwords are counted for all workers together, and tell nothing about who is known."""

import contextlib
import logging

from odoo import api, models, tools
from odoo.exceptions import AccessDenied
from odoo.fields import Domain
from odoo.http import request

from ..const import LOGIN_BY_NAME, LOGIN_BY_ORIGIN, LOGIN_BY_PLACE

#: Characters that Odoo's library for passwords checks at most; more would be an error.
MAX_CHECKED = 4096

_logger = logging.getLogger(__name__)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _login(self, credential, user_agent_env):
        """Override of ``base``: too many wrong passwords are refused, in the words of a wrong one.

        Links, passkeys and other ways to log in cannot be guessed and are not counted.
        """
        if credential.get("type") != "password":
            return super()._login(credential, user_agent_env)
        try:
            with self._count_tries(credential["login"]):
                self._take_time(credential)
                return super()._login(credential, user_agent_env)
        except AccessDenied:
            raise AccessDenied(
                self.env._("Wrong login or password. After many attempts, wait for 15 minutes.")
            ) from None

    @api.model
    @tools.ormcache("uid", "passwd")
    def _check_uid_passwd(self, uid, passwd):
        """Override of ``base``: wrong passwords of programs are counted, too."""
        # Superuser: who asks has not proven anything yet.
        user = self.sudo().browse(uid).exists()
        with self._count_tries(user.login or str(uid)):
            return super()._check_uid_passwd(uid, passwd)

    @contextlib.contextmanager
    def _count_tries(self, login):
        """Count a try before it is made, and give it back when it succeeds.

        Counted before, so that many at once cannot all be the last permitted one.

        :raise AccessDenied: here, or inside
        """
        # Programs have no request here: Odoo hides it from them. They are counted as one place.
        origin = request.httprequest.remote_addr if request else ""
        tries = [(LOGIN_BY_ORIGIN, origin)] if origin else []
        if not self._is_internal_login(login):
            # Nobody outside may lock an employee out by typing wrong passwords.
            name = str(login).strip().lower()
            tries += [(LOGIN_BY_NAME, name), (LOGIN_BY_PLACE, f"{name} {origin}")]
        throttle = self.env["portal.throttle"]
        if not throttle._hit_apart(tries):
            _logger.info("Login refused: too many attempts, %s", tries[0][1])
            raise AccessDenied
        yield
        throttle._give_back_apart(tries)

    @api.model
    def _is_internal_login(self, login):
        domain = self._get_login_domain(login) & Domain("share", "=", False)
        # Superuser: the one who logs in has no right yet.
        return bool(self.sudo().search_count(domain, limit=1))

    def _take_time(self, credential):
        """Make an unknown login, or one without a password, take as long as a wrong password."""
        password = credential.get("password") or ""
        if len(password) > MAX_CHECKED:
            raise AccessDenied
        # SQL: whether there is a hash to check can be asked of the database only.
        self.env.cr.execute(
            "SELECT 1 FROM res_users WHERE login = %s AND active AND password <> ''",
            [credential["login"]],
        )
        if not self.env.cr.rowcount:
            self._crypt_context().hash(password)

    @api.model
    def reset_password(self, login):
        """Override of ``auth_signup``: a job looks the login up and sends the mail.

        So the page answers the same, and as fast, whether it is known or not.
        """
        origin = request.httprequest.remote_addr if request else "server"
        self.env["portal.reset.request"]._ask(login, origin)
        return True
