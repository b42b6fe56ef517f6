import time
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..rules import netting

CENTS = st.integers(-300, 900).map(lambda cents: Decimal(cents) / 100)


def debts_of(most):
    """Debts between up to so many establishments, small ones, so that many sums are zero."""
    place = st.integers(1, most)
    pairs = st.tuples(place, place).filter(lambda pair: pair[0] != pair[1])
    return st.dictionaries(pairs, CENTS, max_size=3 * most)


#: Positions that sum up to nothing, as debts to an establishment that has none in the end.
ROUND = st.lists(st.integers(-6, 6).filter(bool), max_size=6).map(
    lambda amounts: {
        (place, 99): Decimal(amount) for place, amount in enumerate([*amounts, -sum(amounts)], 1)
    }
)


def fewest(amounts):
    """Return the fewest payments by trying every payment of every first member."""
    amounts = [amount for amount in amounts if amount]
    if not amounts:
        return 0
    first, rest = amounts[0], amounts[1:]
    return min(
        1 + fewest([*rest[:index], first + other, *rest[index + 1 :]])
        for index, other in enumerate(rest)
        if first * other < 0
    )


class TestNetting(BaseCase):
    @given(debts_of(15))
    @settings(deadline=None, derandomize=True, database=None)
    def test_every_position_is_paid_exactly(self, debts):
        paid = {}
        for payment in netting.net(debts):
            paid[payment.payer] = paid.get(payment.payer, 0) - payment.amount
            paid[payment.payee] = paid.get(payment.payee, 0) + payment.amount
        self.assertEqual(paid, netting.positions(debts))

    @given(debts_of(15))
    @settings(deadline=None, derandomize=True, database=None)
    def test_nobody_pays_nothing_or_less_and_nobody_pays_and_is_paid(self, debts):
        payments = netting.net(debts)
        self.assertTrue(all(payment.amount > 0 for payment in payments))
        payers = {payment.payer for payment in payments}
        self.assertFalse(payers & {payment.payee for payment in payments})

    @given(debts_of(20))
    @settings(deadline=None, derandomize=True, database=None)
    def test_there_is_at_most_one_payment_less_than_establishments(self, debts):
        places = len(netting.positions(debts))
        self.assertLessEqual(len(netting.net(debts)), max(places - 1, 0))

    @given(debts_of(15))
    @settings(deadline=None, derandomize=True, database=None)
    def test_the_same_debts_in_another_order_give_the_same_payments(self, debts):
        shuffled = dict(reversed(list(debts.items())))
        self.assertEqual(netting.net(shuffled), netting.net(debts))

    @given(ROUND)
    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    def test_no_other_way_needs_fewer_payments(self, debts):
        self.assertEqual(len(netting.net(debts)), fewest(list(netting.positions(debts).values())))

    def test_twelve_establishments_take_less_than_a_second(self):
        debts = {(place, 13): Decimal(2**place) for place in range(1, 12)}
        debts[13, 12] = Decimal(sum(debts.values()))
        started = time.perf_counter()
        payments = netting.net(debts)
        self.assertLess(time.perf_counter() - started, 1)
        self.assertEqual(len(payments), 11)

    def test_six_pairs_among_twelve_need_six_payments(self):
        debts = {(place, 20): Decimal(place) for place in range(1, 7)}
        debts |= {(20, place + 6): Decimal(place) for place in range(1, 7)}
        self.assertEqual(len(netting.net(debts)), 6)

    def test_above_twelve_pairs_that_make_up_for_each_other_still_pay_each_other(self):
        debts = {(place, 30): Decimal(place) for place in range(1, 11)}
        debts |= {(30, place + 10): Decimal(place) for place in range(1, 11)}
        self.assertEqual(len(netting.net(debts)), 10)
