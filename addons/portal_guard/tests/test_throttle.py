import uuid
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import api, fields
from odoo.exceptions import AccessError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, TransactionCase, get_db_name, new_test_user, tagged

from ..const import COUNT_TRIES
from ..rules import links
from ..rules.limits import Limit

LIMIT = Limit("test", 3, 15)


@tagged("post_install", "-at_install")
class TestThrottle(TransactionCase):
    def setUp(self):
        super().setUp()
        self.throttle = self.env["portal.throttle"]

    def test_what_exceeds_a_limit_is_refused_until_the_window_ends(self):
        now = fields.Datetime.now()
        with freeze_time(now):
            hits = [self.throttle._hit(LIMIT, "a@example.com") for _time in range(4)]
        self.assertEqual(hits, [True, True, True, False])
        with freeze_time(fields.Datetime.add(now, minutes=16)):
            self.assertTrue(self.throttle._hit(LIMIT, "a@example.com"))

    def test_a_clock_that_was_ahead_locks_nobody_out(self):
        now = fields.Datetime.now()
        with freeze_time(fields.Datetime.add(now, years=1)):
            while self.throttle._hit(LIMIT, "a@example.com"):
                continue
        with freeze_time(now):
            self.assertTrue(self.throttle._hit(LIMIT, "a@example.com"))
        with freeze_time(fields.Datetime.add(now, years=1)):
            self.throttle._hit(LIMIT, "b@example.com")
        self.throttle._gc_windows()
        keys = self.throttle.search([]).mapped("key")
        self.assertNotIn(links.digest("test b@example.com"), keys)

    def test_everybody_and_everything_is_counted_apart(self):
        while self.throttle._hit(LIMIT, "a@example.com"):
            continue
        self.assertTrue(self.throttle._hit(LIMIT, "b@example.com"))
        self.assertTrue(self.throttle._hit(LIMIT._replace(name="other"), "a@example.com"))

    def test_the_database_does_not_tell_who_asked(self):
        self.throttle._hit(LIMIT, "a@example.com")
        keys = self.throttle.search([]).mapped("key")
        self.assertTrue(keys)
        self.assertFalse([key for key in keys if "example" in key])

    def test_windows_that_ended_are_forgotten(self):
        with freeze_time(fields.Datetime.subtract(fields.Datetime.now(), days=2)):
            self.throttle._hit(LIMIT, "a@example.com")
        self.throttle._hit(LIMIT, "b@example.com")
        self.throttle._gc_windows()
        self.env.invalidate_all()
        self.assertEqual(self.throttle.search_count([]), 1)

    def test_a_portal_user_neither_reads_nor_resets_the_counts(self):
        self.throttle._hit(LIMIT, "a@example.com")
        visitor = new_test_user(self.env, "visitor", "base.group_portal")
        counts = self.throttle.with_user(visitor)
        for call in (lambda: counts.search([]), lambda: counts.browse(1).unlink()):
            with self.assertRaises(AccessError):
                call()


@tagged("post_install", "-at_install")
class TestThrottleApart(BaseCase):
    """What is counted in a transaction of its own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.who = uuid.uuid4().hex
        self.tries = [(LIMIT, self.who)]
        self.addCleanup(self._delete)

    def _delete(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM portal_throttle WHERE key = %s", [self._get_key()])

    def _get_key(self):
        return links.digest(f"{LIMIT.name} {self.who}")

    def _hit(self):
        with self.registry.cursor() as cr:
            throttle = api.Environment(cr, api.SUPERUSER_ID, {})["portal.throttle"]
            permitted = throttle._hit_apart(self.tries)
            cr.rollback()
        return permitted

    def test_counts_survive_that_a_wrong_password_rolls_the_page_back(self):
        self.assertEqual([self._hit() for _time in range(4)], [True, True, True, False])

    def test_a_good_try_is_given_back(self):
        with self.registry.cursor() as cr:
            throttle = api.Environment(cr, api.SUPERUSER_ID, {})["portal.throttle"]
            for _time in range(5):
                self.assertTrue(throttle._hit_apart(self.tries))
                throttle._give_back_apart(self.tries)

    def test_two_at_once_are_counted_one_after_the_other_and_crowds_are_refused(self):
        throttle_class = self.registry["portal.throttle"]
        hit, failures = throttle_class._hit, [SerializationFailure(), SerializationFailure()]

        def contended(throttle, limit, who):
            if failures:
                raise failures.pop()
            return hit(throttle, limit, who)

        with patch.object(throttle_class, "_hit", contended):
            self.assertTrue(self._hit())
            failures += [SerializationFailure() for _time in range(COUNT_TRIES)]
            self.assertFalse(self._hit())
