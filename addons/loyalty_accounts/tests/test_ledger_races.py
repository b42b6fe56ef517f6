from contextlib import closing

import psycopg2

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..exceptions import InsufficientCredit


@tagged("post_install", "-at_install")
class TestLedgerRaces(BaseCase):
    """Two real transactions at once; what they leave is cleaned up by hand."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            account = env["loyalty.account"].create({"name": "Race"})
            env["loyalty.ledger"]._top_up(account, 100)
            self.account_id = account.id
        self.addCleanup(self._delete_account)

    def _delete_account(self):
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL session_replication_role = replica")
            for query in (
                """DELETE FROM loyalty_account_allocation WHERE lot_id IN
                   (SELECT id FROM loyalty_account_lot WHERE account_id = %s)""",
                "DELETE FROM loyalty_account_move WHERE account_id = %s",
                "DELETE FROM loyalty_account_hold WHERE account_id = %s",
                "DELETE FROM loyalty_account_lot WHERE account_id = %s",
                "DELETE FROM loyalty_account WHERE id = %s",
            ):
                cr.execute(query, (self.account_id,))

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {})

    def _charge(self, cr, amount, **options):
        env = self._env(cr)
        account = env["loyalty.account"].browse(self.account_id)
        move = env["loyalty.ledger"]._charge(account, amount, **options)
        env.flush_all()
        return move.id

    @mute_logger("odoo.sql_db")
    def test_second_of_two_charges_is_retried_and_then_refused(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")  # its snapshot is older than the first one's commit
            self._charge(first, 80)
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._charge(second, 80)
            second.rollback()
            with self.assertRaises(InsufficientCredit):
                self._charge(second, 80)

    @mute_logger("odoo.sql_db")
    def test_locked_account_makes_others_wait(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            self._charge(first, 10)
            second.execute("SET LOCAL lock_timeout = '200ms'")
            with self.assertRaises(psycopg2.errors.LockNotAvailable):
                self._charge(second, 10)
            second.rollback()
            first.rollback()

    @mute_logger("odoo.sql_db")
    def test_same_request_on_two_cursors_charges_once(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")
            done = self._charge(first, 30, key=f"race/{self.account_id}")
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._charge(second, 30, key=f"race/{self.account_id}")
            second.rollback()
            self.assertEqual(self._charge(second, 30, key=f"race/{self.account_id}"), done)
            account = self._env(second)["loyalty.account"].browse(self.account_id)
            self.assertEqual(account.balance, 70)

    def test_a_killed_transaction_leaves_nothing(self):
        with closing(self.registry.cursor()) as first:
            self._charge(first, 30)
            first.rollback()
        with closing(self.registry.cursor()) as cr:
            account = self._env(cr)["loyalty.account"].browse(self.account_id)
            self.assertEqual((account.balance, account.version), (100, 1))
            self.assertEqual(account._verify_ledger(), [])

    def test_accounts_are_locked_in_the_order_of_their_ids(self):
        with closing(self.registry.cursor()) as cr:
            env = self._env(cr)
            other = env["loyalty.account"].create({"name": "Race 2"})
            accounts = other | env["loyalty.account"].browse(self.account_id)
            queries, execute = [], type(cr).execute

            def spy(cursor, query, *args, **kwargs):
                queries.append(str(getattr(query, "code", query)))
                return execute(cursor, query, *args, **kwargs)

            self.patch(type(cr), "execute", spy)
            env["loyalty.ledger"]._lock(accounts)
            locks = [query for query in queries if "FOR NO KEY UPDATE" in query]
            self.assertEqual(len(locks), 1, "one statement locks them all")
            self.assertRegex(locks[0], r"ORDER BY account\.id\s+FOR NO KEY UPDATE")
            cr.rollback()
