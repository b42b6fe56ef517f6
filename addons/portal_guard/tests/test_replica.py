import time
from unittest.mock import patch

from odoo.http import request
from odoo.tests import HttpCase, TransactionCase, tagged

from ..const import REPLICA_COOKIE
from ..rules import replica
from .common import GuardCase

HAS_REPLICA = "odoo.addons.portal_guard.models.ir_http_replica.has_replica"
#: A page of Odoo that only reads, and one that may write.
READS, WRITES = "/my/addresses", "/my"


@tagged("post_install", "-at_install")
class TestReplica(GuardCase, HttpCase):
    """The replica itself is played: what it answers is given. ``tests/test_cluster.py`` has a real one."""

    def setUp(self):
        super().setUp()
        self.answers = {"_look_at_replica": True, "_has_replayed": True}
        self.asked, self.modes = [], []
        model = self.registry["ir.http"]
        for name in self.answers:
            self.startPatcher(patch.object(model, name, self._answer(name)))
        self.startPatcher(patch.object(model, "_replica_health", replica.Health()))
        self.startPatcher(patch.object(model, "_post_dispatch", self._note(model)))
        self.addCleanup(setattr, self.registry, "_db_readonly_failed_time", None)
        self.authenticate("anna", "anna")

    def _answer(self, name):
        def answer(*_args):
            self.asked.append(name)
            return self.answers[name]

        return answer

    def _note(self, model):
        original = model._post_dispatch

        def note(response):
            self.modes.append("replica" if request.env.cr.readonly else "primary")
            return original(response)

        return note

    def _visit(self, path=READS, **options):
        """Return from where a page was read, and the mark that came with it."""
        with patch(HAS_REPLICA, return_value=options.pop("has_replica", True)):
            answer = self.url_open(path, **options)
        self.assertEqual(answer.status_code, 200)
        return self.modes[-1], answer.cookies.get(REPLICA_COOKIE)

    def _wrote(self, seconds):
        """Give the browser the mark of a write so many seconds ago."""
        self.opener.cookies.set(REPLICA_COOKIE, replica.write_mark(1000, time.time() - seconds))

    def test_a_page_that_only_reads_is_read_from_the_replica(self):
        self.assertEqual(self._visit(), ("replica", None))

    def test_a_page_that_may_write_is_read_from_the_primary(self):
        self.assertEqual(self._visit(WRITES)[0], "primary")

    def test_right_after_a_write_even_a_replica_that_has_it_is_not_asked(self):
        self._wrote(0)
        self.assertEqual(self._visit()[0], "primary")
        self.assertNotIn("_has_replayed", self.asked)

    def test_a_replica_without_the_visitors_own_write_is_not_read(self):
        self.answers["_has_replayed"] = False
        self._wrote(5)
        self.assertEqual(self._visit()[0], "primary")

    def test_once_the_replica_has_it_it_is_read_and_the_mark_stays(self):
        # The answer of a slow page would take away the mark of what was written meanwhile.
        self._wrote(5)
        with patch(HAS_REPLICA, return_value=True):
            answer = self.url_open(READS)
        self.assertEqual(self.modes[-1], "replica")
        self.assertNotIn(REPLICA_COOKIE, answer.headers.get("Set-Cookie", ""))

    def test_other_visitors_are_not_held_up(self):
        self._wrote(0)
        self.opener.cookies.clear()
        self.authenticate("anna", "anna")
        self.assertEqual(self._visit()[0], "replica")

    def _note_questions(self):
        """Return a list that notes of each question what others changed whether the replica answers."""
        asked = []

        def check(cr):
            asked.append(cr.readonly)
            return self.registry

        self.startPatcher(patch.object(self.registry, "check_signaling", check))
        return asked

    def test_what_others_changed_is_learnt_from_the_primary_when_the_replica_is_behind(self):
        self.answers["_has_replayed"] = False
        self._wrote(5)
        asked = self._note_questions()
        self._visit()
        self.assertEqual(asked, [True, False])

    def test_what_others_changed_is_asked_again_where_the_replica_is_looked_at_anew(self):
        self._wrote(5)
        asked = self._note_questions()
        self.assertEqual(self._visit()[0], "replica")
        self.assertEqual(asked, [True, True])

    def test_a_forged_mark_changes_nothing(self):
        self.opener.cookies.set(REPLICA_COOKIE, "1' OR pg_sleep(9)--")
        self.assertEqual(self._visit()[0], "replica")

    def test_a_program_with_a_key_is_answered_by_the_primary(self):
        headers = {"Authorization": "bearer none"}
        self.assertEqual(self._visit(headers=headers)[0], "primary")

    def test_the_replicas_health_is_not_asked_for_each_page(self):
        for _page in range(5):
            self._visit()
        self.assertEqual(self.asked, ["_look_at_replica"])

    def test_a_replica_that_does_not_follow_is_not_read_and_then_left_alone(self):
        self.answers["_look_at_replica"] = False
        self.assertEqual(self._visit()[0], "primary")
        self.assertIsNone(self.registry._db_readonly_failed_time)
        with (
            self.assertLogs("odoo.addons.portal_guard.models.ir_http_replica", "WARNING"),
            patch.object(replica, "LOOK_AGAIN", 0),
        ):
            self.assertEqual(self._visit()[0], "primary")
        self.assertIsNotNone(self.registry._db_readonly_failed_time)

    def test_without_a_replica_nothing_is_asked_and_no_cookie_is_set(self):
        for path in (READS, WRITES):
            self._visit(path, has_replica=False)
        self.assertEqual(self.asked, [])
        self.assertNotIn(REPLICA_COOKIE, self.opener.cookies.get_dict())


@tagged("post_install", "-at_install")
class TestReplicaMark(TransactionCase):
    """What is asked of PostgreSQL, which is no replica here."""

    def test_a_server_that_is_no_replica_is_not_read_as_one(self):
        self.assertFalse(self.env["ir.http"]._look_at_replica())
        self.assertFalse(self.env["ir.http"]._has_replayed(1))

    def test_a_replica_that_was_away_is_tried_again_after_a_while(self):
        http, registry = self.env["ir.http"], self.registry
        self.addCleanup(setattr, registry, "_db_readonly_failed_time", None)
        registry._db_readonly_failed_time = time.monotonic() - replica.LEFT_ALONE / 2
        http._try_replica_again()
        self.assertIsNotNone(registry._db_readonly_failed_time)
        registry._db_readonly_failed_time = time.monotonic() - replica.LEFT_ALONE - 1
        http._try_replica_again()
        self.assertIsNone(registry._db_readonly_failed_time)
