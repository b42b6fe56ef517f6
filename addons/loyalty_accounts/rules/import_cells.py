"""What stands in one cell of a file of accounts, as an exact value.

A cell of a CSV file is text. A cell of a spreadsheet may be a number, a day, or yes/no as well;
its numbers are doubles, of which :func:`repr` gives the shortest exact form.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from .errors import RuleError

#: Longest texts, in characters; a note is as long as a spreadsheet's cell may be.
MAX_TEXT, MAX_NOTE = 500, 32_000

#: Spaces that people group digits by; the last two are what spreadsheets put there.
_GROUPING_SPACES = str.maketrans("", "", " '\u00a0\u202f")
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z", re.ASCII)
_GROUPED_BY_COMMA = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?\Z", re.ASCII)
_GROUPED_BY_DOT = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?\Z", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+\Z", re.ASCII)
#: One comma and three digits behind it: a thousand and something, or one and something?
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}\Z", re.ASCII)
#: From here on a spreadsheet's number has lost digits.
_LOST_DIGITS = 10**15
#: Longest text looked at as a number.
_MAX_DIGITS = 40

_YES = frozenset({"1", "x", "yes", "true"})
_NO = frozenset({"0", "", "no", "false"})


def is_blank(cell):
    """Whether nothing stands in a cell.

    >>> is_blank(None), is_blank(" "), is_blank(0), is_blank(False)
    (True, True, False, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def read_text(cell, *, maximum=MAX_TEXT, lines=False):
    r"""Return a cell as text, empty where it is blank.

    Numbers of cards and of customers are often numbers in a spreadsheet, too.

    >>> read_text("  Anna\u00a0Berg "), read_text(4012.0), read_text(7), read_text(None)
    ('Anna\xa0Berg', '4012', '7', '')
    >>> read_text("one\r\ntwo", lines=True)
    'one\ntwo'
    >>> for bad in ("one\ntwo", "x" * 501, True, 1.5, date(2026, 1, 1), "a\u202eb", 1e15):
    ...     try:
    ...         read_text(bad)
    ...     except RuleError as error:
    ...         print(error.code)
    text_control
    text_too_long
    text_expected
    text_expected
    text_expected
    text_control
    digits_lost

    :param lines: whether it may have several lines
    :raise RuleError: ``text_control``, ``text_too_long``, ``text_expected``, or
        ``digits_lost``: a spreadsheet keeps only 15 digits of a number
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise RuleError("text_expected")
    if isinstance(cell, int) and abs(cell) >= _LOST_DIGITS:
        raise RuleError("digits_lost")
    text = clean_ends(str(cell))
    if len(text) > maximum:
        raise RuleError("text_too_long", maximum=maximum)
    if not _is_harmless(text, "\n\t" if lines else ""):
        raise RuleError("text_control")
    return text


def clean_ends(text):
    r"""Spell line ends in one way and leave out white space around a text.

    >>> clean_ends(" one\r\ntwo\r ")
    'one\ntwo'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _is_harmless(text, allowed):
    """Whether a text has no control characters, nor such as turn the direction of writing."""
    return text.isprintable() or not any(
        unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn")
        or sign in "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for sign in text
        if sign not in allowed
    )


def read_number(cell):
    """Return a cell as an exact number, None where it is blank.

    >>> read_number(19.99), read_number("1 234,50"), read_number("1.234,50")
    (Decimal('19.99'), Decimal('1234.50'), Decimal('1234.50'))
    >>> read_number("1,234.50"), read_number("12,5"), read_number("0,125"), read_number("1.125")
    (Decimal('1234.50'), Decimal('12.5'), Decimal('0.125'), Decimal('1.125'))
    >>> for bad in ("1,234", "12 EUR", "1e5", True, float("inf"), "NaN", "٣", "1" * 41):
    ...     try:
    ...         read_number(bad)
    ...     except RuleError as error:
    ...         print(error.code)
    number_ambiguous
    number_expected
    number_expected
    number_expected
    number_expected
    number_expected
    number_expected
    number_expected

    :raise RuleError: ``number_ambiguous`` or ``number_expected``
    """
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        return _number_of_text(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise RuleError("number_expected")
    number = Decimal(repr(cell))
    if not number.is_finite():
        raise RuleError("number_expected")
    return number


def _number_of_text(cell):
    text = cell.strip().translate(_GROUPING_SPACES)
    if len(text) > _MAX_DIGITS:
        raise RuleError("number_expected")
    if _PLAIN.match(text):
        return Decimal(text)
    if _AMBIGUOUS.match(text):
        raise RuleError("number_ambiguous", value=text)
    if _DECIMAL_COMMA.match(text):
        return Decimal(text.replace(",", "."))
    if _GROUPED_BY_COMMA.match(text):
        return Decimal(text.replace(",", ""))
    if _GROUPED_BY_DOT.match(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    raise RuleError("number_expected")


def read_percentage(cell, decimals):
    """Return a number from 0 to 100 with at most so many decimals, None where it is blank.

    >>> read_percentage("12,5", 2), read_percentage(100, 2), read_percentage(None, 2)
    (Decimal('12.5'), Decimal('100'), None)
    >>> for bad in (-1, 100.01, "0.001"):
    ...     try:
    ...         read_percentage(bad, 2)
    ...     except RuleError as error:
    ...         print(error.code)
    percentage_out_of_range
    percentage_out_of_range
    decimals_too_many

    :raise RuleError: as :func:`read_number`, ``percentage_out_of_range``, ``decimals_too_many``
    """
    number = read_number(cell)
    if number is None:
        return None
    if not 0 <= number <= 100:
        raise RuleError("percentage_out_of_range")
    if number % Decimal(1).scaleb(-decimals):
        raise RuleError("decimals_too_many", decimals=decimals)
    return number


def read_day(cell, date_format):
    """Return a cell as a day, None where it is blank.

    >>> read_day("2026-03-01", "%d.%m.%Y"), read_day("1. 3. 2026", "%d.%m.%Y")
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 1))
    >>> read_day(datetime(2026, 3, 1), ""), read_day("", "")
    (datetime.date(2026, 3, 1), None)
    >>> for bad in ("03/01/2026", 46082, datetime(2026, 3, 1, 12), "2026-02-30", "1.3.26"):
    ...     try:
    ...         read_day(bad, "%d.%m.%Y")
    ...     except RuleError as error:
    ...         print(error.code)
    day_expected
    day_expected
    day_with_time
    day_expected
    day_expected

    :param date_format: the user's, as ``strptime`` takes it; ISO days are always understood
    :raise RuleError: ``day_expected`` or ``day_with_time``
    """
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        if cell.time() != time.min:
            raise RuleError("day_with_time")
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        raise RuleError("day_expected")
    text = "".join(cell.split())  # some write "1. 3. 2026"
    for form in ("%Y-%m-%d", "".join(date_format.split())):
        try:
            return _check_year(datetime.strptime(text, form).date())
        except ValueError:
            continue
    raise RuleError("day_expected")


def _check_year(day):
    if day.year < 1000:  # "26" is no year that anybody means
        raise ValueError
    return day


def read_yes_no(cell, words):
    """Return whether a cell says yes; a blank one says no.

    >>> read_yes_no("Ja", {"ja": True, "nein": False}), read_yes_no(None, {}), read_yes_no(1, {})
    (True, False, True)
    >>> try:
    ...     read_yes_no("perhaps", {})
    ... except RuleError as error:
    ...     print(error.code)
    yes_no_expected

    :param words: further ``{folded word: meaning}``, such as those of the user's language
    :raise RuleError: ``yes_no_expected``
    """
    word = "" if cell is None else str(cell).strip().casefold().removesuffix(".0")
    if word in words:
        return words[word]
    if word in _YES | _NO:
        return word in _YES
    raise RuleError("yes_no_expected")
