from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.loyalty_accounts.rules import earning
from odoo.addons.loyalty_accounts.rules.amounts import round_half_up

from ..rules import honouring
from ..rules.simulation import Assumptions, Replay
from ..rules.terms import Terms

FIRST = date(2026, 1, 30)
STEPS = (Decimal("0.01"), Decimal("0.001"), Decimal(1), Decimal("0.05"), Decimal(100))
HERE, PARTNER = 1, 2

percentages = st.integers(0, 10_000).map(lambda number: Decimal(number) / 100)
terms = st.builds(
    Terms,
    copy_privileges=st.booleans(),
    discount=percentages,
    accumulation=percentages,
    shared_deposit=st.booleans(),
    payment_percentage=percentages,
    clearing_percentage=percentages,
    exposure_limit=st.integers(0, 500).map(lambda units: Decimal(units) * 100),
)
expectations = st.builds(
    Assumptions,
    share=percentages,
    new=percentages,
    margin=percentages,
    credit=st.integers(0, 80).map(lambda units: Decimal(units) * 100),
    bonus=percentages,
    use=percentages,
    card=st.builds(
        honouring.Privileges, percentages, percentages.map(lambda percentage: percentage / 100)
    ),
    interval=st.integers(1, 9),
)
bills = st.lists(
    st.tuples(st.integers(0, 40), st.lists(st.integers(-9_000, 30_000), max_size=5)),
    max_size=12,
    unique_by=lambda day: day[0],
).map(sorted)


class Slow:
    """The same by the rules that honour a card, a bill at a time and in Decimals."""

    def __init__(self, terms, given, step, *, earns_on_credit):
        self.terms, self.given, self.step = terms, given, step
        self.all_earns = earns_on_credit
        self.pool = self.spent = self.open = Decimal(0)
        self.sums = dict.fromkeys(("discount", "foreign", "own", "earned"), Decimal(0))
        self.over_days, self.worst = 0, Decimal(0)

    def run(self, days, last_day):
        by_day = {FIRST + timedelta(offset): amounts for offset, amounts in days}
        for offset in range((last_day - FIRST).days + 1):
            if not offset % self.given.interval:
                self.open = Decimal(0)
            highest = self.open
            for amount in by_day.get(FIRST + timedelta(offset), ()):
                self._replay(amount * self.step)
                highest = max(highest, self.open)
            self.worst = max(self.worst, highest)
            limit = self.terms.exposure_limit
            self.over_days += bool(limit and self._claim(highest) > limit)

    def _claim(self, foreign):
        lost = self.given.bonus * (100 - self.terms.clearing_percentage) / 10_000
        return foreign * (1 - lost) * self.given.share / 100

    def _replay(self, amount):
        card = honouring.privileges(self.given.card, self.terms)
        size, sign = abs(amount), 1 if amount >= 0 else -1
        discount = round_half_up(size * card.discount / 100, self.step)
        due = size - discount
        foreign, own = self._spend(due, self.pool if amount > 0 else self.spent)
        earned = earning.earned(
            due if self.all_earns else due - foreign - own, card.credit_rate, self.step
        )
        self.pool += sign * (earned - own)
        self.spent += sign * own
        self.open += sign * foreign
        parts = (discount, foreign, own, earned)
        for name, value in zip(self.sums, parts, strict=True):
            self.sums[name] += sign * value

    def _spend(self, due, own):
        place = honouring.Place(HERE, PARTNER, self.terms.shared_deposit)
        lots = [
            honouring.Lot(1, self.given.credit, None, PARTNER),
            honouring.Lot(2, max(own, Decimal(0)), None, HERE, True, self.terms.payment_percentage),
        ]
        wanted = due * self.given.use / 100
        wanted -= wanted % self.step
        takes = dict(honouring.spend(lots, place, wanted, bill=due, step=self.step))
        return takes.get(1, Decimal(0)), takes.get(2, Decimal(0))


class TestSimulationRules(BaseCase):
    def _replay(self, terms, given, step, days, last_day, earns_on_credit=False):
        replay = Replay(terms, given, step, FIRST, earns_on_credit=earns_on_credit)
        for offset, amounts in days:
            replay.add_day(FIRST + timedelta(offset), amounts)
        replay.finish(last_day)
        return replay

    @settings(max_examples=150, deadline=None)
    @given(terms, expectations, st.sampled_from(STEPS), bills, st.booleans())
    def test_replay_does_what_the_rules_of_honouring_do(self, terms, given, step, days, all_earns):
        last_day = FIRST + timedelta(45)
        replay = self._replay(terms, given, step, days, last_day, all_earns)
        slow = Slow(terms, given, step, earns_on_credit=all_earns)
        slow.run(days, last_day)
        months = replay.months.values()
        found = [sum(month[place] for month in months) * step for place in range(2, 6)]
        self.assertEqual(found, list(slow.sums.values()))
        self.assertEqual((replay.pool * step, replay.open * step), (slow.pool, slow.open))
        self.assertEqual(replay.over_days, slow.over_days)
        worst = (slow._claim(slow.worst) / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        self.assertEqual(replay.get_worst()[0], worst)

    @settings(max_examples=100, deadline=None)
    @given(terms, expectations, bills)
    def test_tables_add_up_to_the_cent(self, terms, given, days):
        step = Decimal("0.01")
        replay = self._replay(terms, given, step, days, FIRST + timedelta(45))
        months = [figures for _month, figures in replay.get_months()]
        total = replay.get_total()
        for figures in (*months, total):
            self.assertEqual(
                figures.partner_sales - figures.discount_amount,
                figures.money + figures.partner_credit + figures.own_credit,
            )
            self.assertEqual(figures.claim + figures.clearing_loss, figures.partner_credit)
            parts = figures.discount_amount + figures.earned_amount + figures.clearing_loss
            self.assertEqual((figures.cost, figures.net), (parts, figures.gain - parts))
            self.assertFalse(any(value % step for value in figures[1:]))
        for name in total._fields:
            self.assertEqual(
                getattr(total, name), sum(getattr(figures, name) for figures in months)
            )

    @settings(max_examples=60, deadline=None)
    @given(terms, expectations, bills, st.integers(0, 12))
    def test_replay_in_pieces_is_the_replay_at_once(self, terms, given, days, cut):
        step, last_day = Decimal("0.01"), FIRST + timedelta(45)
        whole = self._replay(terms, given, step, days, last_day)
        first, second = Replay(terms, given, step, FIRST), Replay(terms, given, step, FIRST)
        for offset, amounts in days[:cut]:
            first.add_day(FIRST + timedelta(offset), amounts)
        second.load(first.dump())
        for offset, amounts in days[cut:]:
            second.add_day(FIRST + timedelta(offset), amounts)
        second.finish(last_day)
        self.assertEqual(second.dump(), whole.dump())

    def test_without_shared_deposit_nothing_of_the_partner_pays_or_is_owed(self):
        number = Decimal
        terms = Terms(False, number(0), number(10), False, number(50), number(50), number(1))
        given = Assumptions(
            *(number(100), number(0), number(0), number(9), number(100), number(100)),
            honouring.Privileges(number(0), number(0)),
            30,
        )
        replay = self._replay(terms, given, number("0.01"), [(0, [1000, 1000])], FIRST)
        total = replay.get_total()
        self.assertEqual((total.partner_credit, total.claim, total.own_credit), (0, 0, 1))
        self.assertEqual((replay.get_worst(), replay.over_days), ((0, None), 0))

    def test_bill_that_comes_back_whole_leaves_nothing(self):
        number = Decimal
        terms = Terms(False, number(5), number(2), True, number(0), number(50), number(0))
        given = Assumptions(
            *(number(25), number(50), number(30), number(9), number(100), number(80)),
            honouring.Privileges(number(0), number(0)),
            30,
        )
        days = [(0, [1999]), (3, [-1999])]
        total = self._replay(terms, given, number("0.01"), days, FIRST + timedelta(9)).get_total()
        # January has the sale, February the return.
        self.assertEqual(total._replace(receipts=0), total._make([0] * len(total)))
        self.assertEqual(total.receipts, 2)
