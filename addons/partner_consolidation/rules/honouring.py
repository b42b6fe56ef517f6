"""What a card may pay where it is presented, and which of its credit pays first.

Amounts are Decimals in the currency of the card; a bill in another one is converted before
(``exchange.to_credit``). Percentages are Decimals from 0 to 100. Establishments are their ids.
Read as "copy privileges" and the rest are meant in docs/adr/0010.

Which credit pays how much
==========================

One card of the shop (1), honoured at the bistro (2); 30 earned at the shop, 50 at the bistro.

>>> shop, bistro, deli = 1, 2, 3
>>> def lots(half=HUNDRED, shared=True):
...     return [
...         Lot(1, Decimal(30), None, shop),
...         Lot(2, Decimal(50), None, bistro, shared, Decimal(half)),
...     ]
>>> def pay(bill, lots, company=bistro, shared=True, amount=None, **more):
...     place = Place(company, shop, shared, more.pop("headrooms", None))
...     bill = Decimal(bill)
...     takes = spend(lots, place, Decimal(amount or bill), bill=bill,
...                   step=Decimal("0.01"), **more)
...     return " + ".join(f"{taken} of lot {lot}" for lot, taken in takes) or "nothing"

Shared deposit, at the bistro, by the share of the bill that the bistro's own credit may pay:

>>> for share in ("0", "33.33", "50", "100"):
...     print(f"{share:>5} %: {pay(60, lots(share))}")
    0 %: 30 of lot 1
33.33 %: 30 of lot 1 + 19.99 of lot 2
   50 %: 30 of lot 1 + 30 of lot 2
  100 %: 30 of lot 1 + 30 of lot 2

The share is rounded down, so that it is never exceeded: 33.33 % of 60.00 is 19.998.

Not shared: credit of the shop pays nothing here, credit of the bistro nothing there.

>>> pay(60, lots(50, shared=False), shared=False)
'30.00 of lot 2'
>>> pay(60, lots(50, shared=False), company=shop)
'30 of lot 1'

At home both pay all of it, the partner's first:

>>> pay(60, lots(50), company=shop)
'50 of lot 2 + 10 of lot 1'

The agreement has ended, or never was: what was earned here still pays, by its own terms.

>>> pay(60, lots(50), shared=False)
'30.00 of lot 2'

Terms have changed, and each lot keeps its own: 20 % may be the later one's, 50 % all of it.

>>> pay(100, [*lots(20), Lot(3, Decimal(90), None, bistro, True, Decimal(50))])
'30 of lot 1 + 20.00 of lot 2 + 30.00 of lot 3'

Several partners: the deli's credit pays at the deli and at home.

>>> several = [*lots(), Lot(4, Decimal(10), None, deli)]
>>> pay(100, several), pay(100, several, company=deli)
('30 of lot 1 + 50 of lot 2', '30 of lot 1 + 10 of lot 4')
>>> pay(100, several, company=shop)
'50 of lot 2 + 10 of lot 4 + 30 of lot 1'

The earliest expiry goes first among credit of the same side:

>>> from datetime import date
>>> soon = Lot(5, Decimal(9), date(2027, 1, 1), shop)
>>> pay(35, [*lots(), soon])
'9 of lot 5 + 26 of lot 1'

A bill of nothing is paid with nothing; a part of a bill has the share of the whole bill:

>>> pay(0, lots()), pay(100, lots(10), amount=35)
('nothing', '30 of lot 1 + 5 of lot 2')

What the bistro's credit has paid of the same bill already counts:

>>> pay(100, lots(10), used=[(Decimal(10), Decimal(7))])
'30 of lot 1 + 3.00 of lot 2'

The shop owes the bistro nearly as much as was agreed: 12.00 more is accepted.

>>> pay(60, lots(50), headrooms={shop: Decimal(12)})
'12 of lot 1 + 30.00 of lot 2'
>>> pay(60, lots(50), headrooms={shop: Decimal(-3)})
'30.00 of lot 2'

40 are promised to an order at home, which both lots may pay, 25 to one that only lot 2 may:

>>> pay(60, lots(), promises=[Promise(Decimal(25), {2})])
'30 of lot 1 + 25 of lot 2'
>>> pay(60, lots(), promises=[Promise(Decimal(40), {1, 2}), Promise(Decimal(25), {2})])
'15 of lot 1'

A reservation counted on 10 from elsewhere, and on 20 of the own credit:

>>> spend(lots(), Place(bistro, shop, True, elsewhere=Decimal(10)), Decimal(30),
...       bill=Decimal(20), step=Decimal("0.01"))
[(1, Decimal('10')), (2, Decimal('20'))]

Two currencies: 66.00 at 1.1 for 1 of credit is a bill of 60.00.

>>> pay(Decimal("66.00") / Decimal("1.1"), lots(50))
'30 of lot 1 + 30.0 of lot 2'
"""

from collections import namedtuple
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import combinations

ZERO = Decimal(0)
HUNDRED = Decimal(100)

#: Credit of one origin. ``accrual`` is where it was earned or paid in. For credit that was earned
#: at a partner, ``shared`` and ``percentage`` are those of the terms by which it was earned: it
#: keeps them. ``bound``: pays only where it was sold (a voucher that was taxed when it was sold).
Lot = namedtuple(
    "Lot", "id remaining expiry accrual shared percentage bound", defaults=(True, HUNDRED, False)
)

#: Where a card is presented. ``issuer`` issued it; ``shared``: whether the terms in force share
#: the deposit, False without an agreement; ``headrooms``: how much more credit of an
#: establishment is accepted before it owes too much, for those that have a limit; ``elsewhere``:
#: most that credit of all other establishments may pay together, None for no such limit.
Place = namedtuple(
    "Place", "company issuer shared headrooms elsewhere", defaults=(False, None, None)
)

#: Credit that is promised to somebody else: lots of these ids have to keep that much.
Promise = namedtuple("Promise", "amount lot_ids")

#: What a card gets where it is presented: percent of discount, and credit earned per 1 paid.
Privileges = namedtuple("Privileges", "discount credit_rate")


def privileges(card, terms):
    """Discount and credit rate of a partner's card.

    >>> card = Privileges(Decimal(10), Decimal("0.05"))
    >>> Terms = namedtuple("Terms", "copy_privileges discount accumulation")
    >>> privileges(card, Terms(True, Decimal(3), Decimal(2))) == card
    True
    >>> privileges(card, Terms(False, Decimal(3), Decimal(2)))
    Privileges(discount=Decimal('3'), credit_rate=Decimal('0.02'))

    Without terms, or when they have ended, the card gets nothing:

    >>> privileges(card, None)
    Privileges(discount=Decimal('0'), credit_rate=Decimal('0'))
    """
    if not terms:
        return Privileges(ZERO, ZERO)
    if terms.copy_privileges:
        return card
    return Privileges(terms.discount, terms.accumulation / HUNDRED)


def is_spendable(lot, place):
    """Whether a lot may pay at a place at all.

    Credit pays where it was earned; elsewhere only where both sides share the deposit: the
    issuer's credit at the partner by the terms in force, the partner's at the issuer by the terms
    it was earned by. What a third establishment gave pays there and at the issuer only, because
    establishments without an agreement never owe each other anything.

    >>> home, bistro, deli = 1, 2, 3
    >>> lot = Lot(7, Decimal(5), None, accrual=home)
    >>> is_spendable(lot, Place(home, home)), is_spendable(lot, Place(bistro, home, shared=True))
    (True, True)
    >>> is_spendable(lot, Place(bistro, home)), is_spendable(lot._replace(accrual=deli),
    ...     Place(bistro, home, shared=True))
    (False, False)
    >>> earned = Lot(8, Decimal(5), None, accrual=bistro, shared=False)
    >>> is_spendable(earned, Place(home, home)), is_spendable(earned, Place(bistro, home))
    (False, True)
    """
    if lot.accrual == place.company:
        return True
    if lot.bound:
        return False
    if place.company == place.issuer:
        return lot.shared
    return lot.accrual == place.issuer and place.shared


def get_share(bill, percentage, step):
    """Share of a bill, rounded down to the currency's smallest unit: it is never exceeded.

    >>> get_share(Decimal(60), Decimal("33.33"), Decimal("0.01"))
    Decimal('19.99')
    >>> get_share(Decimal("1.09"), Decimal(100), Decimal("0.05"))
    Decimal('1.05')
    >>> get_share(Decimal(1450), Decimal(50), Decimal(100))
    Decimal('700')
    """
    units = (bill * percentage / HUNDRED / step).to_integral_value(rounding=ROUND_DOWN)
    return (units * step).quantize(min(step, Decimal(1)))


def spending_order(lot, place):
    """Sort key: credit earned elsewhere first, then the earliest expiry, then the oldest lot.

    Credit earned elsewhere may pay a whole bill, the own only a share: so a customer pays most.
    """
    own = lot.accrual == place.company
    return own, lot.expiry or date.max, lot.id


def spend(lots, place, amount, *, bill, step, used=(), promises=()):
    """Decide which lots pay how much; return ``[(lot id, amount), …]`` of at most ``amount``.

    The worked examples stand at the top of this file.

    :param lots: the card's open lots, whatever they may pay
    :param place: :class:`Place`
    :param amount: what is to be paid with credit
    :param bill: value of the whole document
    :param step: smallest unit of the card's currency
    :param used: ``[(percentage, amount), …]`` that credit earned here has paid of the same bill
    :param promises: :class:`Promise` to others that must stay possible
    """
    budget = _Budget(lots, place, bill, step, used, promises)
    takes, rest = [], amount
    for lot in sorted(lots, key=lambda lot: spending_order(lot, place)):
        taken = min(rest, budget.get_most(lot)) if is_spendable(lot, place) else ZERO
        if taken > 0:
            budget.take(lot, taken)
            takes.append((lot.id, taken))
            rest -= taken
    return takes


def expire(due, promises):
    """Take out what expires, in the order given; what is promised stays: ``[(lot id, -amount)]``.

    >>> due = [Lot(1, Decimal(30), None, 1), Lot(2, Decimal(50), None, 2)]
    >>> expire(due, [Promise(Decimal(40), {2})])
    [(1, Decimal('-30')), (2, Decimal('-10'))]
    >>> expire(due, [Promise(Decimal(60), {1, 2})])
    [(1, Decimal('-20'))]

    :param due: lots that are past their expiry, the earliest first
    """
    budget = _Budget(due, Place(None, None), ZERO, None, (), promises)
    taken = []
    for lot in due:
        amount = budget.get_free(lot)
        if amount > 0:
            budget.remaining[lot.id] -= amount
            taken.append((lot.id, -amount))
    return taken


def get_free(lots, promises, lot_id):
    """What nobody was promised of one of a card's lots.

    >>> lots = [Lot(1, Decimal(30), None, 1), Lot(2, Decimal(50), None, 2)]
    >>> get_free(lots, [Promise(Decimal(40), {2})], 2), get_free(lots, [], 1)
    (Decimal('10'), Decimal('30'))
    """
    budget = _Budget(lots, Place(None, None), ZERO, None, (), promises)
    return sum((budget.get_free(lot) for lot in lots if lot.id == lot_id), ZERO)


class _Budget:
    """How much each lot may still pay, while one after the other is taken from."""

    def __init__(self, lots, place, bill, step, used, promises):
        self.place, self.bill, self.step = place, bill, step
        self.remaining = {lot.id: lot.remaining for lot in lots}
        self.headrooms = dict(place.headrooms or {})
        self.elsewhere = place.elsewhere
        self.used = list(used)
        self.groups = self._join(promises)

    def get_most(self, lot):
        most = self.remaining[lot.id]
        if lot.accrual in self.headrooms:
            most = min(most, self.headrooms[lot.accrual])
        if lot.accrual != self.place.company and self.elsewhere is not None:
            most = min(most, self.elsewhere)
        if self._is_capped(lot):
            most = min(most, self._get_share_left(lot))
        return max(min(most, self.get_free(lot)), ZERO)

    def get_free(self, lot):
        """What nobody was promised of the lot."""
        return max(min(self.remaining[lot.id], self._get_slack(lot)), ZERO)

    def take(self, lot, amount):
        self.remaining[lot.id] -= amount
        if lot.accrual in self.headrooms:
            self.headrooms[lot.accrual] -= amount
        if lot.accrual != self.place.company and self.elsewhere is not None:
            self.elsewhere -= amount
        if self._is_capped(lot):
            self.used.append((lot.percentage, amount))

    def _is_capped(self, lot):
        """Only what was earned where it is spent is, and only away from home."""
        return lot.accrual == self.place.company != self.place.issuer

    def _get_share_left(self, lot):
        """What the lot may pay of the bill: by its own share, and by every larger one."""
        shares = {lot.percentage, *(share for share, _amount in self.used)}
        return min(
            get_share(self.bill, share, self.step)
            - sum(amount for other, amount in self.used if other <= share)
            for share in shares
            if share >= lot.percentage
        )

    def _get_slack(self, lot):
        """What may be taken so that all promises can be kept, whatever they are paid from."""
        slacks = [
            sum(self.remaining[lot_id] for lot_id in lot_ids) - amount
            for lot_ids, amount in self.groups
            if lot.id in lot_ids
        ]
        return min(slacks, default=self.remaining[lot.id])

    def _join(self, promises):
        """All that promises ask for together: ``[(lot ids, amount), …]`` for each set of them.

        They can be kept exactly if the lots of every set hold what it asks for (Hall's theorem).
        """
        by_lots = {}
        for promise in promises:
            lot_ids = frozenset(promise.lot_ids).intersection(self.remaining)
            by_lots[lot_ids] = by_lots.get(lot_ids, ZERO) + promise.amount
        return [
            (frozenset().union(*(ids for ids, _part in some)), sum(part for _ids, part in some))
            for size in range(1, len(by_lots) + 1)
            for some in combinations(by_lots.items(), size)
        ]
