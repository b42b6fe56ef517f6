"""Prices as people type them. No Odoo here."""

import re
from decimal import Decimal

#: The highest price of an article, in the shop's currency; above it a typing error is likelier.
MAX_PRICE = 1_000_000
#: Longer texts are no prices; they are not even looked at.
MAX_TYPED = 40
#: What people put around a price: a currency sign or code, and a dash instead of cents.
_AROUND = re.compile(r"^(?:[A-Za-z]{1,3}\.?|[$€£¥₣₹])?\s*(.*?)\s*(?:[A-Za-z]{1,3}\.?|[$€£¥₣₹])?$")
_DASH = re.compile(r"[.,](?:-{1,2}|–|—)$")
_PLAIN = re.compile(r"[0-9]+")
#: Thousands in threes, apart by one and the same sign.
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*")


class PriceError(ValueError):
    """A text that is no acceptable price; ``code`` says why."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def parse(text, decimals=2):
    """Return the price that a text means, as Decimal.

    Comma and point are both understood. A single one with three digits behind it separates
    thousands, unless the currency itself has three decimals.

    :param decimals: of the currency
    :raise PriceError: ``text`` (no number), ``low`` (not above 0), ``high``, ``decimals`` (too many)

    >>> [str(parse(text)) for text in ("12", "12,5", "12.50", " 7 ", "€ 3,20", "15.-", "8 EUR")]
    ['12', '12.5', '12.50', '7', '3.20', '15', '8']
    >>> [str(parse(text)) for text in ("1.234,50", "1,234.50", "1'234.50", "1 234", "1.234")]
    ['1234.50', '1234.50', '1234.50', '1234', '1234']
    >>> str(parse("1.234", decimals=3)), str(parse("500", decimals=0))
    ('1.234', '500')
    >>> [refusal(text) for text in ("", "abc", "1e12", "1-2", "١٢", "1.2.3", "12,34,56", "--5")]
    ['text', 'text', 'text', 'text', 'text', 'text', 'text', 'text']
    >>> [refusal(text) for text in ("0", "0,00", "-5", "1000000", "1000001", "1000000000000")]
    ['low', 'low', 'low', None, 'high', 'high']
    >>> refusal("0.125"), refusal("12.3456"), refusal("9.5", decimals=0), refusal("9" * 41)
    ('decimals', 'decimals', 'decimals', 'text')
    """
    text = " ".join(text.split()).replace("’", "'")
    if len(text) > MAX_TYPED:
        raise PriceError("text")
    number = _DASH.sub("", _AROUND.match(text)[1])
    negative = number.startswith(("-", "−"))
    whole, cents = _split(number[1:].strip() if negative else number, decimals)
    price = Decimal(f"{whole}.{cents}" if cents else whole)
    if negative or not price:
        raise PriceError("low")
    if len(cents) > decimals:
        raise PriceError("decimals")
    if price > MAX_PRICE:
        raise PriceError("high")
    return price


def refusal(text, decimals=2):
    """Return the code with which a text is refused, None when it is a price."""
    try:
        parse(text, decimals)
    except PriceError as error:
        return error.code
    return None


def _split(number, decimals):
    """Return digits before and after the decimal sign."""
    grouped = _GROUPED.fullmatch(number)
    if grouped and not (decimals >= 3 and number.count(grouped[1]) == 1 and grouped[1] in ".,"):
        return re.sub("[^0-9]", "", number), ""
    place = max(number.rfind("."), number.rfind(","))
    whole, cents = (number, "") if place < 0 else (number[:place], number[place + 1 :])
    if place >= 0 and not _PLAIN.fullmatch(cents):
        raise PriceError("text")
    grouped = _GROUPED.fullmatch(whole)
    # The sign between thousands is another one than before the cents: 1.234.50 is a slip.
    if grouped and (place < 0 or grouped[1] != number[place]):
        return re.sub("[^0-9]", "", whole), cents
    if not _PLAIN.fullmatch(whole):
        raise PriceError("text")
    return whole, cents
