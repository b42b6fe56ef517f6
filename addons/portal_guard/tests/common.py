import re

from odoo import http
from odoo.tests import new_test_user

#: Keeps every rule.
GOOD = "river lamp 42 otter"


class GuardCase:
    """A portal user and an employee; mixed into HttpCase or TransactionCase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        settings = cls.env["ir.config_parameter"]
        settings.set_param("auth_signup.reset_password", "True")
        # Core's own count lives in the worker and would stop the tests first.
        settings.set_param("base.login_cooldown_after", "0")
        cls.user = new_test_user(
            cls.env, "anna", "base.group_portal", password="anna", email="anna@example.com"
        )
        cls.employee = new_test_user(
            cls.env, "erik", "base.group_user", password="erik", email="erik@example.com"
        )

    def setUp(self):
        super().setUp()
        # Nor shall what these tests did stop others.
        self.addCleanup(lambda: vars(self.env.registry).pop("_login_failures", None))

    def _post(self, path, **form):
        form["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=form, allow_redirects=False)

    def _clean(self, response, *typed):
        """Return a page's text without what differs in every answer, and without what was typed."""
        text = re.sub(r'csrf_token"?:? ?(value=)?"[^"]+"', "", response.text)
        for one in filter(None, typed):
            text = text.replace(one, "")
        return text
