from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

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
