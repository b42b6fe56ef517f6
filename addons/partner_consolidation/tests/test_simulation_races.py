from contextlib import closing
from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..models import consolidation_simulation_run

DAYS = 4


class Killed(BaseException):
    """Ends the job as a killed process does: no handler of errors takes it."""


@tagged("post_install", "-at_install")
class TestSimulationRaces(BaseCase):
    """Simulations on real transactions; what is left is cleaned up by hand."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.patch(consolidation_simulation_run, "AT_ONCE_SECONDS", 0)
        self.patch(consolidation_simulation_run, "PIECE_SECONDS", 0)
        self.model = self.registry["consolidation.simulation"]
        self.patch(self.model, "_iter_sales", self._iter_sales)
        self.patch(self.model, "_close_sales", lambda _record: None)
        with self.registry.cursor() as cr:
            record = self._env(cr)["consolidation.simulation"].create(
                {"name": "Race", "months": 1, "discount": 10, "share_percentage": 100}
            )
            self.simulation_id = record.id
        self.addCleanup(self._delete)

    @staticmethod
    def _iter_sales(record, first_day):
        """A bill of 10.00 on each of the first days."""
        days = (record.date_from + timedelta(offset) for offset in range(DAYS))
        return ((day, 1000) for day in days if day >= first_day)

    def _delete(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM consolidation_simulation WHERE id = %s", [self.simulation_id])

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _record(self, cr):
        return self._env(cr)["consolidation.simulation"].browse(self.simulation_id)

    def _run(self, cr):
        self._env(cr)["consolidation.simulation"]._cron_run_simulations()

    def _start(self):
        with self.registry.cursor() as cr:
            self._record(cr).action_run()

    def _assert_state(self, state, receipts):
        with self.registry.cursor() as cr:
            record = self._record(cr)
            self.assertEqual((record.state, record.receipts), (state, receipts))

    def test_killed_within_a_piece_it_goes_on_and_counts_each_bill_once(self):
        self._start()
        original, calls = self.model._replay_piece, []

        def killed_in_the_second_piece(record, seconds):
            left = original(record, seconds)
            calls.append(left)
            if len(calls) == 2:
                raise Killed
            return left

        with closing(self.registry.cursor()) as cr:
            self.patch(self.model, "_replay_piece", killed_in_the_second_piece)
            with self.assertRaises(Killed):
                self._run(cr)
            cr.rollback()
        self._assert_state("running", 0)
        with closing(self.registry.cursor()) as cr:
            self._run(cr)
        self._assert_state("done", DAYS)

    @mute_logger("odoo.sql_db")
    def test_two_presses_at_once_start_it_once(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")  # its snapshot is older than the first one's commit
            self._record(first).action_run()
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._record(second).action_run()
            second.rollback()
            with self.assertRaisesRegex(UserError, "runs already"):
                self._record(second).action_run()
            second.rollback()

    @mute_logger("odoo.sql_db")
    def test_two_jobs_at_once_count_each_bill_once(self):
        self._start()
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")
            self._run(first)
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._record(second)._replay_piece(0)
            second.rollback()
        self._assert_state("done", DAYS)

    def test_stopping_does_not_wait_for_a_piece_and_ends_it_after_that(self):
        self._start()
        with closing(self.registry.cursor()) as job, closing(self.registry.cursor()) as user:
            user.execute("SET LOCAL lock_timeout = '2s'")
            self.assertTrue(self._record(job)._replay_piece(0))  # written, not committed
            self._record(user).action_stop()
            user.commit()
            job.commit()
            self._run(job)
        self._assert_state("stopped", 0)
