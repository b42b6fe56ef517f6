"""Customers' IDs in what people type or paste from the address bar."""

import re
from urllib.parse import unquote, urlsplit

#: More is no address, and fewer digits than these fit into 64 bits.
MAX_LENGTH, MAX_DIGITS = 2000, 18


def parse_tripletex(text):
    """Return the customer's ID in a number, or in the address of a customer's page at Tripletex.

    Such an address names two things: ``customerID`` is the customer, ``contextID`` is the company
    whose books are open, never a customer.

    >>> parse_tripletex(" 10234567 ")
    '10234567'
    >>> parse_tripletex("https://tripletex.no/execute/customer?contextID=555&customerID=10234567")
    '10234567'
    >>> parse_tripletex("See https://tripletex.no/v2/#/customer?customerId=42&tab=1, please.")
    '42'
    >>> parse_tripletex("https://tripletex.no/login?site=%2Fexecute%2Fcustomer%3FcustomerID%3D42")
    '42'

    What cannot be used says why:

    >>> def refuse(text):
    ...     try:
    ...         return parse_tripletex(text)
    ...     except ValueError as error:
    ...         return str(error)
    >>> refuse("https://tripletex.no/execute/customer?contextID=555")
    'context'
    >>> [refuse(text) for text in ("", "  ", None)]
    ['empty', 'empty', 'empty']
    >>> [refuse(text) for text in ("Kaffe AS", "12 34", "0", "customerID=", "customerID=12x")]
    ['format', 'format', 'format', 'format', 'format']
    >>> refuse("?customerID=1&customerID=2"), refuse("?oldcustomerID=7"), refuse("1" * 19)
    ('format', 'format', 'format')

    :raise ValueError: with a code as its text: ``empty``, ``format`` (nothing that names one
        customer), ``context`` (an address that names the company only)
    """
    text = unquote((text or "").strip())
    if not text:
        raise ValueError("empty")
    if len(text) > MAX_LENGTH:
        raise ValueError("format")
    found = {text} if re.fullmatch(r"[0-9]+", text) else set(_read(text, "customerID"))
    if not found and any(_read(text, "contextID")):
        raise ValueError("context")
    numbers = {int(digits) if len(digits) <= MAX_DIGITS else 0 for digits in found}
    if len(numbers) != 1 or numbers == {0}:
        raise ValueError("format")
    return str(numbers.pop())


def is_same_site(url, known):
    """Tell whether an address that an answer names belongs to the one that is known.

    >>> is_same_site("https://c3.twinfield.com/x", "https://accounting.twinfield.com")
    True
    >>> is_same_site("https://twinfield.com.evil.example", "https://accounting.twinfield.com")
    False
    >>> is_same_site("http://127.0.0.1:22", "https://accounting.twinfield.com"), is_same_site("", "")
    (False, False)
    >>> is_same_site("http://10.0.0.1", "http://127.0.0.1")
    False
    >>> is_same_site("http://127.0.0.1:9000/cluster", "http://127.0.0.1:9000")
    True
    """
    ours, theirs = urlsplit(known).hostname or "", urlsplit(url).hostname or ""
    if not theirs or ours == theirs:
        return bool(theirs)
    site = ".".join(ours.split(".")[-2:])
    return "." in site and not site[-1].isdigit() and theirs.endswith(f".{site}")


def _read(text, name):
    """Return every number that ``text`` gives for ``name``, wherever in an address."""
    return re.findall(rf"\b{name}=([0-9]+)\b", text, re.ASCII | re.IGNORECASE)
