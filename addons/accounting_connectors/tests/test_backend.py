from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import config, mute_logger

from ..const import SECRET_KEY_OPTION
from ..exceptions import Unauthorised
from ..rules import masking
from .common import ConnectorCommon, Paper


@tagged("post_install", "-at_install")
class TestBackend(ConnectorCommon, TransactionCase):
    def test_secrets_are_encrypted_and_never_read_again(self):
        setting = self.backend.setting_ids.filtered("is_secret")
        setting.value = "correct horse"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(setting.value, "••••••••")
        self.assertNotIn("correct horse", str(setting.read()))
        self.env.cr.execute("SELECT value FROM accounting_secret")
        self.assertNotIn("correct horse", str(self.env.cr.fetchall()))
        self.assertEqual(self.backend._connect().backend.get_setting("password"), "correct horse")

    def test_nobody_reads_secrets_over_rpc_not_even_an_administrator(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.env["accounting.secret"].with_user(self.env.ref("base.user_admin")).search(
                []
            ).read()

    def test_without_a_key_nothing_is_kept_and_the_sentence_says_why(self):
        setting = self.backend.setting_ids.filtered("is_secret")
        for key in ("", "not a key", "abcd"):
            with (
                self.subTest(key),
                patch.dict(config.options, {SECRET_KEY_OPTION: key}),
                self.assertRaisesRegex(UserError, SECRET_KEY_OPTION),
            ):
                setting.value = "other"
                self.env.flush_all()

    def test_a_changed_key_is_told_and_an_old_one_still_reads(self):
        new = "ff" * 32
        with patch.dict(config.options, {SECRET_KEY_OPTION: new}):
            with self.assertRaisesRegex(UserError, "another key"):
                self.backend._connect().backend.get_setting("password")
        both = f"{new}, {config.get(SECRET_KEY_OPTION)}"
        with patch.dict(config.options, {SECRET_KEY_OPTION: both}):
            self.assertEqual(self.backend._connect().backend.get_setting("password"), "my-password")

    def test_plain_http_is_refused_except_on_this_machine(self):
        for address in ("http://api.example", "ftp://x", "https://me:pw@x", "paper"):
            with self.subTest(address), self.assertRaises(ValidationError):
                self.backend.base_url = address
        self.backend.base_url = "http://127.0.0.1:9"
        self.assertEqual(self.backend.state, "draft", "another address is another connection")

    def test_whoever_gives_one_address_still_gets_the_other(self):
        with patch.object(Paper, "auth_url", "https://login.example"):
            backend = self._create_backend(base_url="http://127.0.0.1:9")
        self.assertEqual(backend.auth_url, "https://login.example")
        self.assertEqual(backend.base_url, "http://127.0.0.1:9")

    def test_a_backend_in_use_keeps_its_provider_and_company_and_is_not_deleted(self):
        self._send()
        other = self.env["res.company"].create({"name": "Other"})
        for values in ({"provider": "fortnox"}, {"company_id": other.id}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "add another backend"):
                self.backend.write(values)
        self.backend.write({"provider": "paper", "company_id": self.env.company.id})
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.backend.unlink()
        self.backend.active = False
        self.assertEqual(self.backend.state, "connected")

    def test_a_backend_without_links_or_exports_may_still_change_and_go(self):
        backend = self._create_backend(name="Mistake")
        backend.provider = "fortnox"
        self.assertEqual(backend.state, "draft")
        self.assertTrue(backend.unlink())

    def test_a_copy_has_another_name_no_connection_and_settings_of_its_own(self):
        copy = self.backend.copy()
        self.assertEqual((copy.name, copy.state), ("Paper (copy)", "draft"))
        self.assertEqual(copy.setting_ids.mapped("name"), ["user", "password"])
        self.assertFalse(any(copy.setting_ids.mapped("value")))
        self.assertFalse(copy.link_ids or copy.tax_map_ids)

    def test_whoever_is_not_let_in_by_the_provider_is_told_so(self):
        with patch.multiple(
            Paper, asks_for_consent=True, get_consent_url=lambda _self, uri, state: f"{uri}|{state}"
        ):
            backend = self.env["accounting.backend"].create({"name": "C", "provider": "paper"})
            backend.setting_ids.value = "x"
            address, state = backend.action_connect()["url"].split("|")
            self.assertEqual(address, backend.redirect_uri)
            self.assertEqual(self.env["accounting.backend"]._receive_consent("", state), backend)
        self.assertEqual(backend.state, "draft")
        self.assertIn("Press Connect", backend.last_error)

    def test_missing_settings_are_named_before_anything_is_asked(self):
        self.backend.setting_ids.filtered("is_secret").value = ""
        with (
            self.assertRaisesRegex(UserError, "Password"),
            patch.object(Paper, "fetch_company", side_effect=AssertionError),
        ):
            self.backend.action_connect()

    def test_a_connection_that_ended_is_seen_and_gives_one_activity(self):
        for _time in range(2):
            self.backend._note_failure(Unauthorised("Token expired"))
        self.assertEqual(self.backend.state, "reconnect")
        self.assertEqual(self.backend.last_error, "Token expired")
        self.assertEqual(len(self.backend.activity_ids), 1)
        self.backend.action_connect()
        self.assertEqual(self.backend.state, "connected")
        self.assertFalse(self.backend.activity_ids)

    def test_whoever_tests_a_connection_that_ended_is_told_what_to_press(self):
        error = Unauthorised("Token expired.")
        with (
            patch.object(Paper, "fetch_company", side_effect=error),
            self.assertRaisesRegex(UserError, "Token expired. Reload the page, and press Connect"),
        ):
            self.backend.action_connect()

    def test_tokens_are_renewed_once_for_all_who_hold_the_refused_ones(self):
        connection = self.backend._connect().backend
        first = connection.get_tokens()
        second = connection.get_tokens(not_these=first)
        self.assertNotEqual(first, second)
        other = self.backend._connect().backend
        self.assertEqual(other.get_tokens(not_these=first), second)

    def test_a_token_that_is_refused_is_not_told_in_the_reason(self):
        first = self.backend._connect().backend.get_tokens()

        def refuse(provider, tokens):
            shown = masking.sentence(f"Unknown: {tokens['token']}", provider.backend.secrets)
            raise Unauthorised(shown)

        with patch.object(Paper, "renew", refuse), self.assertRaises(Unauthorised) as caught:
            self.backend._connect().backend.get_tokens(not_these=first)
        self.assertNotIn(first["token"], str(caught.exception))

    def test_a_pause_by_a_clock_that_was_wrong_is_over(self):
        limiter, limit = self.env["accounting.limiter"], Paper.limit
        self.assertEqual(limiter._take_apart(self.backend, limit, 1), 0)
        # Superuser: nobody has rights on the counter.
        row = limiter.sudo().search([("backend_id", "=", self.backend.id)])
        row.write({"blocked_until": 9e9, "taken": "[8e9]"})
        self.env.flush_all()
        self.assertEqual(limiter.sudo()._get_calls_left(self.backend, limit), limit.calls)
        self.assertEqual(limiter._take_apart(self.backend, limit, 1), 0)

    def test_accountants_see_backends_and_change_nothing(self):
        user = self.env["res.users"].create(
            {
                "name": "Ann",
                "login": "ann",
                "group_ids": [(6, 0, [self.env.ref("account.group_account_invoice").id])],
                "company_ids": [(6, 0, self.env.company.ids)],
                "company_id": self.env.company.id,
            }
        )
        backend = self.backend.with_user(user)
        self.assertEqual(backend.name, "Paper")
        for refused in (
            lambda: backend.write({"name": "Mine"}),
            backend.action_connect,
            lambda: backend.setting_ids.read(["value"]),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                refused()
