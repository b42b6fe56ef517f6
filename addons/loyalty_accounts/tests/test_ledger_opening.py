from odoo.tests import tagged

from ..exceptions import InvalidValue, RequestConflict
from ..models.loyalty_ledger_opening import Opening
from .common import money
from .test_ledger_expiry import MOVE_IGNORED, ExpiryCase

IGNORED = MOVE_IGNORED | {"create_date", "write_date", "lot_id", "move_id"}


@tagged("post_install", "-at_install")
class TestLedgerOpening(ExpiryCase):
    """Opening many accounts at once leaves what the verb leaves."""

    def _openings(self, account, name):
        parts = [("10.05", None), ("7", self.today), ("0.01", "2027-01-31")]
        return [
            Opening(account, money(amount), f"{name}/{place}", day)
            for place, (amount, day) in enumerate(parts)
        ]

    def _snapshot(self, account):
        """Every column the database has on an account, but for what cannot be equal."""
        self.env.flush_all()
        queries = (
            "SELECT * FROM loyalty_account WHERE id = %s",
            "SELECT * FROM loyalty_account_move WHERE account_id = %s ORDER BY seq",
            "SELECT * FROM loyalty_account_lot WHERE account_id = %s ORDER BY id",
            """SELECT p.* FROM loyalty_account_allocation p
                 JOIN loyalty_account_move m ON m.id = p.move_id
                WHERE m.account_id = %s ORDER BY p.id""",
        )
        # Seals name the account; verifying both, below, compares what they cover.
        ignored = IGNORED | {"number", "head_hash", "head_seal", "seal"}
        snapshot = []
        for query in queries:
            self.cr.execute(query, (account.id,))
            rows = self.cr.dictfetchall()
            snapshot.append([{k: v for k, v in r.items() if k not in ignored} for r in rows])
        return snapshot

    def test_many_at_once_leave_what_the_verb_leaves_in_every_column(self):
        self.maxDiff = None
        one, other = self._create_account(), self._create_account()
        for account, amount, key, day in self._openings(one, "one"):
            self.ledger._open(account, amount, key=key, expiry_date=day, document=self.partner)
        self.ledger._open_many(self._openings(other, "other"), document=self.partner)
        self.assertEqual(self._snapshot(one), self._snapshot(other))
        for account in (one, other):
            self._assert_account(account, 17.06)
            self.assertEqual(account.move_ids.mapped("kind"), ["opening"] * 3)

    def test_account_that_moved_before_goes_through_the_verb(self):
        self._top_up(self.account, 5, self.yesterday)
        new = self._create_account()
        openings = self._openings(self.account, "old") + self._openings(new, "new")
        self.assertEqual(self.ledger._open_many(openings), 6)
        self._assert_account(self.account, 17.06)  # what was due has expired first
        self._assert_account(new, 17.06)

    def test_repeated_keys_bring_nothing_over_twice(self):
        openings = self._openings(self.account, "twice")
        self.ledger._open_many(openings)
        self.ledger._open_many(openings)
        self.ledger._open_many(openings[:1] * 2)
        self._assert_account(self.account, 17.06)

    def test_key_of_another_request_is_refused(self):
        self.ledger._open_many(self._openings(self.account, "mine"))
        with self.assertRaises(RequestConflict):
            self.ledger._open_many([Opening(self.account, money("9"), "mine/0", None)])

    def test_amounts_and_days_are_refused_as_by_the_verb(self):
        for amount, day in (
            (money("0"), None),
            (money("-1"), None),
            (money("0.001"), None),
            (money("1000000000"), None),
            (money("1"), self.yesterday),
        ):
            with self.subTest(amount=amount, day=day), self.assertRaises(InvalidValue):
                self.ledger._open_many([Opening(self.account, amount, "bad", day)])
        self._assert_account(self.account, 0)

    def test_parts_together_cannot_pass_the_largest_balance(self):
        half = money("600000000")
        with self.assertRaisesRegex(InvalidValue, "cannot hold more"), self.cr.savepoint():
            self.ledger._open_many(
                [Opening(self.account, half, f"half/{place}", None) for place in range(2)]
            )
        self._assert_account(self.account, 0)

    def test_accounts_of_several_companies_and_currencies_each_keep_their_own(self):
        yen = self.env["res.company"].create(
            {"name": "Tokyo", "currency_id": self.env.ref("base.JPY").id}
        )
        foreign = self._create_account(company_id=yen.id, partner_id=False)
        openings = [
            Opening(foreign, money("500"), "yen", None),
            Opening(self.account, money("5.50"), "here", None),
        ]
        self.ledger._open_many(openings)
        self._assert_account(foreign, 500)
        self.assertEqual(foreign.move_ids.company_id, yen)
        self.assertEqual(foreign.lot_ids.currency_id, self.env.ref("base.JPY"))
        self._assert_account(self.account, 5.5)

    def test_statements_do_not_grow_with_the_number_of_accounts(self):
        counts = []
        for number in (3, 30):
            accounts = self.env["loyalty.account"].create([{"name": "Many"}] * number)
            openings = [
                Opening(account, money("1"), f"count/{account.id}", None) for account in accounts
            ]
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.ledger._open_many(openings)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 14)
