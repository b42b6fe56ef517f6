"""Replaying sales under terms that are not agreed yet: cost, gain, worst exposure.

An expected-value model; docs/adr/0012 says what it is and is not. Each bill is replayed as if a
client of the partner had paid it, by the rules of ``honouring``, and a share of the result counts.
Inside, amounts are whole numbers of the currency's smallest unit and percentages hundredths of a
percent, because integers are exact and quick; what comes out are Decimals.
"""

from collections import namedtuple
from datetime import date, timedelta

from .honouring import privileges

#: What nobody can know beforehand. Percentages 0 to 100: ``share`` of the sales that counts as the
#: partner's clients'; ``new`` of these would not have come otherwise, at a ``margin``; ``credit``
#: of the partner that a client has at each bill, of which ``bonus`` % was earned and not paid in;
#: ``use`` % of a bill at most is paid with credit of either side. ``card``: the ``Privileges`` of
#: the partner's cards. ``interval``: days from one settlement to the next.
Assumptions = namedtuple("Assumptions", "share new margin credit bonus use card interval")

#: Sums of a month or of all; see the fields of ``consolidation.simulation.figures``.
Figures = namedtuple(
    "Figures",
    "receipts sales partner_sales discount_amount earned_amount partner_credit own_credit money"
    " claim clearing_loss cost gain net",
)

#: What is counted in units and for all bills: number of bills, then amounts.
_COUNTED = ("receipts", "sales", "discount", "foreign", "own", "earned")
_WHOLE = 10_000  # hundredths of a percent in 1
_HALF = _WHOLE // 2


class Replay:
    """Takes the bills of one day after the other, and adds up what the terms would have done.

    Ten bills of 100.00, two a day. One in ten is a partner's client's, who gets 5 % off and earns
    2 %, brings 30.00 of credit, and pays at most half of a bill with credit. Of the partner's
    credit 40 % was earned and clears at 50 %; it is settled every third day.

    >>> from .honouring import Privileges
    >>> from decimal import Decimal as number
    >>> from .terms import Terms
    >>> terms = Terms(False, number(5), number(2), True, number(10), number(50), number(5))
    >>> assumptions = Assumptions(number(10), number(20), number(30), number(30), number(40),
    ...     number(50), Privileges(number(0), number(0)), 3)
    >>> replay = Replay(terms, assumptions, number("0.01"), date(2026, 5, 30))
    >>> for day in range(5):
    ...     replay.add_day(date(2026, 5, 30) + timedelta(day), [10000, 10000])

    A bill of 100.00 leaves 95.00 to pay, at most 47.50 with credit: 30.00 of the partner's, then
    what was earned here before, at most 10 % of the bill. The rest earns 2 %. Of all that, 10 %:

    >>> shown = ("sales", "discount_amount", "partner_credit", "own_credit", "money",
    ...     "earned_amount", "clearing_loss", "claim")
    >>> for month, figures in replay.get_months():
    ...     values = [getattr(figures, name) for name in shown]
    ...     print(month.strftime("%m"), *(f"{value:>7}" for value in values))
    05  400.00    2.00   12.00    0.38   25.62    0.51    2.40    9.60
    06  600.00    3.00   18.00    0.76   38.24    0.76    3.60   14.40

    Cost is discount, earned credit and what is lost in clearing; gain the margin on new bills:

    >>> total = replay.get_total()
    >>> total.cost, total.gain, total.net
    (Decimal('12.27'), Decimal('6.00'), Decimal('-6.27'))

    Two bills a day make a claim of 4.80. The fourth day begins with a settlement; 5.00 is passed
    on the second, the third and the fifth.

    >>> replay.get_worst(), replay.over_days, replay.get_open()
    ((Decimal('14.40'), datetime.date(2026, 6, 1)), 3, Decimal('9.60'))

    :param terms: :class:`terms.Terms`
    :param assumptions: :class:`Assumptions`
    :param step: the currency's smallest unit, a Decimal
    :param first_day: of the period; settlements are counted from it
    :param bool earns_on_credit: whether what is paid with credit earns, too
    """

    def __init__(self, terms, assumptions, step, first_day, *, earns_on_credit=False):
        self.step, self.first_day, self.earns_on_credit = step, first_day, earns_on_credit
        granted = privileges(assumptions.card, terms)
        self.discount, self.rate = _to_parts(granted.discount), _to_parts(granted.credit_rate * 100)
        self.use, self.cap = _to_parts(assumptions.use), _to_parts(terms.payment_percentage)
        self.brought = int(assumptions.credit / step) if terms.shared_deposit else 0
        self.limit = int(terms.exposure_limit / step)
        self.interval = assumptions.interval
        self.share = _to_parts(assumptions.share)
        bonus, clears = _to_parts(assumptions.bonus), _to_parts(terms.clearing_percentage)
        self.lost = bonus * (_WHOLE - clears)  # of the partner's credit, in _WHOLE²
        self.won = _to_parts(assumptions.new) * _to_parts(assumptions.margin)  # of sales, the same

        self.next_day = first_day
        self.months = {}  # {"2026-05": [what _COUNTED says, highest open credit]}
        self.pool = self.spent = self.open = 0  # earned here and not spent; spent; to be claimed
        self.worst, self.worst_day, self.over_days = 0, None, 0

    # ---- what happens ----

    def add_day(self, day, amounts):
        """Replay the bills of a day; each day once and in order.

        :param amounts: totals as numbers of units, taxes included; below zero what went back
        """
        self._pass_until(day)
        self._settle(day)
        self._note(day, self._replay(self._get_month(day), amounts))
        self.next_day = day + timedelta(1)

    def finish(self, last_day):
        """Let the rest of the period pass; nothing is sold any more."""
        self._pass_until(last_day + timedelta(1))

    def _pass_until(self, day):
        while self.next_day < day:
            self._settle(self.next_day)
            self._note(self.next_day, self.open)
            self.next_day += timedelta(1)

    def _settle(self, day):
        """On every ``interval``-th day, before anything is sold, the partner pays."""
        if not (day - self.first_day).days % self.interval:
            self.open = 0

    def _note(self, day, highest):
        """Remember how much was open at the highest on a day."""
        month = self._get_month(day)
        month[-1] = max(month[-1], highest)
        if highest > self.worst:
            self.worst, self.worst_day = highest, day
        if self.limit and highest * self.share * self._claimed > self.limit * _WHOLE**3:
            self.over_days += 1

    def _replay(self, month, amounts):
        """Replay bills; return how much of the partner's credit was open at the highest.

        The same as ``honouring.spend`` for a card with two lots, the partner's and the one earned
        here; a test compares them. What went back undoes a bill of its size.
        """
        discount, rate, use = self.discount, self.rate, self.use  # the loop is what takes time
        cap, brought, all_earns = self.cap, self.brought, self.earns_on_credit
        pool, spent, opened, highest = self.pool, self.spent, self.open, self.open
        count = sales = discounts = foreigns = earneds = 0
        for amount in amounts:
            size = abs(amount)
            off = (size * discount + _HALF) // _WHOLE
            due = size - off
            wanted = due * use // _WHOLE
            foreign = min(brought, wanted)
            own = min(wanted - foreign, due * cap // _WHOLE, pool if amount > 0 else spent)
            own = max(own, 0)
            earning = due if all_earns else due - foreign - own
            earned = (earning * rate + _HALF) // _WHOLE
            if amount < 0:
                off, foreign, own, earned = -off, -foreign, -own, -earned
            pool += earned - own
            spent += own
            opened += foreign
            if opened > highest:
                highest = opened
            count += 1
            sales += amount
            discounts += off
            foreigns += foreign
            earneds += earned
        counted = (count, sales, discounts, foreigns, spent - self.spent, earneds)
        for place, value in enumerate(counted):
            month[place] += value
        self.pool, self.spent, self.open = pool, spent, opened
        return highest

    def _get_month(self, day):
        return self.months.setdefault(day.isoformat()[:7], [0] * (len(_COUNTED) + 1))

    # ---- what came of it ----

    @property
    def _claimed(self):
        """How much of the partner's credit it has to pay for, in _WHOLE²."""
        return _WHOLE**2 - self.lost

    def get_months(self):
        """Return ``[(first day of the month, Figures), …]``."""
        return [
            (date.fromisoformat(f"{key}-01"), self._compute_figures(month))
            for key, month in sorted(self.months.items())
        ]

    def get_total(self):
        """Return the :class:`Figures` of all: sums of the months', so that a table adds up."""
        figures = [figures for _month, figures in self.get_months()]
        return Figures(*map(sum, zip(*figures, strict=True)))

    def get_exposures(self):
        """Return ``{first day of the month: highest open claim}``."""
        return {
            date.fromisoformat(f"{key}-01"): self._claim(month[-1])
            for key, month in self.months.items()
        }

    def get_worst(self):
        """Return the highest open claim and the first day on which it was reached, or None."""
        return self._claim(self.worst), self.worst_day

    def get_open(self):
        """Return the claim that is open at the end."""
        return self._claim(self.open)

    def _claim(self, foreign):
        return self._to_amount(foreign * self.share * self._claimed, _WHOLE**3)

    def _compute_figures(self, month):
        """Round each sum of a month once, and take the others from the rounded ones."""
        receipts, sales, discount, foreign, own, earned, _highest = month
        parts = [
            self._to_amount(units * self.share, _WHOLE)
            for units in (sales, discount, foreign, own, earned)
        ]
        partner_sales, discount, partner_credit, own_credit, earned = parts
        loss = self._to_amount(foreign * self.share * self.lost, _WHOLE**3)
        gain = self._to_amount(sales * self.share * self.won, _WHOLE**3)
        cost = discount + earned + loss
        return Figures(
            receipts=receipts,
            sales=self._to_amount(sales, 1),
            partner_sales=partner_sales,
            discount_amount=discount,
            earned_amount=earned,
            partner_credit=partner_credit,
            own_credit=own_credit,
            money=partner_sales - discount - partner_credit - own_credit,
            claim=partner_credit - loss,
            clearing_loss=loss,
            cost=cost,
            gain=gain,
            net=gain - cost,
        )

    def _to_amount(self, numerator, denominator):
        """Units as an amount, halves away from zero."""
        units = (2 * abs(numerator) + denominator) // (2 * denominator)
        return (units if numerator >= 0 else -units) * self.step

    # ---- between two pieces of work ----

    def dump(self):
        """Return where the replay is, as what JSON can hold."""
        return {
            "next_day": self.next_day.isoformat(),
            "months": self.months,
            "pool": self.pool,
            "spent": self.spent,
            "open": self.open,
            "worst": self.worst,
            "worst_day": self.worst_day and self.worst_day.isoformat(),
            "over_days": self.over_days,
        }

    def load(self, state):
        """Go on where :meth:`dump` was.

        >>> from decimal import Decimal
        >>> from .honouring import Privileges
        >>> zero, cent = Decimal(0), Decimal("0.01")
        >>> from .terms import Terms
        >>> terms = Terms(False, Decimal(5), zero, False, zero, zero, zero)
        >>> assumptions = Assumptions(*[Decimal(10)] * 6, Privileges(zero, zero), 30)
        >>> one = Replay(terms, assumptions, cent, date(2026, 5, 30))
        >>> one.add_day(date(2026, 5, 30), [1000])
        >>> other = Replay(terms, assumptions, cent, date(2026, 5, 30))
        >>> other.load(one.dump())
        >>> other.dump() == one.dump(), other.next_day
        (True, datetime.date(2026, 5, 31))
        """
        vars(self).update(state)
        self.next_day = date.fromisoformat(state["next_day"])
        self.worst_day = state["worst_day"] and date.fromisoformat(state["worst_day"])
        self.months = {key: list(month) for key, month in state["months"].items()}


def _to_parts(percentage):
    """Hundredths of a percent."""
    return int(percentage * 100)
