"""The ledger's hash chain: every movement is sealed together with the one before it.

A seal is an HMAC-SHA256 with a key that only the server's configuration knows, so that someone
who may write to the database, but not read the configuration, cannot seal a changed movement.
"""

import hashlib
import hmac
import json
from decimal import Decimal

from .amounts import canonical

#: Encoders are made once: a nightly job seals hundreds of thousands of movements.
_encode = json.JSONEncoder(ensure_ascii=False).encode
_encode_densely = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

#: Seal before an account's first movement.
GENESIS = "0" * 64

#: What a movement's seal covers, in this order. Not sealed, because they may hold personal data
#: that must be erasable: ``document_name`` and ``partner_name``.
SEALED = (
    "account_id",
    "seq",
    "kind",
    "key",
    "request_digest",
    "amount",
    "held_amount",
    "debt_amount",
    "asked_amount",
    "balance_after",
    "held_after",
    "debt_after",
    "company_id",
    "user_id",
    "date",
    "document_model",
    "document_id",
    "reversal_of_id",
    "hold_id",
    "note",
    "allocations",
)

#: Added later, and sealed by name where they are not zero: older seals stay valid, and a value
#: that is put in or taken out afterwards breaks the seal all the same.
SEALED_LATER = ("withheld_amount",)

#: The amounts among all of them.
AMOUNTS = tuple(
    name for name in SEALED + SEALED_LATER if "amount" in name or name.endswith("_after")
)


#: Types that JSON does not spell, or not in one way only.
_SPELT = frozenset({Decimal, list, tuple})


def exact(text):
    """The amount that the database spells as ``text``.

    >>> exact("5.10"), exact(None)
    (Decimal('5.10'), Decimal('0'))
    """
    return Decimal(text or 0)


def seal(key, previous, movement):
    """Return the seal of a movement, 64 hexadecimal characters.

    >>> first = dict.fromkeys(SEALED, 1)
    >>> one = seal(b"k" * 32, GENESIS, first)
    >>> len(one), one == seal(b"k" * 32, GENESIS, first), one == seal(b"k" * 32, one, first)
    (64, True, False)
    >>> one == seal(b"k" * 32, GENESIS, first | {"withheld_amount": Decimal("0.00")})
    True
    >>> one == seal(b"k" * 32, GENESIS, first | {"withheld_amount": Decimal("0.01")})
    False

    :param key: bytes, at least 32
    :param previous: seal of the account's previous movement, or :data:`GENESIS`
    :param movement: mapping with every name of :data:`SEALED` and, where it has them, of
        :data:`SEALED_LATER`; amounts as Decimal, dates as ISO text, allocations as a list of
        ``[lot id, amount, company id, expiry]``
    """
    values = [previous, *_plain([movement[name] for name in SEALED])]
    values += [_plain([name, movement[name]]) for name in SEALED_LATER if movement.get(name)]
    return hmac.digest(key, _encode_densely(values).encode(), "sha256").hex()


def request_digest(**request):
    """Fingerprint of what a request asks for, to tell a repetition from another request.

    >>> same = request_digest(verb="charge", amount=Decimal("5.00"))
    >>> same == request_digest(amount=Decimal("5"), verb="charge")
    True
    >>> same == request_digest(verb="charge", amount=Decimal("5.01"))
    False
    """
    names = sorted(request)
    pairs = list(zip(names, _plain([request[name] for name in names]), strict=True))
    return hashlib.sha256(_encode(pairs).encode()).hexdigest()


def _plain(values):
    """Spell values so that what went into the database and what comes out read the same.

    One loop instead of a call for each value: sealing is most of what a movement costs here.
    """
    plain = []
    for value in values:
        if type(value) not in _SPELT:
            plain.append(value or None)
        elif isinstance(value, Decimal):
            plain.append(canonical(value))
        else:
            plain.append(_plain(value))
    return plain
