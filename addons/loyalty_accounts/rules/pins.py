"""PINs of cards: which are accepted, and what is kept of them."""

import hmac
import re
from itertools import pairwise

from .errors import RuleError

#: Digits that everybody tries first and that no rule below names.
_FAVOURITES = frozenset({"2580", "0852"})


def check_pin(pin):
    """Return the PIN, or refuse what anyone would guess.

    >>> check_pin("4071"), check_pin("90210774")
    ('4071', '90210774')
    >>> for bad in ("", "407", "123456789", "40 71", "4O71", "٤٠٧١", None, "0000", "3456", "9876",
    ...             "7890", "1212", "20262026", "2580"):
    ...     try:
    ...         check_pin(bad)
    ...     except RuleError as error:
    ...         print(error.code, end=" ")  # doctest: +NORMALIZE_WHITESPACE
    pin_invalid pin_invalid pin_invalid pin_invalid pin_invalid pin_invalid pin_invalid pin_trivial
    pin_trivial pin_trivial pin_trivial pin_trivial pin_trivial pin_trivial

    :raise RuleError: ``pin_invalid``: not 4 to 8 digits; ``pin_trivial``: one digit throughout, a
        row up or down, the same twice, or a favourite
    """
    if not isinstance(pin, str) or not re.fullmatch("[0-9]{4,8}", pin):
        raise RuleError("pin_invalid")
    steps = {(int(second) - int(first)) % 10 for first, second in pairwise(pin)}
    half = len(pin) // 2
    if steps in ({0}, {1}, {9}) or pin == 2 * pin[:half] or pin in _FAVOURITES:
        raise RuleError("pin_trivial")
    return pin


def pepper(key, pin):
    """Return what is hashed instead of the PIN: without the key, no PIN can be tried out on it.

    >>> one = pepper(b"k" * 32, "4071")
    >>> len(one), one == pepper(b"k" * 32, "4071"), one == pepper(b"x" * 32, "4071")
    (64, True, False)

    :param bytes key: the server's; ten thousand PINs are no obstacle to whoever steals a database
    """
    return hmac.digest(key, b"loyalty pin\0" + pin.encode(), "sha256").hex()
