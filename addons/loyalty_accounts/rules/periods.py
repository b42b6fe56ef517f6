"""Periods of a statement: what was typed, checked; this year by default."""

from datetime import date

from .errors import RuleError


def parse(first, last, today):
    """Return the first and the last day of a period.

    >>> today = date(2026, 11, 22)
    >>> parse("", None, today)
    (datetime.date(2026, 1, 1), datetime.date(2026, 11, 22))
    >>> parse("2025-03-01", "2025-03-31", today)
    (datetime.date(2025, 3, 1), datetime.date(2025, 3, 31))
    >>> parse("2025-03-01", "", today)[1] == today
    True
    >>> parse(None, "2024-06-30", today)
    (datetime.date(2024, 1, 1), datetime.date(2024, 6, 30))
    >>> for bad in (("2025-02-30", ""), ("x' OR 1=1", ""), ("2025-02-02", "2025-02-01")):
    ...     try:
    ...         parse(*bad, today)
    ...     except RuleError as error:
    ...         print(error.code)
    day_invalid
    day_invalid
    period_reversed

    :param str first: ISO day; nothing: the first of January of the last day's year
    :param str last: ISO day; nothing: today
    :raise RuleError: ``day_invalid`` or ``period_reversed``
    """
    last = _parse_day(last) or today
    first = _parse_day(first) or last.replace(month=1, day=1)
    if first > last:
        raise RuleError("period_reversed")
    return first, last


def _parse_day(text):
    if not text:
        return None
    try:
        # Only what the pages' own fields send; Python's ISO knows weeks, too.
        if len(text) != len("2026-01-31") or not 1900 <= int(text[:4]) <= 9998:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError as error:
        raise RuleError("day_invalid") from error
