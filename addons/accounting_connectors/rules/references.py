"""What customers quote when they pay, with its check digit."""

import re

from stdnum import luhn
from stdnum.exceptions import ValidationError

#: The longest reference that banks take, with the check digit.
MAX_LENGTH = 25


def make(kind, number):
    """Return the reference for an invoice's number; ``""`` when it has no digits, or too many.

    An OCR of Sweden and a KID of Norway by modulus 10 end with the same check digit:

    >>> make("ocr", "INV/2026/00017"), make("kid10", "INV/2026/00017")
    ('2026000170', '2026000170')

    A KID by modulus 11 may end with a dash:

    >>> make("kid11", "INV/2026/00017"), make("kid11", "00006")
    ('2026000176', '00006-')
    >>> make("ocr", "Draft"), make("ocr", "1" * 25)
    ('', '')

    :param kind: ``ocr``, ``kid10`` or ``kid11``
    """
    digits = re.sub(r"\D", "", number or "", flags=re.ASCII)
    if not 0 < len(digits) < MAX_LENGTH:
        return ""
    return digits + (_mod11(digits) if kind == "kid11" else luhn.calc_check_digit(digits))


def is_valid(kind, reference):
    """Tell whether a reference ends with its check digit.

    >>> is_valid("ocr", "2026000170"), is_valid("ocr", "2026000171"), is_valid("ocr", "INV/1")
    (True, False, False)
    >>> is_valid("kid11", "00006-"), is_valid("kid11", "00006"), is_valid("kid11", "")
    (True, False, False)
    """
    if not re.fullmatch(r"[0-9]+[0-9-]", reference or "") or len(reference) > MAX_LENGTH:
        return False
    if kind == "kid11":
        return _mod11(reference[:-1]) == reference[-1]
    try:
        return bool(luhn.validate(reference))
    except ValidationError:
        return False


def _mod11(digits):
    """Return the check digit by weights 2 to 7 from the right; the library has fixed lengths only."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(digits)))
    rest = -total % 11
    return "-" if rest == 10 else str(rest)
