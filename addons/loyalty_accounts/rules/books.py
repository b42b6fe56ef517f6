"""Where a movement of credit stands in the books: pure tables, no accounts.

A movement changes what is owed; the other side of its posting is named here by the use of an
account, such as ``marketing``. Sources: docs/adr/0005, table of movements.
"""

from .errors import RuleError

#: The other side of a movement that no document booked, by its kind.
USES = {
    "earn": "marketing",
    "take_back": "marketing",
    "adjust": "marketing",
    "opening": "opening",
    "transfer": "transfer",
    "top_up": "elsewhere",
    "void": "elsewhere",
    "charge": "elsewhere",
    "capture": "elsewhere",
    "refund": "elsewhere",
}

#: Credit that somebody paid for, here or in the system it was brought over from. When it expires
#: it is income; other credit had been an expense, which expiry takes back.
PAID_ORIGINS = frozenset({"top_up", "opening", "voucher"})


def get_use(kind, origin):
    """Return what the account on the other side is for.

    >>> get_use("earn", "earn"), get_use("charge", "earn")
    ('marketing', 'elsewhere')
    >>> get_use("expire", "top_up"), get_use("expire", "earn"), get_use("expire", "adjust")
    ('expired', 'marketing', 'marketing')
    >>> try:
    ...     get_use("hold", "earn")
    ... except RuleError as error:
    ...     print(error.code, error.values)
    kind_not_booked {'kind': 'hold'}

    :param str kind: of a movement that changes the balance
    :param str origin: of the lot that it changed
    :raise RuleError: ``kind_not_booked``
    """
    if kind == "expire":
        return "expired" if origin in PAID_ORIGINS else "marketing"
    if kind not in USES:
        raise RuleError("kind_not_booked", kind=kind)
    return USES[kind]


def get_uses(kinds, origins):
    """Return ``[(kind, origin, use), …]`` for every kind that is booked.

    >>> get_uses(["hold", "earn"], ["earn", "top_up"])
    [('earn', 'earn', 'marketing'), ('earn', 'top_up', 'marketing')]
    """
    booked = [kind for kind in kinds if kind in USES or kind == "expire"]
    return [(kind, origin, get_use(kind, origin)) for kind in booked for origin in origins]
