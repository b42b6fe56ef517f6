"""What somebody types at a till to find a customer: a name, an e-mail address or a phone number."""

import re

#: Shortest text that is searched for: what an index on trigrams can find.
MIN_LENGTH = 3
#: Digits that are compared of a long phone number: country code and trunk zero differ in spelling.
PHONE_TAIL = 8

_PHONE = re.compile(r"[0-9 ()+./-]+")


def phone_digits(text):
    """Return the digits to look for in phone numbers; nothing where ``text`` is no phone number.

    >>> phone_digits("070-123 45 67"), phone_digits("+46 70 123 45 67"), phone_digits("0046701234567")
    ('01234567', '01234567', '01234567')
    >>> phone_digits("123 45"), phone_digits("12"), phone_digits("Anna 2"), phone_digits("")
    ('12345', '', '', '')
    """
    if not _PHONE.fullmatch(text):
        return ""
    digits = re.sub("[^0-9]", "", text).lstrip("0")[-PHONE_TAIL:]
    return digits if len(digits) >= MIN_LENGTH else ""


def escape_like(text):
    r"""Return ``text`` for a LIKE pattern in which it means nothing but itself.

    >>> escape_like("100%_"), escape_like("a\\b")
    ('100\\%\\_', 'a\\\\b')
    """
    return re.sub(r"([\\%_])", r"\\\1", text)
