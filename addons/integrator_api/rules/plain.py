"""Answers are plain: text, whole numbers, yes or no, lists and dicts of them."""

from decimal import Decimal


def money(amount, digits):
    """Return an amount as decimal text with the currency's decimals; nothing is empty text.

    >>> money(12.5, 2), money(Decimal("-3"), 0), money(0.0, 2), money(False, 2), money(None, 2)
    ('12.50', '-3', '0.00', '', '')
    """
    if amount is None or amount is False:
        return ""
    return format(Decimal(repr(amount) if isinstance(amount, float) else amount), f".{digits}f")


def number(value):
    """Return a number that is no money as its shortest decimal text.

    >>> number(10.0), number(0.05), number(1e-7), number(0)
    ('10', '0.05', '0.0000001', '0')
    """
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(value):
    """Return a UTC datetime as ISO 8601 with its zone; nothing is empty text.

    >>> from datetime import datetime
    >>> moment(datetime(2026, 1, 31, 12, 0, 5, 123)), moment(False)
    ('2026-01-31T12:00:05Z', '')
    """
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def day(value):
    """Return a date as ISO 8601; nothing is empty text.

    >>> from datetime import date
    >>> day(date(2026, 1, 31)), day(False)
    ('2026-01-31', '')
    """
    return value.isoformat() if value else ""
