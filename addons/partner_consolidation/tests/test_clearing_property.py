import os
from collections import namedtuple
from datetime import timedelta
from decimal import Decimal

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_clearing import ClearingBooksCommon

#: One thing that happens: ``verb`` between the establishments number ``one`` and ``other``.
Step = namedtuple("Step", "verb one other cents percentage hours")

VERBS = ("spend", "spend", "give_back", "close", "close", "reverse", "pay", "dispute", "book")

STEPS = st.lists(
    st.builds(
        Step,
        verb=st.sampled_from(VERBS),
        one=st.integers(0, 2),
        other=st.integers(1, 2),
        cents=st.integers(1, 3000),
        percentage=st.sampled_from([0, 33.33, 50, 100]),
        hours=st.integers(0, 200),
    ),
    min_size=8,
    max_size=25,
)


@tagged("post_install", "-at_install")
class TestClearingProperty(ClearingBooksCommon):
    """Whatever happens in a year, ledger and books agree at every establishment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.partner_id.tz = "Pacific/Auckland"
        cls.bistro.partner_id.tz = "America/Los_Angeles"

    def test_ledger_and_general_ledger_always_agree(self):
        happened = set()

        @settings(
            max_examples=100 if os.environ.get("SUITE_PROOF") else 8,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # shortening a failing year takes many minutes
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(steps=STEPS)
        def live_through(steps):
            happened.update(self._live_through(steps))

        live_through()
        self.assertEqual(happened, set(VERBS), "the years were too quiet to show anything")

    def _live_through(self, steps):
        happened, self.items = set(), self.env["consolidation.item"]
        with self.cr.savepoint() as savepoint, freeze_time("2027-01-01 08:00:00") as clock:
            for step in steps:
                clock.tick(timedelta(hours=step.hours))
                try:
                    with self.cr.savepoint():
                        getattr(self, f"_do_{step.verb}")(step)
                except (UserError, LookupError, ZeroDivisionError):
                    continue  # refused, or nothing to act on: nothing happened
                happened.add(step.verb)
                self._assert_positions()
            self._assert_agreement()
            self._book_everything()
            self._assert_agreement()
            self._assert_owed_once()
            savepoint.rollback()
        self.env.invalidate_all()
        return happened

    # === WHAT HAPPENS === #

    def _do_spend(self, step):
        issuer = self.companies[step.one]
        place = self.companies[(step.one + step.other) % 3]
        self.items |= self._spend(issuer, place, Decimal(step.cents) / 100, step.percentage)

    def _do_give_back(self, step):
        spent = self.items.filtered(lambda item: item.kind == "spend")
        self.items |= self._give_back(spent[step.cents % len(spent)])

    def _do_close(self, step):
        self._clear(
            date_to=fields.Date.today() - timedelta(days=step.one),
            settlement_mode=("entries", "invoices")[step.other - 1],
        )

    def _do_reverse(self, _step):
        closed = self.env["consolidation.clearing"].search([("state", "=", "closed")])
        closed[0]._reverse("random")

    def _do_pay(self, _step):
        payments = self.env["consolidation.payment"].search([("state", "=", "open")])
        self._pay(payments[-1])

    def _do_dispute(self, step):
        items = self.items.search([("clearing_id", "=", False), ("disputed", "=", False)])
        item = items[step.cents % len(items)]
        item._dispute(item._get_disputing_side(), "random")

    def _do_book(self, _step):
        self._book_everything()

    # === WHAT ALWAYS HOLDS === #

    def _assert_positions(self):
        """Both sides of a pair see the same, and whatever is neither open nor unpaid is gone."""
        found = {company: self._positions(company) for company in self.companies}
        for creditor, owed in found.items():
            for debtor, amount in owed.items():
                self.assertAlmostEqual(amount, -found[debtor][creditor], places=6)

    def _assert_owed_once(self):
        """Each allocation is on an account once, and each closed period pays its positions."""
        live = self.items.search([("reversed", "=", False)])
        self.assertEqual(len(live), len(live.allocation_id))
        for clearing in self.env["consolidation.clearing"].search([("state", "=", "closed")]):
            owed, paid = {}, {}
            for pair in clearing.pair_ids:
                owed[pair.debtor_id] = owed.get(pair.debtor_id, 0) - pair.amount
                owed[pair.creditor_id] = owed.get(pair.creditor_id, 0) + pair.amount
            for payment in clearing.payment_ids:
                paid[payment.payer_id] = paid.get(payment.payer_id, 0) - payment.amount
                paid[payment.payee_id] = paid.get(payment.payee_id, 0) + payment.amount
            for company, amount in owed.items():
                self.assertAlmostEqual(amount, paid.get(company, 0), places=6)
