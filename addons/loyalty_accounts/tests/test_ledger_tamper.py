import hashlib
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..rules import chain, coverage
from .common import LoyaltyCommon

#: What an SQL type is changed to; ``%s`` is the column.
OTHER = {
    "integer": "coalesce(%s, 0) + 1000000",
    "numeric": "coalesce(%s, 0) + 1",
    "character varying": "coalesce(translate(%s, '0123456789abcdef', '123456789abcdef0'), '') || 'x'",
    "text": "coalesce(%s, '') || 'x'",
    "date": "coalesce(%s, '2030-01-01') + 1",
    "timestamp without time zone": "coalesce(%s, '2030-01-01') + interval '1 hour'",
    "boolean": "NOT coalesce(%s, false)",
}


@tagged("post_install", "-at_install")
class TestLedgerTamper(LoyaltyCommon):
    """Someone owns the database, but not the key: whatever they change, the audit names it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_account(name="Other")
        cls._live(cls.account)
        cls.ledger._top_up(cls.other, 7)
        cls.env["loyalty.checkpoint"]._take()
        cls.ledger._charge(cls.account, 1)
        cls.checkpoint = cls.env["loyalty.checkpoint"]._take()
        cls.env.flush_all()
        cls._disarm()

    @classmethod
    def _live(cls, account):
        """One movement of every kind that leaves something behind."""
        cls.ledger._top_up(account, 10, note="first", expiry_date="2099-12-31")
        earned = cls.ledger._earn(account, 6)
        payment = cls.ledger._charge(account, 12, document=cls.partner)
        cls.ledger._refund(payment, 2)
        cls.ledger._take_back(earned, 3)
        ends = fields.Datetime.now() + timedelta(days=1)
        cls.ledger._top_up(account, 20)
        hold = cls.ledger._hold(account, 3, expires_at=ends, document=cls.partner).hold_id
        cls.ledger._capture(hold, 1)
        cls.ledger._release(hold, 1)
        done = cls.ledger._hold(account, 2).hold_id
        cls.ledger._capture(done, 1)
        cls.ledger._release(done)
        cls.ledger._adjust(account, -1, note="by hand")

    @classmethod
    def _disarm(cls):
        """What an owner of the tables can do: no triggers, foreign keys, checks, unique indexes."""
        cls.cr.execute("SET LOCAL session_replication_role = replica")
        cls.cr.execute(
            """SELECT conrelid::regclass, conname FROM pg_constraint
                WHERE contype = 'c' AND conrelid::regclass::text = ANY(%s)""",
            (list(coverage.PROVEN),),
        )
        for table, name in cls.cr.fetchall():
            cls.cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cls.cr.execute(
            """SELECT indexrelid::regclass FROM pg_index
                WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text = ANY(%s)""",
            (list(coverage.PROVEN),),
        )
        for (name,) in cls.cr.fetchall():
            cls.cr.execute(f"DROP INDEX {name}")

    def _columns(self, table):
        """``{column: type}`` of what this module has put into a table."""
        model = next(model for model in self.env.values() if model._table == table)
        self.cr.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
            (table,),
        )
        return {
            name: kind
            for name, kind in self.cr.fetchall()
            if model._fields[name]._module in (None, "base", "loyalty_accounts")
        }

    def _ids(self, table):
        self.cr.execute(f"SELECT id FROM {table} ORDER BY id")
        return [record_id for (record_id,) in self.cr.fetchall()]

    def _problems(self, *queries):
        """What the audit says after some statements; they are undone."""
        with self.cr.savepoint() as savepoint:
            for query in queries:
                self.cr.execute(*query) if isinstance(query, tuple) else self.cr.execute(query)
            self.env.invalidate_all()
            problems = self.env["loyalty.account"]._verify_ledger()
            savepoint.rollback()
        self.env.invalidate_all()
        return problems

    def _assert_found(self, problems, words=""):
        self.assertTrue(problems)
        self.assertTrue(all(problem["record_id"] for problem in problems))
        self.assertIn(words, " / ".join(problem["problem"] for problem in problems))

    # === COLUMNS === #

    def test_untouched_ledger_has_no_problem(self):
        self.assertEqual(self._problems(), [])

    def test_every_column_is_proven_or_said_not_to_be(self):
        for table in coverage.PROVEN:
            with self.subTest(table=table):
                proven, unsealed = coverage.PROVEN[table], coverage.UNSEALED[table]
                self.assertFalse(proven.keys() & unsealed.keys())
                self.assertEqual(set(self._columns(table)), {*proven, *unsealed})
                self.assertTrue(all(proven.values()))
                self.assertTrue(all(unsealed.values()))

    def test_change_of_any_proven_column_of_any_row_is_found(self):
        for table, proven in coverage.PROVEN.items():
            kinds = self._columns(table)
            for record_id in self._ids(table):
                for name in proven:
                    other = OTHER[kinds[name]] % f'"{name}"'
                    query = f'UPDATE {table} SET "{name}" = {other} WHERE id = %s'
                    with self.subTest(table=table, column=name, record=record_id):
                        self._assert_found(self._problems((query, (record_id,))))

    def test_changed_record_is_the_one_that_is_named(self):
        payment = self.account.move_ids.filtered(lambda move: move.kind == "charge")[-1:]
        lot, hold = self.account.lot_ids[0], self.account.hold_ids[0]
        for record, change in (
            (payment, "amount = amount - 1"),
            (payment, "note = 'gift'"),
            (lot, "origin = 'adjust'"),
            (lot, "date = date + 1"),
            (hold, "expires_at = now()"),
            (hold, "captured = captured + 1"),
            (self.account, "number = 'STOLEN'"),
            (self.checkpoint, "date = date + interval '1 day'"),
        ):
            query = f"UPDATE {record._table} SET {change} WHERE id = %s"
            problems = self._problems((query, (record.id,)))
            with self.subTest(record=record, change=change):
                named = {(problem["model"], problem["record_id"]) for problem in problems}
                self.assertIn((record._name, record.id), named)

    def test_what_is_not_sealed_can_be_erased(self):
        for table, unsealed in coverage.UNSEALED.items():
            kinds = self._columns(table)
            for name in unsealed.keys() - {"id"}:
                other = OTHER[kinds[name]] % f'"{name}"'
                with self.subTest(table=table, column=name):
                    self.assertEqual(self._problems(f'UPDATE {table} SET "{name}" = {other}'), [])

    # === ROWS === #

    def test_every_row_that_is_deleted_is_missed(self):
        for table in coverage.PROVEN:
            for record_id in self._ids(table):
                if (table, record_id) == ("loyalty_checkpoint", self.checkpoint.id):
                    continue  # its lines are left: found, see the next test
                problems = self._problems((f"DELETE FROM {table} WHERE id = %s", (record_id,)))
                with self.subTest(table=table, record=record_id):
                    if table == "loyalty_account" and not self._has_ledger(record_id):
                        self.assertEqual(problems, [])
                    else:
                        self._assert_found(problems)

    def _has_ledger(self, account_id):
        return self.env["loyalty.account"].browse(account_id).version

    def test_last_checkpoint_is_missed_by_its_lines(self):
        self._assert_found(
            self._problems(("DELETE FROM loyalty_checkpoint WHERE id = %s", (self.checkpoint.id,))),
            "the checkpoint of the line is missing",
        )

    def test_every_row_that_is_added_is_found(self):
        for table in coverage.PROVEN:
            names = ", ".join(f'"{name}"' for name in self._columns(table) if name != "id")
            for record_id in self._ids(table):
                if table == "loyalty_account" and not self._has_ledger(record_id):
                    continue
                query = f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} WHERE id = %s"
                problems = self._problems((query, (record_id,)))
                with self.subTest(table=table, record=record_id):
                    self._assert_found(problems)

    def test_rows_that_change_places_are_found(self):
        second, first = self.account.move_ids.filtered("allocation_ids").sorted("id")[:2].ids
        for table, column in (
            ("loyalty_account_move", "seq"),
            ("loyalty_account_move", "hash"),
            ("loyalty_account_move", "amount"),
            ("loyalty_account_move", "id"),
        ):
            swap = f"""UPDATE {table} SET {column} = other.{column}
                         FROM {table} other
                        WHERE {table}.id IN %(ids)s AND other.id IN %(ids)s
                          AND other.id <> {table}.id"""
            if column == "id":
                swap = f"""UPDATE {table} SET id = -1 WHERE id = %(first)s;
                           UPDATE {table} SET id = %(first)s WHERE id = %(second)s;
                           UPDATE {table} SET id = %(second)s WHERE id = -1"""
            values = {"ids": (first, second), "first": first, "second": second}
            with self.subTest(column=column):
                self._assert_found(self._problems((swap, values)))

    def test_lots_that_exchange_what_they_are_are_found(self):
        query = """UPDATE loyalty_account_lot l SET origin = o.origin, seal = o.seal
                     FROM loyalty_account_lot o
                    WHERE l.account_id = %s AND o.account_id = %s AND l.origin <> o.origin"""
        self._assert_found(self._problems((query, (self.account.id, self.account.id))))

    def test_row_that_is_moved_to_another_account_is_found(self):
        for table in ("move", "lot", "hold"):
            name = f"loyalty_account_{table}"
            for record_id in (
                self.env[f"loyalty.account.{table}"]
                .search([("account_id", "=", self.account.id)])
                .ids
            ):
                query = f"UPDATE {name} SET account_id = %s WHERE id = %s"
                with self.subTest(table=table, record=record_id):
                    self._assert_found(self._problems((query, (self.other.id, record_id))))

    # === WHOLE CHAINS === #

    def test_chain_recomputed_without_the_key_is_found(self):
        queries, previous = [], chain.GENESIS
        for move in self.account.move_ids.sorted("seq"):
            digest = hashlib.sha256(f"{previous}{move.amount}".encode()).hexdigest()
            queries.append(
                (
                    "UPDATE loyalty_account_move SET previous_hash = %s, hash = %s WHERE id = %s",
                    (previous, digest, move.id),
                )
            )
            previous = digest
        account = "UPDATE loyalty_account SET head_hash = %s WHERE id = %s"
        queries.append((account, (previous, self.account.id)))
        self._assert_found(self._problems(*queries), "broken seal")

    def _cut_tail(self):
        """Statements that take the last movement, a payment of 1.00, out of the ledger."""
        last = self.account.move_ids.sorted("seq")[-1:]
        before = self.account.move_ids.sorted("seq")[-2:-1]
        restore = """UPDATE loyalty_account
                        SET balance = %s, held = %s, debt = %s, version = %s, head_hash = %s
                      WHERE id = %s"""
        values = (before.balance_after, before.held_after, before.debt_after, before.seq)
        return [
            (
                "UPDATE loyalty_account_lot SET remaining = remaining - %s WHERE id = %s",
                (last.allocation_ids.amount, last.allocation_ids.lot_id.id),
            ),
            ("DELETE FROM loyalty_account_allocation WHERE move_id = %s", (last.id,)),
            ("DELETE FROM loyalty_account_move WHERE id = %s", (last.id,)),
            (restore, (*values, before.hash, self.account.id)),
        ]

    def test_tail_that_is_cut_off_is_missed(self):
        self._assert_found(self._problems(*self._cut_tail()[:-1]), "the last movement is missing")

    def test_tail_that_is_cut_off_with_the_account_put_back_is_missed(self):
        forget = "DELETE FROM loyalty_checkpoint_line; DELETE FROM loyalty_checkpoint"
        problems = self._problems(*self._cut_tail(), forget)
        self.assertEqual(
            [(problem["record_id"], problem["problem"]) for problem in problems],
            [(self.account.id, "the account's own row was changed or put back")],
        )

    def _replay(self):
        """Statements as above, by someone who kept the account's former row, seal included."""
        before = self.account.move_ids.sorted("seq")[-2:-1]
        seal = chain.head_seal(
            self.ledger._get_ledger_key(),
            self.account.id,
            before.hash,
            self.account.company_id.id,
            self.account.currency_id.id,
            self.account.number,
        )
        query = "UPDATE loyalty_account SET head_seal = %s WHERE id = %s"
        return [*self._cut_tail(), (query, (seal, self.account.id))]

    def test_former_state_put_back_whole_is_missed_by_the_checkpoint(self):
        self._assert_found(self._problems(*self._replay()), "a checkpoint noted are missing")

    def test_former_state_put_back_whole_before_any_checkpoint_is_not_found(self):
        """The limit that docs/adr/0007 states: the window is until the next checkpoint."""
        forget = "DELETE FROM loyalty_checkpoint_line; DELETE FROM loyalty_checkpoint"
        self.assertEqual(self._problems(*self._replay(), forget), [])

    def test_account_deleted_with_everything_of_it_is_missed_by_the_checkpoint(self):
        delete = [
            (
                """DELETE FROM loyalty_account_allocation WHERE move_id IN
                   (SELECT id FROM loyalty_account_move WHERE account_id = %s)""",
                (self.other.id,),
            )
        ]
        for table in ("move", "lot", "hold", "number"):
            query = f"DELETE FROM loyalty_account_{table} WHERE account_id = %s"
            delete.append((query, (self.other.id,)))
        delete.append(("DELETE FROM loyalty_account WHERE id = %s", (self.other.id,)))
        self._assert_found(self._problems(*delete), "an account that a checkpoint noted is missing")
        lines = "DELETE FROM loyalty_checkpoint_line WHERE account_id = %s"
        self._assert_found(self._problems(*delete, (lines, (self.other.id,))), "checkpoint or its")

    # === CHECKPOINTS === #

    def test_checkpoint_notes_what_changed_since_the_last_one_only(self):
        self.assertEqual(self.checkpoint.line_ids.account_id, self.account)
        self.assertFalse(self.env["loyalty.checkpoint"]._take())
