import os
from collections import namedtuple
from datetime import timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import tagged

from ..const import MOVE_KINDS
from ..exceptions import LoyaltyError
from .common import BooksCommon, money

#: One thing that happens: ``verb`` on the account number ``who``, after ``hours``.
Step = namedtuple("Step", "verb who units days hours")

VERBS = (
    "top_up",
    "top_up_at_the_desk",
    "earn",
    "take_back",
    "charge",
    "refund",
    "hold",
    "capture",
    "adjust_up",
    "adjust_down",
    "open",
    "transfer",
    "expire",
    "book",
    "book_by_night",
)

STEPS = st.lists(
    st.builds(
        Step,
        verb=st.sampled_from(VERBS),
        who=st.integers(0, 3),
        units=st.integers(1, 5000),
        days=st.sampled_from([None, 0, 3, 40]),
        hours=st.integers(0, 400),
    ),
    min_size=10,
    max_size=40,
)


@tagged("post_install", "-at_install")
class TestBooksProperty(BooksCommon):
    """Whatever happens in a year: ledger = general ledger + not yet posted, at any moment.

    Three companies, two of one currency and one whose currency has no decimals.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        yen = cls.env.ref("base.JPY")
        yen.active = True
        same = cls._company_with_chart("Same money", currency_id=cls.company.currency_id.id)
        other = cls._company_with_chart("Other money", currency_id=yen.id)
        cls.company.partner_id.tz = "Pacific/Auckland"
        same.partner_id.tz = "America/Los_Angeles"
        cls.companies = cls.company | same | other
        cls.accounts = cls.account | cls._create_account()
        for company in same | other:
            cls.accounts |= cls._create_account(company_id=company.id)
        cls.journals = {
            company: cls.env["account.journal"].create(
                {"name": "Desk", "type": "cash", "company_id": company.id}
            )
            for company in cls.companies
        }

    def test_ledger_and_general_ledger_always_agree(self):
        kinds = set()

        @settings(
            max_examples=300 if os.environ.get("SUITE_PROOF") else 12,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(steps=STEPS)
        def live_through(steps):
            kinds.update(self._live_through(steps))

        live_through()
        missing = set(dict(MOVE_KINDS)) - kinds - {"release"}
        self.assertFalse(missing, "the years were too quiet to show anything")

    def _live_through(self, steps):
        """Do all steps in a year of their own; return the kinds of movements that there were."""
        with self.cr.savepoint() as savepoint, freeze_time("2026-01-01 08:00:00") as clock:
            for account in self.accounts:
                self.ledger._open(account, self._amount(account, 9000), key=f"start/{account.id}")
            for number, step in enumerate(steps):
                clock.tick(timedelta(hours=step.hours))
                try:
                    with self.cr.savepoint():
                        getattr(self, f"_do_{step.verb}")(self._account(step), step, number)
                except LoyaltyError:
                    continue  # refused: nothing happened
            self._assert_agreement()
            past = fields.Date.subtract(fields.Date.today(), days=30)
            self._assert_agreement(past)
            for company in self.companies:
                self._book_all(company)
            self._assert_agreement(booked=True)
            self.assertEqual(self.accounts._verify_ledger(), [])
            kinds = set(self.accounts.move_ids.mapped("kind"))
            savepoint.rollback()
        return kinds

    def _assert_agreement(self, day=None, *, booked=False):
        for company in self.companies:
            today = company._get_loyalty_today()
            liability = self.env["loyalty.books.liability"]._compute_liability(
                company, day or today
            )
            where = f"{company.name} on {day or today}"
            self.assertEqual(liability.difference, 0, where)
            self.assertEqual(liability.unexplained, [], where)
            self.assertEqual(liability.ledger, liability.general + liability.not_posted, where)
            if not day:
                accounts = self.accounts.filtered(lambda a, own=company: a.company_id == own)
                total = company.currency_id.round(sum(accounts.mapped("balance")))
                self.assertEqual(float(liability.ledger), total, where)
            if booked:
                self.assertFalse(liability.not_posted, where)

    def _account(self, step):
        return self.accounts.sorted("id")[step.who]

    def _amount(self, account, units):
        return money(units) * money(str(account.currency_id.rounding))

    def _expiry(self, step):
        return step.days and fields.Date.today() + timedelta(days=step.days)

    def _moves(self, account, *kinds):
        moves = account.move_ids.filtered(lambda move: move.kind in kinds)
        if not moves:
            raise LoyaltyError("nothing to act on yet")
        return moves.sorted("id")

    # === WHAT HAPPENS === #

    def _give(self, verb, account, step):
        return getattr(self.ledger, verb)(
            account,
            self._amount(account, step.units),
            company=account.company_id,
            expiry_date=self._expiry(step),
        )

    def _do_top_up(self, account, step, _number):
        self._give("_top_up", account, step)

    def _do_top_up_at_the_desk(self, account, step, _number):
        move = self._give("_top_up", account, step)
        self.env["loyalty.books"]._book_top_up(move, self.journals[account.company_id])

    def _do_earn(self, account, step, _number):
        self._give("_earn", account, step)

    def _do_take_back(self, account, step, number):
        if step.units % 2:
            self._do_earn(account, step, number)
        earning = self._moves(account, "earn")[:1]
        self.ledger._take_back(earning, company=account.company_id)

    def _do_charge(self, account, step, _number):
        amount = self._amount(account, step.units)
        self.ledger._charge(account, amount, company=account.company_id)

    def _do_refund(self, account, step, number):
        self._do_charge(account, step, number)
        payment = self._moves(account, "charge", "capture")[step.units % 2 - 1]
        self.ledger._refund(payment, company=account.company_id)

    def _do_hold(self, account, step, _number):
        amount = self._amount(account, step.units)
        self.ledger._hold(account, amount, company=account.company_id)

    def _do_capture(self, account, step, number):
        self._do_hold(account, step, number)
        hold = self._moves(account, "hold")[-1:].hold_id
        amount = self._amount(account, max(step.units // 3, 1))
        self.ledger._capture(hold, amount, company=account.company_id)

    def _do_adjust_up(self, account, step, _number, sign=1):
        amount = sign * self._amount(account, step.units)
        self.ledger._adjust(account, amount, note="random", company=account.company_id)

    def _do_adjust_down(self, account, step, number):
        self._do_adjust_up(account, step, number, sign=-1)

    def _do_open(self, account, step, number):
        self.ledger._open(
            account,
            self._amount(account, step.units),
            key=f"open/{number}",
            expiry_date=self._expiry(step),
        )

    def _do_transfer(self, account, step, number):
        others = (self.accounts - account).filtered(
            lambda other: other.currency_id == account.currency_id
        )
        if not others:
            raise LoyaltyError("nobody has this currency")
        self.ledger._transfer(
            account,
            others.sorted("id")[step.units % len(others)],
            self._amount(account, step.units),
            key=f"transfer/{number}",
        )

    def _do_expire(self, account, _step, _number):
        self.ledger._expire(account)

    def _do_book(self, account, _step, _number):
        self._book_all(account.company_id)

    def _do_book_by_night(self, account, _step, _number):
        company = account.company_id
        self.batch._post_batches(company, self.batch._get_yesterday(company))
