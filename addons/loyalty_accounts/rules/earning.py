"""Earned credit: how much a document earns, and what taking it back means (LA13, LA14)."""

from collections import namedtuple
from decimal import Decimal

from .amounts import round_half_up

TakeBack = namedtuple("TakeBack", "withdrawn forgiven debt")


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


def repay(gross, debt):
    """Split newly earned credit into ``(credited, debt repaid)``: debt comes first (LA14).

    >>> repay(Decimal(5), Decimal(2)), repay(Decimal(5), Decimal(8))
    ((Decimal('3'), Decimal('2')), (Decimal('0'), Decimal('5')))
    """
    repaid = min(gross, debt)
    return gross - repaid, repaid


def take_back(amount, *, remaining, expired, available):
    """Split earned credit that must go into what is withdrawn, forgiven and owed.

    What is still in the lot is withdrawn, as far as it is not reserved by a hold. What expired
    unused was never of use to the customer and is forgiven. The rest was spent, or repaid a
    debt, and becomes a debt.

    >>> take_back(Decimal(10), remaining=Decimal(10), expired=Decimal(0), available=Decimal(50))
    TakeBack(withdrawn=Decimal('10'), forgiven=Decimal('0'), debt=Decimal('0'))
    >>> take_back(Decimal(10), remaining=Decimal(4), expired=Decimal(0), available=Decimal(50))
    TakeBack(withdrawn=Decimal('4'), forgiven=Decimal('0'), debt=Decimal('6'))
    >>> take_back(Decimal(10), remaining=Decimal(0), expired=Decimal(7), available=Decimal(50))
    TakeBack(withdrawn=Decimal('0'), forgiven=Decimal('7'), debt=Decimal('3'))
    >>> take_back(Decimal(10), remaining=Decimal(10), expired=Decimal(0), available=Decimal(1))
    TakeBack(withdrawn=Decimal('1'), forgiven=Decimal('0'), debt=Decimal('9'))

    :param remaining: credit left in the lot that the earning made
    :param expired: credit of that lot that expired and was not forgiven before
    :param available: balance less holds
    """
    withdrawn = min(amount, remaining, available)
    forgiven = min(amount - withdrawn, expired)
    return TakeBack(withdrawn, forgiven, amount - withdrawn - forgiven)
