from unittest.mock import patch

from odoo import http
from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..exceptions import Refused
from .common import ConnectorCommon, Paper


@tagged("post_install", "-at_install")
class TestConsent(ConnectorCommon, TransactionCase):
    """What comes back from the provider's page is used once, by whoever went there."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(Paper, "asks_for_consent", True))
        self.startPatcher(
            patch.object(
                Paper,
                "get_consent_url",
                lambda _self, _uri, state: f"https://paper.example?{state}",
            )
        )
        self.redeem = self.startPatcher(
            patch.object(Paper, "redeem", return_value={"token": "t", "expires_at": 9e9})
        )
        self.state = self._go()

    def _go(self, backend=None):
        """Return the state with which a user goes to the provider's page."""
        backend = backend or self.backend
        backend._forget_connection()
        return backend.action_connect()["url"].partition("?")[2]

    def _come_back(self, state, user=None):
        backends = self.env["accounting.backend"]
        return backends.with_user(user or self.env.user)._receive_consent("code", state)

    def test_it_connects_once(self):
        self.assertEqual(self._come_back(self.state), self.backend)
        self.assertEqual(self.backend.state, "connected")
        self.assertFalse(self._come_back(self.state))
        self.assertEqual(self.redeem.call_count, 1)

    def test_a_refused_code_uses_it_up_too(self):
        self.redeem.side_effect = Refused("Old code")
        try:  # assertRaises would undo what is committed apart
            self.assertFalse(self._come_back(self.state), "a refused code connects nothing")
        except UserError as error:
            self.assertEqual(str(error), "Old code")
        self.env.invalidate_all()
        self.assertFalse(self._come_back(self.state))

    def test_another_user_connects_nothing_with_it(self):
        other = self._create_user("accounting_connectors.group_manager")
        self.assertFalse(self._come_back(self.state, other))
        self.redeem.assert_not_called()
        self.assertTrue(self._come_back(self.state))

    def test_one_that_is_made_up_connects_nothing(self):
        for state in ("x", self.state[:-1], self.state + "x", "\0", "é" * 5000):
            self.assertFalse(self._come_back(state))
        self.redeem.assert_not_called()

    def test_going_again_makes_the_first_one_worthless(self):
        again = self._go()
        self.assertFalse(self._come_back(self.state))
        self.assertTrue(self._come_back(again))

    def test_one_of_another_backend_that_cannot_be_read_stops_nobody(self):
        other = self._create_backend(name="Other")
        # Superuser: nobody has rights on secrets.
        secrets = self.env["accounting.secret"].sudo()
        held = secrets.search([("backend_id", "=", other.id), ("name", "=", "consent")])
        held.value = "of an older key"
        self.assertTrue(self._come_back(self.state))

    def test_a_copy_of_the_database_sends_nothing_and_knows_no_secret(self):
        self.assertTrue(self._come_back(self.state))
        self.env.flush_all()
        for query in get_neutralization_queries(["accounting_connectors"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertEqual(self.backend.state, "draft")
        # Superuser: nobody has rights on secrets.
        self.assertFalse(self.env["accounting.secret"].sudo().search([]))


@tagged("post_install", "-at_install")
class TestConsentRoute(HttpCase):
    def test_odd_arguments_end_nowhere_in_an_error(self):
        self.authenticate("admin", "admin")
        for query in (
            "", "code=1", "state=1", "error=access_denied", "code=1&state=2", "code=1&code=2&state=3",
            "code=%00&state=%00", "code=%FF&state=%FF", "code[]=1&state[]=2", "state=" + "x" * 5000,
            "code=1&state=2&context={}&id=3",
        ):  # fmt: skip
            with self.subTest(query[:30]):
                answer = self.url_open(
                    f"/accounting_connectors/consent?{query}", allow_redirects=False
                )
                self.assertEqual(answer.status_code, 303)

    def test_whoever_is_not_logged_in_is_asked_to(self):
        self.authenticate(None, None)
        answer = self.url_open(
            "/accounting_connectors/consent?code=1&state=2", allow_redirects=False
        )
        self.assertIn("/web/login", answer.headers["Location"])

    @mute_logger("odoo.http")
    def test_nothing_is_taken_from_a_form(self):
        self.authenticate("admin", "admin")
        data = {"code": "1", "state": "2", "csrf_token": http.Request.csrf_token(self)}
        answer = self.url_open("/accounting_connectors/consent", data=data)
        self.assertEqual(answer.status_code, 405)
