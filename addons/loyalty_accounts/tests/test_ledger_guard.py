from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..exceptions import LedgerKeyMissing
from .common import LoyaltyCommon

LEDGER_MODELS = (
    "loyalty.account.move",
    "loyalty.account.allocation",
)


@tagged("post_install", "-at_install")
class TestLedgerGuard(LoyaltyCommon):
    def setUp(self):
        super().setUp()
        self.ledger._top_up(self.account, 10)
        self.env.flush_all()

    def test_nobody_writes_balance_reservations_or_debt_not_even_the_superuser(self):
        for name in ("balance", "held", "debt", "version", "head_hash"):
            for env in (self.env, self.env(user=self.admin)):
                with self.subTest(field=name), self.assertRaises(AccessError):
                    self.account.with_env(env).write({name: 1})
                with self.assertRaises(AccessError):
                    env["loyalty.account"].create({"name": "Rich", name: 1})

    def test_context_over_rpc_cannot_carry_the_ledgers_token(self):
        account = self.account.with_context(loyalty_ledger=True)
        with self.assertRaises(AccessError):
            account.write({"balance": 1})

    def test_movements_cannot_be_created_changed_or_deleted(self):
        for model in LEDGER_MODELS:
            record = self.env[model].search([("account_id", "=", self.account.id)])
            with self.subTest(model=model):
                with self.assertRaises(AccessError):
                    record.write({"amount": 1000})
                with self.assertRaises(AccessError):
                    record.unlink()
                with self.assertRaises(AccessError):
                    record.copy()

    @mute_logger("odoo.sql_db")
    def test_database_itself_refuses_to_change_movements(self):
        for query in (
            "UPDATE loyalty_account_move SET amount = 5",
            "UPDATE loyalty_account_allocation SET amount = 5",
            "DELETE FROM loyalty_account_move",
            "DELETE FROM loyalty_account_allocation",
        ):
            with self.subTest(query=query), self.cr.savepoint() as savepoint:
                with self.assertRaisesRegex(psycopg2.errors.RaiseException, "append-only"):
                    self.cr.execute(query)
                savepoint.rollback()

    def test_names_in_movements_stay_erasable(self):
        move = self.account.move_ids
        with self.assertRaises(AccessError):
            move.write({"partner_name": "Somebody else"})
        move.write({"partner_name": "—", "document_name": False})
        self._assert_account(self.account, 10)

    @mute_logger("odoo.sql_db")
    def test_database_lets_names_be_erased_and_not_exchanged(self):
        for change in (
            "partner_name = 'Somebody else'",
            "partner_name = '—', note = 'x'",
            "document_name = ''",
        ):
            with self.subTest(change=change), self.cr.savepoint() as savepoint:
                with self.assertRaisesRegex(psycopg2.errors.RaiseException, "append-only"):
                    self.cr.execute(f"UPDATE loyalty_account_move SET {change}")
                savepoint.rollback()
        self.cr.execute("UPDATE loyalty_account_move SET partner_name = NULL, document_name = '—'")

    @mute_logger("odoo.sql_db")
    def test_database_refuses_amounts_below_zero_and_lots_beyond_what_was_given(self):
        queries = (
            "UPDATE loyalty_account SET balance = -1",
            "UPDATE loyalty_account SET held = 11",
            "UPDATE loyalty_account SET debt = -1",
            "UPDATE loyalty_account SET discount = 100.01",
            "UPDATE loyalty_account SET discount = 'NaN'",
            "UPDATE loyalty_account SET number = 'a b'",
            "UPDATE loyalty_account_lot SET remaining = -1",
            "UPDATE loyalty_account_lot SET remaining = 11",
        )
        for query in queries:
            with self.subTest(query=query), self.cr.savepoint() as savepoint:
                with self.assertRaises(psycopg2.errors.CheckViolation):
                    self.cr.execute(query)
                savepoint.rollback()

    def test_without_a_ledger_key_nothing_moves(self):
        for key in (False, "", "short", "zz" * 32):
            with (
                self.subTest(key=key),
                patch.dict(config.options, {"loyalty_ledger_key": key}),
                self.assertRaisesRegex(LedgerKeyMissing, "loyalty_ledger_key"),
            ):
                self.ledger._top_up(self.account, 10)

    def test_account_with_movements_is_not_deleted_by_anyone(self):
        with self.assertRaisesRegex(UserError, "Gold card"):
            self.account.unlink()
        with self.assertRaises(UserError):
            self.account.with_user(self.manager).unlink()
