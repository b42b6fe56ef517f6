"""Earned credit: how much a document earns, and what taking it back means (LA13, LA14)."""

from collections import namedtuple
from decimal import Decimal

from .amounts import round_half_up

TakeBack = namedtuple("TakeBack", "withdrawn forgiven withheld debt")


def earned(paid, rate, step):
    """Credit earned by a document, rounded half up once per document.

    >>> earned(Decimal("99.90"), Decimal("0.05"), Decimal("0.01"))
    Decimal('5.00')
    >>> earned(Decimal("-10"), Decimal("0.05"), Decimal("0.01"))
    Decimal('0.00')

    :param paid: amount paid, in the account's currency, taxes included
    :param rate: currency credited per 1 of currency paid
    :param step: smallest unit of the account's currency
    """
    return round_half_up(max(paid, Decimal(0)) * rate, step)


def returned(total, invoiced, credited):
    """Value of an order that went back, from what was invoiced and credited so far.

    >>> def show(*values):
    ...     print(returned(*(Decimal(value) for value in values)))
    >>> show(100, 100, 30)
    30

    An invoice that was credited and written anew, because it was wrong, returns nothing:

    >>> show(100, 200, 100)
    0

    The first of two invoices was credited, and not written anew:

    >>> show(100, 50, 50)
    50

    :param total: of the order
    :param invoiced: sum of its posted invoices
    :param credited: sum of its posted credit notes
    """
    again = max(invoiced - total, Decimal(0))
    return max(credited - again, Decimal(0))


def fit(parts, total):
    """Scale parts to a total, so that none is below zero and they add up.

    What is below zero, such as a rebate, lowers the others; the last one takes what is left over.

    >>> def show(parts, total):
    ...     fitted = fit({name: Decimal(part) for name, part in parts.items()}, Decimal(total))
    ...     print({name: str(part) for name, part in fitted.items()})
    >>> show({"a": 100, "b": 50}, 150)
    {'a': '100', 'b': '50'}
    >>> show({"a": 100, "rebate": -30}, 70)
    {'a': '70', 'rebate': '0'}

    What was written over the parts themselves changes nothing of the total:

    >>> show({"a": 100000}, 100)
    {'a': '100'}
    """
    fitted = {name: max(part, Decimal(0)) for name, part in parts.items()}
    rest = total - sum(fitted.values())
    for name in reversed(fitted):
        less = min(max(-rest, Decimal(0)), fitted[name])
        fitted[name] -= less
        rest += less
    if fitted and rest > 0:
        fitted[next(reversed(fitted))] += rest
    return fitted


def latest_first(lefts, amount):
    """Split what has to go over earnings, the latest first: ``[(earning, amount), …]``.

    >>> latest_first([("old", Decimal(5)), ("new", Decimal(2))], Decimal(3))
    [('new', Decimal('2')), ('old', Decimal('1'))]

    :param lefts: ``[(earning, what was not taken back yet), …]``, the oldest first
    """
    parts = []
    for item, left in reversed(lefts):
        part = min(left, amount)
        if part > 0:
            parts.append((item, part))
            amount -= part
    return parts


def repay(gross, debt):
    """Split newly earned credit into ``(credited, debt repaid)``: debt comes first (LA14).

    >>> repay(Decimal(5), Decimal(2)), repay(Decimal(5), Decimal(8))
    ((Decimal('3'), Decimal('2')), (Decimal('0'), Decimal('5')))
    """
    repaid = min(gross, debt)
    return gross - repaid, repaid


def take_back(amount, *, remaining, expired, available, money=Decimal(0)):
    """Split earned credit that must go into what is withdrawn, forgiven, withheld and owed.

    What is still in the lot is withdrawn, as far as it is not reserved by a hold. What expired
    unused was never of use to the customer and is forgiven. The rest was spent, or repaid a
    debt: it is withheld from a refund in money, and becomes a debt where there is none.

    >>> def show(amount, remaining, expired, available, money=0):
    ...     values = [Decimal(value) for value in (amount, remaining, expired, available, money)]
    ...     names = ("remaining", "expired", "available", "money")
    ...     back = take_back(values[0], **dict(zip(names, values[1:])))
    ...     print(", ".join(f"{name} {value}" for name, value in back._asdict().items()))
    >>> show(10, remaining=10, expired=0, available=50)
    withdrawn 10, forgiven 0, withheld 0, debt 0
    >>> show(10, remaining=4, expired=0, available=50)
    withdrawn 4, forgiven 0, withheld 0, debt 6
    >>> show(10, remaining=4, expired=0, available=50, money=5)
    withdrawn 4, forgiven 0, withheld 5, debt 1
    >>> show(10, remaining=0, expired=7, available=50)
    withdrawn 0, forgiven 7, withheld 0, debt 3
    >>> show(10, remaining=10, expired=0, available=1)
    withdrawn 1, forgiven 0, withheld 0, debt 9

    :param remaining: credit left in the lot that the earning made
    :param expired: credit of that lot that expired and was not forgiven before
    :param available: balance less holds
    :param money: refund in money that it can be withheld from
    """
    withdrawn = min(amount, remaining, available)
    forgiven = min(amount - withdrawn, expired)
    spent = amount - withdrawn - forgiven
    withheld = min(spent, money)
    return TakeBack(withdrawn, forgiven, withheld, spent - withheld)
