"""Which lots of credit a movement takes from and gives back to.

A lot is any object with ``id``, ``remaining`` (Decimal, currency of the account), ``expiry``
(date or None) and ``own`` (True when the credit was earned where it is spent now).
"""

from collections import namedtuple
from datetime import date

from .errors import RuleError

Lot = namedtuple("Lot", "id remaining expiry own", defaults=(None, True))


def spending_order(lot):
    """Sort key: credit earned elsewhere first, then the earliest expiry, then the oldest lot.

    Credit earned elsewhere may pay a whole bill while the own may be capped (PC8), so taking it
    first lets a customer pay most. Credit that never expires waits until last.

    >>> lots = [
    ...     Lot(1, 5),
    ...     Lot(2, 5, date(2027, 3, 1)),
    ...     Lot(3, 5, date(2027, 1, 1)),
    ...     Lot(4, 5, None, own=False),
    ... ]
    >>> [lot.id for lot in sorted(lots, key=spending_order)]
    [4, 3, 2, 1]
    """
    return lot.own, lot.expiry or date.max, lot.id


def allocate(lots, amount):
    """Split ``amount`` over the lots in spending order; return ``[(lot id, amount), …]``.

    >>> from decimal import Decimal
    >>> lots = [Lot(7, Decimal(10)), Lot(8, Decimal(4), date(2027, 1, 1))]
    >>> allocate(lots, Decimal(6))
    [(8, Decimal('4')), (7, Decimal('2'))]
    >>> try:
    ...     allocate(lots, Decimal(15))
    ... except RuleError as error:
    ...     print(error.code, error.values)
    credit_insufficient {'available': Decimal('14')}

    :raise RuleError: ``credit_insufficient`` when the lots hold less
    """
    takes, rest = [], amount
    for lot in sorted(lots, key=spending_order):
        taken = min(lot.remaining, rest)
        if taken > 0:
            takes.append((lot.id, taken))
            rest -= taken
    if rest > 0:
        raise RuleError("credit_insufficient", available=amount - rest)
    return takes


def give_back(takes, returned, amount):
    """Split a refund over the lots that a spending took from; return ``[(lot id, amount), …]``.

    The lot taken last is refilled first, so that a partial refund leaves the lots as if that
    much less had been spent.

    >>> from decimal import Decimal
    >>> takes = [(8, Decimal(4)), (7, Decimal(2))]
    >>> give_back(takes, {}, Decimal(3))
    [(7, Decimal('2')), (8, Decimal('1'))]
    >>> give_back(takes, {7: Decimal(2), 8: Decimal(1)}, Decimal(3))
    [(8, Decimal('3'))]

    :param takes: what the spending took, in its order
    :param returned: ``{lot id: amount}`` that earlier refunds gave back
    :raise RuleError: ``refund_too_large`` when less than ``amount`` is still out
    """
    gives, rest = [], amount
    for lot_id, taken in reversed(takes):
        given = min(taken - returned.get(lot_id, 0), rest)
        if given > 0:
            gives.append((lot_id, given))
            rest -= given
    if rest > 0:
        raise RuleError("refund_too_large", refundable=amount - rest)
    return gives


def expire(due, reserved):
    """Take out what expires, oldest first, except for what is reserved; return allocations.

    Reserved credit is taken from the lots that expire first, so that much of them stays.

    >>> from decimal import Decimal
    >>> expire([(7, Decimal(5)), (8, Decimal(4))], Decimal(0))
    [(7, Decimal('-5')), (8, Decimal('-4'))]
    >>> expire([(7, Decimal(5)), (8, Decimal(4))], Decimal(6))
    [(7, Decimal('-3'))]
    >>> expire([(7, Decimal(5))], Decimal(6))
    []

    :param due: ``[(lot id, remaining), …]`` of an account, the earliest expiry first
    :param reserved: credit of that account that is promised to documents
    """
    allocations, expiring = [], sum(remaining for _lot, remaining in due) - reserved
    for lot_id, remaining in due:
        amount = min(remaining, expiring)
        if amount > 0:
            allocations.append((lot_id, -amount))
            expiring -= amount
    return allocations
