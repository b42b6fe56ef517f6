"""Sending events: the signature, when to try again, and which addresses may be called."""

import hashlib
import hmac
import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

#: How often an event is sent before it is given up.
MAX_TRIES = 12
#: Longest pause between two tries.
LONGEST_PAUSE = timedelta(hours=12)


def sign(secret, timestamp, body):
    """Return the signature of a message, as hexadecimal text.

    >>> sign("secret", 1767225600, b'{"id": "1"}')[:16]
    '0ff1e4dc4c795aae'

    :param int timestamp: seconds since 1970; the receiver refuses what is too old
    :param bytes body: exactly as sent
    """
    message = f"{timestamp}.".encode() + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def pause(tries):
    """Return how long to wait after so many tries failed; None: given up.

    >>> pause(1), pause(2), pause(5)
    (datetime.timedelta(seconds=60), datetime.timedelta(seconds=120), datetime.timedelta(seconds=960))
    >>> pause(11) == LONGEST_PAUSE, pause(MAX_TRIES)
    (True, None)
    """
    if tries >= MAX_TRIES:
        return None
    return min(timedelta(minutes=2 ** (tries - 1)), LONGEST_PAUSE)


def find_problem(url, *, allow_loopback=False):
    """Return why events are not sent to this address, or empty text.

    >>> find_problem("https://shop.example/hook?x=1"), find_problem("http://shop.example/")
    ('', 'scheme')
    >>> find_problem("http://127.0.0.1:9000/"), find_problem("http://127.0.0.1:9000/", allow_loopback=True)
    ('scheme', '')
    >>> find_problem("https://user:pass@shop.example/"), find_problem("https:///x"), find_problem("https://x:y/")
    ('form', 'form', 'form')
    >>> find_problem("https://10.0.0.1/"), find_problem("https://[::1]/"), find_problem("https://169.254.169.254/")
    ('private', 'private', 'private')
    """
    try:
        parts = urlsplit(url or "")
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "form"
    if not host or parts.username is not None or parts.fragment or not url.isprintable():
        return "form"
    address = _read_address(host)
    if allow_loopback and address and address.is_loopback and parts.scheme in ("http", "https"):
        return ""
    if parts.scheme != "https":
        return "scheme"
    return "private" if address and not address.is_global else ""


def is_permitted(address, *, allow_loopback=False):
    """Tell whether a connection to this resolved address may be made.

    >>> [is_permitted(text) for text in ("93.184.216.34", "192.168.1.1", "127.0.0.1", "::ffff:10.0.0.1")]
    [True, False, False, False]
    >>> is_permitted("127.0.0.1", allow_loopback=True)
    True
    """
    parsed = _read_address(address)
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if parsed is None or parsed.is_multicast:
        return False
    return parsed.is_global or (allow_loopback and parsed.is_loopback)


def _read_address(text):
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
