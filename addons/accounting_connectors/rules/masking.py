"""Texts from providers and libraries, made safe to keep and to show."""

import hashlib
import re

MASK = "•••"
#: Shorter values would blank out ordinary words.
MIN_SECRET = 6
#: Characters of a provider's message that are kept.
MAX_MESSAGE = 500
_PATTERNS = (
    # a header or a form field that carries a secret
    re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"),
    re.compile(
        r"(?i)\b([\w-]*(?:token|secret|password|code|authorization))(\"?\s*[=:]\s*\"?)[^\s&\"']{4,}"
    ),
    # name and password in an address
    re.compile(r"(//)[^/\s:@]+:[^/\s@]+@"),
)


def mask(text, secrets=()):
    """Blank out secrets: known values, and what looks like one.

    >>> mask("GET https://u:p4ss@host/x?consumerToken=abcdef&page=1 failed")
    'GET https://•••@host/x?consumerToken=•••&page=1 failed'
    >>> mask("Authorization: Bearer eyJhbGciOi.x.y", ())
    'Authorization: •••'
    >>> mask("the key s3cr3t-value is wrong", ["s3cr3t-value"])
    'the key ••• is wrong'

    :param secrets: values that must not appear
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        if len(secret) >= MIN_SECRET:
            text = text.replace(secret, MASK)
    text = _PATTERNS[0].sub(MASK, text)
    text = _PATTERNS[1].sub(rf"\1\2{MASK}", text)
    text = re.sub(rf"{MASK} {MASK}", MASK, text)
    return _PATTERNS[2].sub(rf"\1{MASK}@", text)


def digest(secret):
    """Return what may be kept of a secret to recognise it.

    >>> digest("state")[:12]
    '4ba69735ca53'
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def sentence(text, secrets=()):
    """Return one line of bounded length without secrets or control characters.

    >>> sentence("  Kund saknas\\n\\t(2000433) ")
    'Kund saknas (2000433)'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return mask(line, secrets)[:MAX_MESSAGE]
