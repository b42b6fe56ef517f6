"""How an account's discount meets the discount a pricelist already gives (LA8).

Discounts are percentages 0–100 as Decimals; the result has two decimals.
"""

from decimal import ROUND_HALF_UP, Decimal

from .errors import RuleError

BEST = "best"
STACK = "stack"
_HUNDRED = Decimal(100)


def combine(shown, account, mode, embedded=Decimal(0)):
    """Return the discount to put on a line.

    Best of both: the larger one wins.

    >>> combine(Decimal(5), Decimal(10), BEST)
    Decimal('10.00')
    >>> combine(Decimal(20), Decimal(10), BEST)
    Decimal('20.00')

    On top of each other: the account's discount is taken from what the pricelist left.

    >>> combine(Decimal(20), Decimal(10), STACK)
    Decimal('28.00')

    A pricelist may also hide its discount in the unit price. Best of both then adds only what
    is missing to the better one; 20 % hidden and 10 % on the card stays as it is.

    >>> combine(Decimal(0), Decimal(28), BEST, embedded=Decimal(20))
    Decimal('10.00')
    >>> combine(Decimal(0), Decimal(10), BEST, embedded=Decimal(20))
    Decimal('0.00')

    A surcharge, which is a negative discount, is never deepened by a card.

    >>> combine(Decimal(-5), Decimal(10), STACK)
    Decimal('5.50')

    :param shown: the pricelist's discount that the line shows
    :param account: the account's discount
    :param embedded: the pricelist's discount that is already part of the unit price
    """
    if mode == STACK:
        return _two_decimals(_HUNDRED - (_HUNDRED - shown) * (_HUNDRED - account) / _HUNDRED)
    wanted = account
    if embedded > 0:
        wanted = _missing(account, embedded)
    return _two_decimals(max(shown, wanted))


def _missing(account, embedded):
    if account <= embedded or embedded >= _HUNDRED:
        return Decimal(0)
    return _HUNDRED * (account - embedded) / (_HUNDRED - embedded)


def check_percentage(value):
    """Return ``value`` as a percentage with two decimals.

    >>> check_percentage(12.5)
    Decimal('12.50')
    >>> for bad in (100.01, -1, float("nan"), "10", True):
    ...     try:
    ...         check_percentage(bad)
    ...     except RuleError as error:
    ...         print(error.code)
    percentage_out_of_range
    percentage_out_of_range
    percentage_out_of_range
    percentage_out_of_range
    percentage_out_of_range

    :raise RuleError: ``percentage_out_of_range``
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise RuleError("percentage_out_of_range")
    percentage = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not percentage.is_finite() or not 0 <= percentage <= _HUNDRED:
        raise RuleError("percentage_out_of_range")
    return _two_decimals(percentage)


def _two_decimals(percentage):
    return percentage.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
