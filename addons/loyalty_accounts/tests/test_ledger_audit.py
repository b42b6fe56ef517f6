from odoo.tests import tagged

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestLedgerAudit(LoyaltyCommon):
    """Someone with SQL and without the key changes a record; the audit names it."""

    def setUp(self):
        super().setUp()
        self.ledger._top_up(self.account, 10)
        self.payment = self.ledger._charge(self.account, 4)
        self.ledger._hold(self.account, 2)
        self.env.flush_all()

    def _tamper(self, query, *args):
        # The triggers stop accidents; an owner of the tables can switch them off.
        self.cr.execute("SET LOCAL session_replication_role = replica")
        self.cr.execute(query, args)
        self.cr.execute("SET LOCAL session_replication_role = DEFAULT")
        self.env.invalidate_all()
        return self.account._verify_ledger()

    def test_untouched_ledger_has_no_problems(self):
        self.assertEqual(self.account._verify_ledger(), [])
        self.assertEqual(self.env["loyalty.account"]._verify_ledger(), [])

    def test_changed_balance_is_found(self):
        problems = self._tamper(
            "UPDATE loyalty_account SET balance = 600 WHERE id = %s", self.account.id
        )
        self.assertEqual({problem["record_id"] for problem in problems}, {self.account.id})

    def test_balance_without_any_movement_is_found(self):
        account = self._create_account()
        self.env.flush_all()
        self.cr.execute("UPDATE loyalty_account SET balance = 5 WHERE id = %s", (account.id,))
        self.env.invalidate_all()
        problems = self.env["loyalty.account"]._verify_ledger()
        self.assertEqual({problem["record_id"] for problem in problems}, {account.id})

    def test_lot_made_to_last_longer_is_found(self):
        problems = self._tamper(
            "UPDATE loyalty_account_lot SET expiry_date = '2099-01-01' WHERE account_id = %s",
            self.account.id,
        )
        self.assertEqual([p["record_id"] for p in problems], self.account.lot_ids.ids)

    def test_account_turned_into_another_currency_is_found(self):
        problems = self._tamper(
            "UPDATE loyalty_account SET currency_id = %s WHERE id = %s",
            self.env.ref("base.JPY").id,
            self.account.id,
        )
        named = {p["record_id"] for p in problems if p["model"] == "loyalty.account.move"}
        self.assertEqual(named, set(self.account.move_ids.ids))

    def test_changed_movement_is_named(self):
        problems = self._tamper(
            "UPDATE loyalty_account_move SET note = 'x' WHERE id = %s", self.payment.id
        )
        self.assertEqual(
            [(problem["model"], problem["record_id"], problem["problem"]) for problem in problems],
            [("loyalty.account.move", self.payment.id, "broken seal")],
        )

    def test_changed_lot_is_found(self):
        lot = self.account.lot_ids
        problems = self._tamper(
            "UPDATE loyalty_account_lot SET remaining = 7 WHERE id = %s", lot.id
        )
        self.assertIn(
            ("loyalty.account.lot", lot.id), [(p["model"], p["record_id"]) for p in problems]
        )

    def test_changed_reservation_is_found(self):
        problems = self._tamper("UPDATE loyalty_account_hold SET captured = 1")
        self.assertIn("the open reservations do not add up", [p["problem"] for p in problems])

    def test_changed_allocation_breaks_its_movements_seal(self):
        problems = self._tamper(
            "UPDATE loyalty_account_allocation SET accrual_company_id = %s WHERE move_id = %s",
            self.other_company.id,
            self.payment.id,
        )
        self.assertEqual(
            {(p["model"], p["record_id"]) for p in problems},
            {
                ("loyalty.account.allocation", self.payment.allocation_ids.id),
                ("loyalty.account.move", self.payment.id),
            },
        )

    def test_deleted_movement_is_found(self):
        self.cr.execute("SET LOCAL session_replication_role = replica")
        self.cr.execute(
            "DELETE FROM loyalty_account_allocation WHERE move_id = %s", (self.payment.id,)
        )
        problems = self._tamper("DELETE FROM loyalty_account_move WHERE id = %s", self.payment.id)
        self.assertIn("broken seal", [p["problem"] for p in problems])
