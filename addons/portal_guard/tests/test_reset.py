from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import GuardCase


@tagged("post_install", "-at_install")
class TestReset(MockEmail, GuardCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.requests = self.env["portal.reset.request"]

    def _run(self):
        progress = patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60)
        with progress, self.mock_mail_gateway():
            self.requests._cron_answer()
        return sorted(mail["email_to"][0] for mail in self._mails)

    def _create_awkward_users(self):
        """Create those for whom Odoo's page has other words: archived, twice, without address."""
        archived = new_test_user(self.env, "old", "base.group_portal", email="old@example.com")
        archived.active = False
        for login in ("twin1", "twin2"):
            new_test_user(self.env, login, "base.group_portal", email="twins@example.com")
        new_test_user(self.env, "mute", "base.group_portal", email=False)

    def test_the_answer_is_the_same_for_every_address(self):
        self._create_awkward_users()
        typed = (
            "anna",
            "anna@example.com",
            "nobody@x.example.com",
            "old",
            "twins@example.com",
            "mute",
        )
        answers = [self._post("/web/reset_password", login=login) for login in typed]
        self.assertEqual({answer.status_code for answer in answers}, {200})
        pages = {self._clean(answer) for answer in answers}
        self.assertEqual(len(pages), 1)
        self.assertIn("If the address is known here", pages.pop())

    def test_asking_costs_the_same_for_every_address(self):
        counts = set()
        for login in ("warm up", "anna", "nobody", "erik"):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.requests._ask(login, login)
            self.env.flush_all()
            counts.add((login == "warm up", self.env.cr.sql_log_count - before))
        self.assertEqual(len([count for warm, count in counts if not warm]), 1)

    def test_the_job_sends_to_the_known_ones_only(self):
        self._create_awkward_users()
        for login in ("anna", "nobody", "old", "twins@example.com", "mute", "erik@example.com"):
            self.requests._ask(login, login)
        self.assertEqual(
            self._run(),
            ["anna@example.com", "erik@example.com", "twins@example.com", "twins@example.com"],
        )
        self.assertFalse(self.requests.search([]))

    def test_a_question_that_waited_for_hours_is_not_answered(self):
        self.requests._ask("anna", "192.0.2.1")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE portal_reset_request SET create_date = create_date - interval '2 hours'"
        )
        self.env.invalidate_all()
        self.assertEqual(self._run(), [])

    def test_nobody_is_flooded_with_mails(self):
        for number in range(6):
            self.requests._ask("anna", f"192.0.2.{number}")
        self.assertEqual(self.requests.search_count([]), 3)

    def test_an_address_in_the_link_does_not_tell_whether_it_is_known(self):
        pages = {
            self._clean(self.url_open(f"/web/reset_password?signup_email={email}"), email)
            for email in ("anna%40example.com", "nobody%40x.example.com")
        }
        self.assertEqual(len(pages), 1)

    def test_a_portal_user_reads_no_questions(self):
        self.requests._ask("erik", "192.0.2.1")
        with self.assertRaises(AccessError):
            self.requests.with_user(self.user).search([])
