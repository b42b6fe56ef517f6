"""Organisation numbers, as people and programs write them."""

import re


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
    >>> normalise(None), normalise(" - ")
    ('', '')
    """
    compact = re.sub(r"[\W_]", "", (number or "")).upper()
    if match := re.fullmatch(r"SE(\d{10})\d{2}", compact) or re.fullmatch(r"16(\d{10})", compact):
        return match[1]
    if match := re.fullmatch(r"(?:NO)?(\d{9})(?:MVA)?", compact):
        return match[1]
    return compact
