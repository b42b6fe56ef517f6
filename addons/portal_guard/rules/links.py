"""Links that open the portal: what is mailed, what is kept, and what an e-mail address is."""

import hashlib
import re
import secrets

#: Bytes of randomness in a link: nobody guesses it, however often they try.
TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token():
    """Return a new secret for a link.

    >>> is_token(new_token()), new_token() == new_token()
    (True, False)
    """
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text):
    """Tell whether a text has the form of a secret; others need no look into the database.

    >>> is_token("short"), is_token("a" * 43), is_token("a" * 42 + "/")
    (False, True, False)
    """
    return bool(_TOKEN.fullmatch(text))


def digest(token):
    """Return what is stored of a secret: enough to recognise it, not to use it.

    >>> digest("a")[:12], len(digest("a"))
    ('ca978112ca1b', 64)
    """
    return hashlib.sha256(token.encode()).hexdigest()
