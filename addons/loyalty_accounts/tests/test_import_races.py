import base64
from contextlib import closing
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..exceptions import LedgerKeyMissing
from ..models import loyalty_account_import_check, loyalty_account_import_run

ROWS = 6
STEP = 2


class Killed(BaseException):
    """Ends the job as a killed process does: no handler of errors takes it."""


@tagged("post_install", "-at_install")
class TestImportRaces(BaseCase):
    """Imports on real transactions; what is left is cleaned up by hand."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.patch(loyalty_account_import_check, "PIECE", STEP)
        self.patch(loyalty_account_import_run, "AT_ONCE", 0)
        # Numbers are generated: nothing but the position and the keys stops a second time.
        lines = ["Name,Opening balance", *(f"Race {place},5.00" for place in range(ROWS))]
        with self.registry.cursor() as cr:
            record = self._env(cr)["loyalty.account.import"].create(
                {"file": base64.b64encode("\n".join(lines).encode()), "file_name": "race.csv"}
            )
            record._check()
            self.import_id = record.id
        self.addCleanup(self._delete)

    def _delete(self):
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL session_replication_role = replica")
            mine = "SELECT id FROM loyalty_account WHERE import_id = %s"
            for query in (
                f"""DELETE FROM loyalty_account_allocation WHERE lot_id IN
                    (SELECT id FROM loyalty_account_lot WHERE account_id IN ({mine}))""",
                f"DELETE FROM loyalty_account_move WHERE account_id IN ({mine})",
                f"DELETE FROM loyalty_account_lot WHERE account_id IN ({mine})",
                "DELETE FROM loyalty_account WHERE import_id = %s",
            ):
                cr.execute(query, (self.import_id,))
        with self.registry.cursor() as cr:
            self._env(cr)["loyalty.account.import"].browse(self.import_id).sudo().write(
                {"state": "done"}
            )
        with self.registry.cursor() as cr:
            self._env(cr)["loyalty.account.import"].browse(self.import_id).unlink()

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _record(self, cr):
        return self._env(cr)["loyalty.account.import"].browse(self.import_id)

    def _press_import(self, cr):
        self._record(cr).action_import()
        self._env(cr).flush_all()

    def _start(self):
        with self.registry.cursor() as cr:
            self._press_import(cr)

    def _run(self, cr):
        self._env(cr)["loyalty.account.import"]._cron_run_imports()

    def _assert_done(self, count, state):
        """So many rows are imported, each once, with a ledger that can be proven."""
        with self.registry.cursor() as cr:
            record = self._record(cr)
            accounts = self._env(cr)["loyalty.account"].search([("import_id", "=", record.id)])
            self.assertEqual(sorted(accounts.mapped("import_row")), list(range(2, count + 2)))
            self.assertEqual(accounts.mapped("balance"), [5] * count)
            self.assertEqual(accounts._verify_ledger(), [])
            self.assertEqual((record.done_count, record.state), (count, state))
            self.assertEqual(record.total_ids.done_count, count)

    def test_killed_between_and_within_pieces_it_goes_on_and_imports_each_row_once(self):
        self._start()
        run_class = self.registry["loyalty.account.import"]
        original, calls = run_class._record_piece, []

        def killed_in_the_second_piece(record, *args):
            original(record, *args)
            calls.append(args)
            if len(calls) == 2:
                raise Killed

        with closing(self.registry.cursor()) as cr:
            with (
                patch.object(run_class, "_record_piece", killed_in_the_second_piece),
                self.assertRaises(Killed),
            ):
                self._run(cr)
            cr.rollback()
        self._assert_done(STEP, "running")
        with closing(self.registry.cursor()) as cr:
            self._run(cr)
        self._assert_done(ROWS, "done")

    @mute_logger("odoo.sql_db")
    def test_two_presses_at_once_start_it_once(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")  # its snapshot is older than the first one's commit
            self._press_import(first)
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._press_import(second)
            second.rollback()
            with self.assertRaisesRegex(UserError, "runs already"):
                self._press_import(second)
            second.rollback()
        with closing(self.registry.cursor()) as cr:
            self._run(cr)
        self._assert_done(ROWS, "done")

    @mute_logger("odoo.sql_db", "odoo.addons.loyalty_accounts.models.loyalty_batch")
    def test_two_jobs_at_once_import_each_row_once(self):
        self._start()
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")
            record = self._record(second)._as_its_user()
            pieces = list(record._iter_pieces())
            self._run(first)
            done = record._try_step(record._import_piece, pieces[0])
            self.assertFalse(done, "the other one did it meanwhile")
            second.rollback()
        self._assert_done(ROWS, "done")

    @mute_logger("odoo.sql_db", "odoo.addons.loyalty_accounts.models.loyalty_batch")
    def test_stopping_while_it_runs_ends_it_after_the_piece(self):
        self._start()
        run_class = self.registry["loyalty.account.import"]
        original, calls = run_class._import_piece, []

        def stopped_before_the_second_piece(record, piece):
            calls.append(piece)
            if len(calls) == 2:
                with self.registry.cursor() as cr:
                    self._record(cr).action_stop()
            return original(record, piece)

        with (
            closing(self.registry.cursor()) as cr,
            patch.object(run_class, "_import_piece", stopped_before_the_second_piece),
        ):
            self._run(cr)
        self._assert_done(STEP, "stopped")
        self._start()
        with closing(self.registry.cursor()) as cr:
            self._run(cr)
        self._assert_done(ROWS, "done")

    def test_stopping_does_not_wait_for_the_piece_that_is_being_written(self):
        self._start()
        with closing(self.registry.cursor()) as job, closing(self.registry.cursor()) as user:
            record = self._record(job)._as_its_user()
            pieces = list(record._iter_pieces())
            self.assertTrue(record._import_piece(pieces[0]))  # not committed yet
            user.execute("SET lock_timeout = '1s'")
            self._record(user).action_stop()
            user.commit()
            job.commit()
            self.assertFalse(record._import_piece(pieces[1]))
        self._assert_done(STEP, "stopped")

    @mute_logger("odoo.addons.loyalty_accounts.models.loyalty_account_import_run")
    def test_job_that_cannot_go_on_says_why_and_can_be_continued(self):
        self._start()
        ledger_class = self.registry["loyalty.ledger"]
        with (
            closing(self.registry.cursor()) as cr,
            patch.object(ledger_class, "_get_ledger_key", side_effect=LedgerKeyMissing("no key")),
        ):
            self._run(cr)
        self._assert_done(0, "failed")
        with self.registry.cursor() as cr:
            self.assertEqual(self._record(cr).message, "no key")
        self._start()
        with closing(self.registry.cursor()) as cr:
            self._run(cr)
        self._assert_done(ROWS, "done")
