import contextlib
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessDenied
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..const import LOGIN_BY_NAME, LOGIN_BY_ORIGIN, LOGIN_BY_PLACE
from ..models import res_users_login
from .common import GuardCase

WRONG = "wrong"


@tagged("post_install", "-at_install")
class TestLogin(GuardCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _login(self, login, password=WRONG):
        with mute_logger("odoo.addons.base.models.res_users"):
            return self._post("/web/login", login=login, password=password)

    def test_wrong_known_unknown_and_refused_logins_get_the_same_page(self):
        pages = {self._clean(self._login(login), login) for login in ("anna", "nobody", "erik")}
        for _time in range(LOGIN_BY_PLACE.times):
            refused = self._login("anna")
        pages.add(self._clean(refused, "anna"))
        self.assertEqual(len(pages), 1)
        self.assertIn("wait for 15 minutes", pages.pop())

    def test_after_ten_wrong_passwords_the_right_one_has_to_wait(self):
        for _time in range(LOGIN_BY_PLACE.times):
            self._login("ANNA")
        self.assertEqual(self._login("anna", "anna").status_code, 200)
        # The window ends.
        long_ago = fields.Datetime.subtract(fields.Datetime.now(), minutes=16)
        self.env.cr.execute("UPDATE portal_throttle SET since = %s", [long_ago])
        self.assertEqual(self._login("anna", "anna").status_code, 303)

    def test_logging_in_is_not_counted(self):
        for _time in range(LOGIN_BY_PLACE.times + 2):
            self.assertEqual(self._login("anna", "anna").status_code, 303)
            self.authenticate(None, None)

    def test_nobody_locks_an_employee_out(self):
        for _time in range(LOGIN_BY_PLACE.times + 2):
            self._login("erik")
        self.assertEqual(self._login("erik", "erik").status_code, 303)

    def test_one_network_address_cannot_try_many_logins(self):
        limit = LOGIN_BY_ORIGIN._replace(times=3)
        with patch.object(res_users_login, "LOGIN_BY_ORIGIN", limit):
            for number in range(3):
                self._login(f"nobody{number}")
            self.assertEqual(self._login("anna", "anna").status_code, 200)

    def test_nobody_locks_somebody_out_from_elsewhere_with_a_few_tries(self):
        throttle = self.env["portal.throttle"]
        for _time in range(LOGIN_BY_PLACE.times + 1):
            throttle._hit(LOGIN_BY_PLACE, "anna 203.0.113.7")
            throttle._hit(LOGIN_BY_NAME, "anna")
        self.assertEqual(self._login("anna", "anna").status_code, 303)

    def test_many_tries_from_many_places_together_are_too_many(self):
        for _time in range(LOGIN_BY_NAME.times):
            self.env["portal.throttle"]._hit(LOGIN_BY_NAME, "anna")
        self.assertEqual(self._login("anna", "anna").status_code, 200)

    def test_programs_are_counted_as_one_place(self):
        credential = {"login": "anna", "password": WRONG, "type": "password"}
        for _time in range(LOGIN_BY_PLACE.times):
            # Not with assertRaises, which would take the counts back.
            with (
                contextlib.suppress(AccessDenied),
                mute_logger("odoo.addons.base.models.res_users"),
            ):
                self.env["res.users"].authenticate(credential, {"interactive": False})
        credential["password"] = "anna"
        # As Odoo's service for programs does: without a request.
        with self.assertRaises(AccessDenied):
            self.env["res.users"].authenticate(credential, {"interactive": False})
        with self.assertRaises(AccessDenied):
            self.env["res.users"]._check_uid_passwd(self.user.id, "anna")

    def test_a_password_too_long_to_be_checked_is_a_wrong_one(self):
        self.assertEqual(self._login("anna", "x" * 5000).status_code, 200)


@tagged("post_install", "-at_install")
class TestLoginTime(GuardCase, HttpCase):
    def _try(self, login):
        """Return how many hashes a wrong password costs."""
        context = type(self.env["res.users"]._crypt_context())
        hashed, verified = context.hash, context.verify_and_update
        credential = {"login": login, "type": "password", "password": WRONG}
        with (
            patch.object(context, "hash", autospec=True, side_effect=hashed) as hashes,
            patch.object(
                context, "verify_and_update", autospec=True, side_effect=verified
            ) as checks,
            mute_logger("odoo.addons.base.models.res_users"),
            self.assertRaises(AccessDenied),
        ):
            self.env["res.users"]._login(credential, {"interactive": True})
        real = [call for call in checks.call_args_list if call.args[2]]
        return len(hashes.call_args_list) + len(real)

    def test_every_login_known_or_not_costs_one_hash(self):
        self.env["res.users"].create({"login": "fresh", "name": "No password yet"})
        archived = self.env["res.users"].create({"login": "old", "name": "O", "password": "old"})
        archived.active = False
        for login in ("anna", "erik", "nobody", "fresh", "old"):
            with self.subTest(login):
                self.assertEqual(self._try(login), 1)
