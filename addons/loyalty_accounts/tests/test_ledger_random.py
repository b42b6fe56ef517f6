from datetime import timedelta
from random import Random

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..exceptions import LoyaltyError
from .common import LoyaltyCommon, money

#: Fixed, so that a failure can be repeated.
SEED = 20260401
STEPS = 250


@tagged("post_install", "-at_install")
class TestLedgerRandom(LoyaltyCommon):
    """A random year on one account; after every step the books are proven."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_account(name="Second card")

    def test_whatever_happens_the_ledger_adds_up(self):
        random = Random(SEED)
        refused = done = 0
        with freeze_time("2026-01-01 08:00:00") as clock:
            for step in range(STEPS):
                clock.tick(timedelta(hours=random.randrange(1, 60)))
                verb = random.choice(list(self._verbs()))
                amount = money(random.randrange(1, 9000)) / 100
                try:
                    with self.cr.savepoint():
                        self._verbs()[verb](random, amount)
                    done += 1
                except LoyaltyError:
                    refused += 1
                with self.subTest(step=step, verb=verb, seed=SEED):
                    self._assert_sums()
            self.assertEqual((self.account | self.second)._verify_ledger(), [])
        self.assertGreater(done, STEPS / 3)
        self.assertGreater(refused, 5, "nothing was refused: the amounts are too small to test it")
        self.assertEqual(
            set(self.account.move_ids.mapped("kind")),
            {
                "top_up",
                "earn",
                "charge",
                "capture",
                "refund",
                "take_back",
                "adjust",
                "opening",
                "transfer",
                "expire",
                "hold",
                "release",
            },
        )

    def _verbs(self):
        ledger, account = self.ledger, self.account
        return {
            "top_up": lambda random, amount: ledger._top_up(
                account, amount, expiry_date=self._some_day(random)
            ),
            "earn": lambda random, amount: ledger._earn(
                account, amount, expiry_date=self._some_day(random)
            ),
            "charge": lambda random, amount: ledger._charge(account, amount),
            "charge_more": lambda random, amount: ledger._charge(account, amount),
            "hold": lambda random, amount: ledger._hold(
                account,
                amount,
                expires_at=random.choice([None, fields.Datetime.now() + timedelta(hours=70)]),
            ),
            "capture": lambda random, amount: ledger._capture(
                self._pick(random, account.hold_ids),
                amount / 4 if not (amount * 25) % 1 else money("0.05"),
            ),
            "release": lambda random, amount: ledger._release(self._pick(random, account.hold_ids)),
            "refund": lambda random, amount: ledger._refund(
                self._pick(
                    random, account.move_ids.filtered(lambda m: m.kind in ("charge", "capture"))
                ),
                random.choice([None, money("0.50")]),
            ),
            "take_back": lambda random, amount: ledger._take_back(
                self._pick(random, account.move_ids.filtered(lambda m: m.kind == "earn")),
                random.choice([None, money("0.50")]),
            ),
            "adjust": lambda random, amount: ledger._adjust(
                account, random.choice([amount, -amount]), note="random"
            ),
            "open": lambda random, amount: ledger._open(
                account, amount, key=f"open/{account.version}", expiry_date=self._some_day(random)
            ),
            "transfer": lambda random, amount: ledger._transfer(
                *random.choice([(account, self.second), (self.second, account)]),
                amount,
                key=f"transfer/{account.version}/{self.second.version}",
            ),
            "expire": lambda random, amount: ledger._expire(account),
        }

    def _pick(self, random, records):
        if not records:
            raise LoyaltyError("nothing to act on yet")
        return random.choice(records.sorted("id"))

    def _some_day(self, random):
        days = random.choice([None, 3, 10, 40])
        return days and fields.Date.today() + timedelta(days=days)

    def _assert_sums(self):
        account, moves = self.account, self.account.move_ids
        exact = account.currency_id.round
        self.assertEqual(account.balance, exact(sum(moves.mapped("amount"))))
        self.assertEqual(account.balance, exact(sum(account.lot_ids.mapped("remaining"))))
        self.assertEqual(account.held, exact(sum(account.hold_ids.mapped("remaining"))))
        self.assertEqual(account.debt, exact(sum(moves.mapped("debt_amount"))))
        self.assertEqual(account.version, len(moves))
        self.assertGreaterEqual(account.available, 0)
