import re
from unittest.mock import patch

from odoo import http

from odoo.addons.mail.tests.common import MockEmail

#: Keeps every rule, for whatever person and shop.
GOOD = "river lamp 42 otter"
WEAK = "summer2026"


class AccessCase(MockEmail):
    """What tests of links and logins share; mixed in before ``ConsignmentCase``."""

    def setUp(self):
        super().setUp()
        self.links = self.env["consignment.link"]
        # Core's own count lives in the worker: neither stops it these tests, nor they others.
        self.env["ir.config_parameter"].set_param("base.login_cooldown_after", "0")
        self.addCleanup(lambda: vars(self.env.registry).pop("_login_failures", None))

    def _send(self, consignors):
        """Send access as staff does; return the secret in the last mail."""
        with self.mock_mail_gateway(mail_unlink_sent=True):
            consignors.with_user(self.staff).action_send_access()
        return self._read_secret()

    def _ask(self, email, shop=None):
        """Ask for a link and let the job run; return where mails went."""
        requests = self.env["consignment.link.request"]
        self.env["portal.throttle"].search([]).unlink()
        requests._ask(shop or self.shop, email, "192.0.2.1")
        progress = patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60)
        with progress, self.mock_mail_gateway(mail_unlink_sent=True):
            requests._cron_answer()
        return [address for mail in self._mails for address in mail["email_to"]]

    def _read_secret(self):
        return re.search(r"/link/([\w-]{43})", self._mails[-1]["body"]).group(1)

    def _open(self, token, password=GOOD, shop=None, **options):
        """Do what the page's button does, without a session; return the user who logs in."""
        credential = self.links._redeem(shop or self.shop, token, password, password, **options)
        if not credential:
            return self.env["res.users"]
        user = self.env["res.users"].search([("login", "=", credential["login"])])
        self.links._use(credential["token"], user)
        return user

    def _check_password(self, user, password):
        credential = {"type": "password", "password": password}
        return user.with_user(user)._check_credentials(credential, {"interactive": True})["uid"]

    def _post(self, path, **form):
        form["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=form, allow_redirects=False)

    def _clean(self, response):
        """Return a page without what differs in every answer.

        Around it the website app repeats the address that the visitor opened.
        """
        page = response.text.split('id="wrap"')[1].split("</main>")[0]
        return re.sub(r'csrf_token"?:? ?(value=)?"[^"]+"', "", page)
