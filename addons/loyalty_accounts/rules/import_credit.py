"""Opening balances and until when they can be spent.

Most accounts have one last day, or none. One whose credit expires in parts has them all in one
cell, such as ``2026-12-31=10.00; 2027-06-30=5.00; never=3.00``.
"""

from decimal import Decimal

from .amounts import canonical, parse_amount
from .errors import RuleError
from .import_cells import read_day, read_number

#: Stands for the last day of credit that does not expire; the same in every language.
NEVER = "never"
#: Parts of an opening balance at most.
MAX_PARTS = 100


def read_credit(balance, expiry, step, date_format):
    """Return ``[(amount, last day or None), …]``, nothing where there is no credit.

    >>> from datetime import date
    >>> cent = Decimal("0.01")
    >>> read_credit("12.5", "2026-12-31", cent, "")
    [(Decimal('12.50'), datetime.date(2026, 12, 31))]
    >>> read_credit(18.0, "2026-12-31=10.00; 2027-06-30=5; never=3", cent, "")[1:]
    [(Decimal('5.00'), datetime.date(2027, 6, 30)), (Decimal('3.00'), None)]
    >>> read_credit("", "", cent, ""), read_credit(0, None, cent, "")
    ([], [])
    >>> for bad in (-1, "0.001", 1_000_000_000, "x"):
    ...     try:
    ...         read_credit(bad, "", cent, "")
    ...     except RuleError as error:
    ...         print(error.code)
    amount_negative
    amount_too_precise
    amount_too_large
    number_expected

    :param step: the currency's smallest unit
    :raise RuleError: as above, ``parts_sum`` where parts do not sum up to the balance,
        ``expiry_without_credit``, ``parts_invalid``, ``parts_too_many``
    """
    number = read_number(balance)
    if not number:
        if expiry is not None and str(expiry).strip():
            raise RuleError("expiry_without_credit")
        return []
    amount = parse_amount(number, step)
    if not isinstance(expiry, str) or "=" not in expiry:
        return [(amount, read_day(expiry, date_format))]
    parts = _read_parts(expiry, step)
    total = sum(part for part, _day in parts)
    if total != amount:
        raise RuleError("parts_sum", total=total, amount=amount)
    return parts


def _read_parts(text, step):
    pieces = [piece for piece in text.split(";") if piece.strip()]
    if len(pieces) > MAX_PARTS:
        raise RuleError("parts_too_many", maximum=MAX_PARTS)
    parts = []
    for piece in pieces:
        day, sign, amount = piece.partition("=")
        number = read_number(amount)
        if not sign or number is None:
            raise RuleError("parts_invalid")
        never = day.strip().casefold() == NEVER
        last = None if never else read_day(day, "%Y-%m-%d")
        if not never and last is None:
            raise RuleError("parts_invalid")
        parts.append((parse_amount(number, step), last))
    return parts


def spell_credit(parts):
    """Return the cells ``(balance, expiry)`` that :func:`read_credit` reads back.

    Parts with the same last day are one; the earliest comes first, what never expires last.

    >>> from datetime import date
    >>> day = date(2026, 12, 31)
    >>> spell_credit([(Decimal("10.00"), day), (Decimal("2.00"), day)])
    (Decimal('12.00'), '2026-12-31')
    >>> spell_credit([(Decimal("3.00"), None), (Decimal("10.00"), day)])
    (Decimal('13.00'), '2026-12-31=10; never=3')
    >>> spell_credit([(Decimal("3.00"), None)]), spell_credit([])
    ((Decimal('3.00'), ''), (Decimal('0'), ''))
    """
    by_day = {}
    for amount, day in parts:
        by_day[day] = by_day.get(day, 0) + amount
    days = sorted(by_day, key=lambda day: (day is None, day))
    balance = sum(by_day.values(), Decimal(0))
    if len(days) < 2:
        return balance, days[0].isoformat() if days and days[0] else ""
    return balance, "; ".join(
        f"{day.isoformat() if day else NEVER}={canonical(by_day[day])}" for day in days
    )
