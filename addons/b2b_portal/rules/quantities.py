"""Quantities as customers type them. Values in, values out; nothing of Odoo."""

from decimal import Decimal, InvalidOperation


class QuantityError(ValueError):
    """A quantity that cannot be ordered; ``code`` says why."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.code = code
        self.values = values


def parse(text, *, digits=0, pack=0, maximum=Decimal(1_000_000)):
    """Return the quantity that a text means, as a Decimal; zero takes an article out.

    :param digits: decimals the unit of measure allows; 0 for pieces
    :param pack: only multiples of it can be ordered; 0 for any quantity
    :param maximum: the largest quantity
    :raise QuantityError: ``number``, ``negative``, ``large``, ``whole``, ``digits`` or ``pack``

    >>> parse(" 12 ")
    Decimal('12')
    >>> parse("1,5", digits=2)
    Decimal('1.5')
    >>> [refusal(text) for text in ("", "two", "-1", "1e9", "NaN", "0.333", "1.2.3")]
    ['number', 'number', 'negative', 'number', 'number', 'whole', 'number']
    >>> refusal("0.333", digits=2), refusal("7", pack=6), refusal("1000001")
    ('digits', 'pack', 'large')
    >>> parse("12", pack=6), parse("0", pack=6)
    (Decimal('12'), Decimal('0'))
    """
    value = _number(text)
    if value < 0:
        raise QuantityError("negative")
    if value > maximum:
        raise QuantityError("large", maximum=maximum)
    if value != round(value, digits):
        raise QuantityError("digits" if digits else "whole", digits=digits)
    if pack and value % Decimal(str(pack)):
        raise QuantityError("pack", **_neighbours(value, Decimal(str(pack))))
    return value


def _number(text):
    text = str(text).strip().replace(",", ".")
    if not text or set(text) - set("0123456789.-") or len(text) > 20:
        raise QuantityError("number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise QuantityError("number") from None


def _neighbours(value, pack):
    """Return the orderable quantities around one that is not.

    >>> _neighbours(Decimal(7), Decimal(6)) == {"lower": 6, "upper": 12, "pack": 6}
    True
    """
    lower = value // pack * pack
    return {"lower": lower, "upper": lower + pack, "pack": pack}


def refusal(text, **limits):
    """Return the code with which a text is refused, None when it is a quantity."""
    try:
        parse(text, **limits)
    except QuantityError as error:
        return error.code
    return None
