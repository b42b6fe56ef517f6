"""The ledger's hash chain: every movement is sealed together with the one before it.

A seal is an HMAC-SHA256 with a key that only the server's configuration knows, so that someone
who may write to the database, but not read the configuration, cannot seal a changed movement.
"""

import functools
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
#: Characters of the seals of rows that others refer to: 128 bits.
SHORT = 32

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


#: How many values are sealed before the allocations, and which of them are amounts.
_BEFORE_LINES = len(SEALED) - 1
_AMOUNT_PLACES = tuple(SEALED.index(name) for name in AMOUNTS if name in SEALED)

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
    return _sign(key, _encode_densely(values))


def seal_stored(key, previous, values, lines):
    """Return what :func:`seal` does, from what the database spells.

    >>> names = SEALED[:-1] + SEALED_LATER
    >>> row = ["5.10" if name in AMOUNTS else 1 for name in names]
    >>> move = {name: Decimal("5.1") if name in AMOUNTS else 1 for name in names}
    >>> stored = seal_stored(b"k" * 32, GENESIS, row, [[7, "-2.50", 1, None]])
    >>> stored == seal(b"k" * 32, GENESIS, move | {"allocations": [[7, Decimal("-2.5"), 1, None]]})
    True

    A million movements are verified by this, so it makes neither Decimals nor mappings.

    :param values: in the order of :data:`SEALED` less the allocations, then of
        :data:`SEALED_LATER`; amounts and dates as text
    :param lines: ``[lot id, amount, company id, expiry]``, amount and expiry as text
    """
    plain = [value or None for value in values[:_BEFORE_LINES]]
    for place in _AMOUNT_PLACES:
        plain[place] = _spell(values[place])
    plain.append([[lot, _spell(amount), company, day] for lot, amount, company, day in lines])
    for name, value in zip(SEALED_LATER, values[_BEFORE_LINES:], strict=True):
        amount = _spell(value)
        if amount != "0":
            plain.append([name, amount])
    return _sign(key, _encode_densely([previous, *plain]))


def _sign(key, text):
    mac = _keyed(key).copy()
    mac.update(text.encode())
    return mac.hexdigest()


@functools.lru_cache(maxsize=4)
def _keyed(key):
    """An HMAC that has taken the key in: a copy costs half of a new one."""
    return hmac.new(key, digestmod="sha256")


@functools.lru_cache(maxsize=4096)
def _spell(text):
    return canonical(exact(text))


def head_seal(key, account_id, head_hash, company_id, currency_id, number):
    """Return the seal of an account's own row, 32 hexadecimal characters.

    It stands nowhere but in that row, and each movement replaces it: who cuts movements off can
    bring the former balance and hash back, but not the seal that belonged to them. What the
    account holds needs not be in it: the movement with that hash says it.

    >>> seal = head_seal(b"k" * 32, 7, GENESIS, 1, 2, "291")
    >>> len(seal), seal == head_seal(b"k" * 32, 7, GENESIS, 1, 2, "292")
    (32, False)
    """
    text = f"head/{account_id}/{head_hash}/{company_id}/{currency_id}/{number}"
    return _sign(key, text)[:SHORT]


def birth_seal(key, table, account_id, seq, *values):
    """Return the seal of what a lot or a reservation is from its beginning, 32 characters.

    Bound to the movement that made it, not to its id, which the database gives later: the
    movement is sealed and names that id.

    >>> one = birth_seal(b"k" * 32, "lot", 7, 3, Decimal("5.00"), None)
    >>> len(one), one == birth_seal(b"k" * 32, "lot", 7, 3, Decimal("5"), False)
    (32, True)
    >>> one == birth_seal(b"k" * 32, "lot", 7, 4, Decimal("5.00"), None)
    False

    :param table: ``lot`` or ``hold``
    :param seq: number of the movement that made it
    :param values: its columns, amounts as Decimal and dates as ISO text
    """
    text = _encode_densely([table, account_id, seq, *_plain(values)])
    return _sign(key, text)[:SHORT]


def checkpoint_seal(key, previous, number, date, count, digest):
    """Return the seal of a checkpoint: its lines' digest, chained to the checkpoint before.

    >>> one = checkpoint_seal(b"k" * 32, GENESIS, 1, "2026-01-01 02:00:00", 5, "ab")
    >>> one == checkpoint_seal(b"k" * 32, GENESIS, 1, "2026-01-01 02:00:00", 4, "ab")
    False
    """
    text = f"checkpoint/{previous}/{number}/{date}/{count}/{digest}"
    return _sign(key, text)


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
