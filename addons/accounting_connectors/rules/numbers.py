"""Organisation numbers, as people and programs write them."""

import re

#: Fewer digits are no number of a company, but "none", "1" or "n/a".
MIN_DIGITS = 5


def compact(text):
    """Return a text by its letters and digits only, in capitals.

    >>> compact("111 22"), compact(None)
    ('11122', '')
    """
    return re.sub(r"[\W_]", "", text or "").upper()


def normalise(number):
    """Return what identifies a company, whatever it was written with; ``""`` when nothing does.

    >>> normalise("556677-8899"), normalise("16 5566778899")
    ('5566778899', '5566778899')
    >>> normalise("NO 987 654 321 MVA"), normalise("987654321")
    ('987654321', '987654321')
    >>> normalise("SE556677889901")
    '5566778899'
    >>> normalise("NL123456789B01")
    'NL123456789B01'

    What is typed where a number is missing is none:

    >>> [normalise(text) for text in (None, " - ", "n/a", "saknas", "12", "000000-0000")]
    ['', '', '', '', '', '']
    """
    found = compact(number)
    digits = re.findall(r"\d", found)
    if len(digits) < MIN_DIGITS or set(digits) == {"0"}:
        return ""
    if match := re.fullmatch(r"SE(\d{10})\d{2}", found) or re.fullmatch(r"16(\d{10})", found):
        return match[1]
    if match := re.fullmatch(r"(?:NO)?(\d{9})(?:MVA)?", found):
        return match[1]
    return found
