"""Card numbers: normalising what was scanned or typed, checking, and generating.

A number is 3 to 32 characters of A–Z, 0–9 and ``. _ / -``, starting with a letter or digit:
what Code 128 and QR print and what every scanner returns unharmed.
"""

import re

from .errors import RuleError

MAX_LENGTH = 32
#: Also the body of the database's CHECK constraint; keep it valid for both engines.
PATTERN = r"^[0-9A-Z][0-9A-Z._/-]{2,31}$"
_VALID = re.compile(PATTERN + r"\Z")
#: EAN-13 without its check digit.
_EAN_BODY_LENGTH = 12


def normalise(number):
    r"""Strip surrounding white space and ignore the letter case.

    >>> normalise("  ab-12\n")
    'AB-12'
    >>> normalise(None)
    ''
    """
    return number.strip().upper() if isinstance(number, str) else ""


def check_number(number):
    r"""Return the normalised number.

    >>> check_number(" gift-2026/7 ")
    'GIFT-2026/7'
    >>> for bad in ("", "ab", "x" * 10_000, "12<b>34", "1' OR '1'='1", "12\u200b34", "ﬀ12"):
    ...     try:
    ...         check_number(bad)
    ...     except RuleError as error:
    ...         print(error.code)
    number_missing
    number_invalid
    number_too_long
    number_invalid
    number_invalid
    number_invalid
    number_invalid

    :raise RuleError: ``number_missing``, ``number_too_long`` or ``number_invalid``
    """
    if isinstance(number, str) and len(number) > 4 * MAX_LENGTH:
        raise RuleError("number_too_long", maximum=MAX_LENGTH)
    normal = normalise(number)
    if not normal:
        raise RuleError("number_missing")
    if len(normal) > MAX_LENGTH:
        raise RuleError("number_too_long", maximum=MAX_LENGTH)
    if not number.isascii() or not _VALID.match(normal):
        raise RuleError("number_invalid")
    return normal


def ean13_check_digit(body):
    """Check digit of a 12-digit EAN-13 body (GS1 General Specifications, section 7.9).

    >>> ean13_check_digit("400638133393")
    '1'
    """
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return str(-total % 10)


def generate(prefix, randbelow):
    """Return a random EAN-13 number that starts with ``prefix``.

    The digits between prefix and check digit are random, so that one number does not lead to
    the next.

    >>> generate("29", lambda limit: 1234567890)
    '2912345678906'

    :param prefix: 1 to 6 digits
    :param randbelow: a function like ``secrets.randbelow``
    :raise RuleError: ``prefix_invalid``
    """
    if not re.fullmatch(r"[0-9]{1,6}", prefix or ""):
        raise RuleError("prefix_invalid")
    width = _EAN_BODY_LENGTH - len(prefix)
    body = prefix + str(randbelow(10**width)).zfill(width)
    return body + ean13_check_digit(body)


def mask(number):
    """Hide a number but for its last four characters, for e-mails that may be read by others.

    >>> mask("2912345678906"), mask("AB-1"), mask("")
    ('•••• 8906', '•••• -1', '')

    At most half of a number is shown.
    """
    shown = min(4, len(number) // 2)
    return f"•••• {number[len(number) - shown :]}" if number else ""
