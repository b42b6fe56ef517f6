from contextlib import closing
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..models import loyalty_account_expiry
from ..models.loyalty_batch import START

ACCOUNTS = 6
STEP = 2


class Killed(BaseException):
    """Ends the job as a killed process does: no handler of errors takes it."""


@tagged("post_install", "-at_install")
class TestLedgerExpiryRaces(BaseCase):
    """The nightly job on real transactions, beside others; what is left is cleaned up by hand."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            accounts = env["loyalty.account"].create([{"name": "Night"}] * ACCOUNTS)
            # The day before yesterday, so that it is over in every time zone.
            expiry = fields.Date.today() - timedelta(days=2)
            self.patch(type(env["loyalty.ledger"]), "_check_expiry", lambda *args: None)
            for account in accounts:
                env["loyalty.ledger"]._top_up(account, 5, expiry_date=expiry)
                env["loyalty.ledger"]._top_up(account, 10)
            self.ids = accounts.ids
        self.addCleanup(self._delete_accounts)
        self.patch(loyalty_account_expiry, "EXPIRY_BATCH", STEP)

    def _delete_accounts(self):
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL session_replication_role = replica")
            for query in (
                """DELETE FROM loyalty_account_allocation WHERE lot_id IN
                   (SELECT id FROM loyalty_account_lot WHERE account_id = ANY(%s))""",
                "DELETE FROM loyalty_account_move WHERE account_id = ANY(%s)",
                "DELETE FROM loyalty_account_lot WHERE account_id = ANY(%s)",
                "DELETE FROM loyalty_account WHERE id = ANY(%s)",
            ):
                cr.execute(query, (self.ids,))

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {})

    def _run(self, cr):
        return self._env(cr)["loyalty.account"]._cron_expire_credit()

    def _charge(self, cr, index, amount):
        env = self._env(cr)
        env["loyalty.ledger"]._charge(env["loyalty.account"].browse(self.ids[index]), amount)
        env.flush_all()

    def _balances(self):
        """Balances by account; proves their ledgers and that nothing expired twice."""
        with self.registry.cursor() as cr:
            accounts = self._env(cr)["loyalty.account"].browse(self.ids)
            self.assertEqual(accounts._verify_ledger(), [])
            for account in accounts:
                kinds = account.move_ids.mapped("kind")
                self.assertLessEqual(kinds.count("expire"), 1, "expired twice")
            return accounts.mapped("balance")

    def test_killed_between_and_within_steps_it_goes_on_and_expires_nothing_twice(self):
        ledger_class = type(self._class_of_ledger())
        follow = ledger_class._follow_moves
        calls = []

        def killed_in_the_second_step(ledger, move_ids, seals):
            calls.append(move_ids)
            follow(ledger, move_ids, seals)
            if len(calls) == 2:
                raise Killed

        with closing(self.registry.cursor()) as cr:
            with (
                patch.object(ledger_class, "_follow_moves", killed_in_the_second_step),
                self.assertRaises(Killed),
            ):
                self._run(cr)
            cr.rollback()
        self.assertEqual(self._balances(), [10] * STEP + [15] * (ACCOUNTS - STEP))
        with closing(self.registry.cursor()) as cr:
            self._run(cr)
        self.assertEqual(self._balances(), [10] * ACCOUNTS)

    def _class_of_ledger(self):
        with self.registry.cursor() as cr:
            return self._env(cr)["loyalty.ledger"]

    def test_account_in_use_is_skipped_and_taken_by_the_next_run(self):
        with closing(self.registry.cursor()) as till, closing(self.registry.cursor()) as cr:
            till.execute(
                "SELECT id FROM loyalty_account WHERE id = %s FOR NO KEY UPDATE", [self.ids[1]]
            )
            cr.execute("SET lock_timeout = '1s'")
            self._run(cr)
            self.assertEqual(self._balances(), [10, 15] + [10] * (ACCOUNTS - 2))
            till.rollback()
            self._run(cr)
            self.assertEqual(self._balances(), [10] * ACCOUNTS)

    @mute_logger("odoo.sql_db")
    def test_two_jobs_at_once_expire_everything_once(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            ledger = self._env(first)["loyalty.ledger"]
            ledger._expire_due(STEP, START)  # locks the first accounts, not committed yet
            self._run(second)
            self.assertEqual(self._balances(), [15] * STEP + [10] * (ACCOUNTS - STEP))
            first.commit()
            self._run(second)
        self.assertEqual(self._balances(), [10] * ACCOUNTS)

    @mute_logger("odoo.sql_db", "odoo.addons.loyalty_accounts.models.loyalty_batch")
    def test_charge_committed_after_the_job_looked_is_neither_lost_nor_overspent(self):
        with closing(self.registry.cursor()) as till, closing(self.registry.cursor()) as cr:
            ledger_class = type(self._env(cr)["loyalty.ledger"])
            lock, raced = ledger_class._lock_free, []

            def charge_before_locking(ledger, *args):
                if not raced:
                    raced.append(True)
                    self._charge(till, 0, 10)
                    till.commit()
                return lock(ledger, *args)

            with patch.object(ledger_class, "_lock_free", charge_before_locking):
                self._run(cr)
        self.assertEqual(self._balances(), [0] + [10] * (ACCOUNTS - 1))

    @mute_logger("odoo.sql_db")
    def test_charge_that_waited_for_the_job_starts_again_and_sees_what_expired(self):
        with closing(self.registry.cursor()) as till, closing(self.registry.cursor()) as cr:
            till.execute("SELECT 1")  # its snapshot is older than the job's commit
            self._run(cr)
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._charge(till, 0, 12)
            till.rollback()
            with self.assertRaisesRegex(Exception, "Only 10.00 of credit is available"):
                self._charge(till, 0, 12)
            till.rollback()
        self.assertEqual(self._balances(), [10] * ACCOUNTS)
