"""Amounts of money: parsing what people and programs send, and rounding.

Amounts are ``decimal.Decimal`` in units of a currency. ``step`` is the currency's smallest unit,
such as ``Decimal("0.01")``; a currency may also round to 0.05.
"""

import math
from decimal import ROUND_HALF_UP, Decimal

from .errors import RuleError

#: Largest amount of one movement and of a balance, in units of the currency. Below it every
#: amount with up to five decimals survives the trip through a double unharmed.
MAX_AMOUNT = Decimal(999_999_999)


def parse_amount(value, step, *, signed=False):
    """Return ``value`` as an exact amount that the currency can express.

    >>> parse_amount(12.5, Decimal("0.01"))
    Decimal('12.50')
    >>> parse_amount(-3, Decimal("0.01"), signed=True)
    Decimal('-3.00')

    Text is refused even where it looks like a number: a caller that sends text has not decided
    on a decimal separator.

    >>> for bad in ("5", True, None, float("nan"), 0, -1, 1e12, Decimal("1.0000000000000001")):
    ...     try:
    ...         parse_amount(bad, Decimal("0.01"))
    ...     except RuleError as error:
    ...         print(error.code)
    amount_not_number
    amount_not_number
    amount_not_number
    amount_not_number
    amount_zero
    amount_negative
    amount_too_large
    amount_too_precise

    :raise RuleError: ``amount_not_number``, ``amount_zero``, ``amount_negative``,
        ``amount_too_large`` or ``amount_too_precise``
    """
    number = read_number(value)
    if number % step:
        raise RuleError("amount_too_precise", step=step)
    if not number:
        raise RuleError("amount_zero")
    if number < 0 and not signed:
        raise RuleError("amount_negative")
    return number.quantize(min(step, Decimal(1)))


def read_number(value):
    """Return ``value`` as an exact number of a size that an account can hold, of either sign.

    >>> read_number(-500_000_000.25)
    Decimal('-500000000.25')

    :raise RuleError: ``amount_not_number`` or ``amount_too_large``
    """
    number = _to_decimal(value)
    if abs(number) > MAX_AMOUNT:
        raise RuleError("amount_too_large", maximum=MAX_AMOUNT)
    return number


def _to_decimal(value):
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise RuleError("amount_not_number")
    if isinstance(value, int):
        return Decimal(value)
    if not math.isfinite(value):
        raise RuleError("amount_not_number")
    # repr() of a double is its shortest exact form: 0.1 becomes Decimal("0.1"), not 0.1000…0055
    return Decimal(repr(value)) if isinstance(value, float) else value


def round_half_up(amount, step):
    """Round to the currency's smallest unit, halves away from zero.

    >>> round_half_up(Decimal("2.345"), Decimal("0.01"))
    Decimal('2.35')
    >>> round_half_up(Decimal("-2.345"), Decimal("0.01"))
    Decimal('-2.35')
    >>> round_half_up(Decimal("2.375"), Decimal("0.05"))
    Decimal('2.40')
    >>> round_half_up(Decimal("1450"), Decimal("100"))
    Decimal('1500')
    """
    units = (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return (units * step).quantize(min(step, Decimal(1)))


def canonical(amount):
    """One spelling per amount, for hashes: no exponent, no trailing zeros.

    >>> canonical(Decimal("10.00")), canonical(Decimal("0.50")), canonical(Decimal("-0.00"))
    ('10', '0.5', '0')
    """
    if not amount:
        return "0"  # most amounts of a movement; also what -0 would spell otherwise
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
