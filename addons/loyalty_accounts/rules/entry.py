"""State of an account while one request is carried out, and what the request asks for."""

from collections import namedtuple
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .chain import request_digest

ZERO = Decimal(0)

#: What a movement changes. ``allocations`` is a list of ``(lot id, amount)``, amounts below zero
#: taken out of the lot; ``asked`` the amount that the request is about, where it is not the
#: request's own; ``withheld`` what a refund in money is less, because earned credit was spent.
Change = namedtuple(
    "Change",
    "amount held debt allocations asked withheld",
    defaults=(ZERO, ZERO, ZERO, (), ZERO, ZERO),
)

#: A lot that still holds credit; ``company_id`` gave it. ``bound``: a voucher that was taxed when
#: it was sold, which pays only there.
OpenLot = namedtuple("OpenLot", "id remaining expiry company_id bound", defaults=(False,))


@dataclass(frozen=True)
class Request:
    """Who asks for what: two requests with one key must be the same in all of this."""

    verb: str
    key: str
    account_id: int
    amount: Decimal
    company_id: int
    document_model: str = ""
    document_id: int = 0
    reference_id: int = 0

    @property
    def digest(self):
        """Fingerprint of everything but the key.

        >>> ask = Request("charge", "k1", 7, Decimal("5.00"), 1)
        >>> ask.digest == Request("charge", "k2", 7, Decimal("5"), 1).digest
        True
        >>> ask.digest == Request("charge", "k1", 8, Decimal("5"), 1).digest
        False
        """
        return request_digest(
            verb=self.verb,
            account=self.account_id,
            amount=self.amount,
            company=self.company_id,
            document_model=self.document_model,
            document=self.document_id,
            reference=self.reference_id,
        )


@dataclass
class State:
    """An account as read under its lock; :meth:`apply` keeps it in step with what is posted."""

    account_id: int
    step: Decimal
    balance: Decimal
    held: Decimal
    debt: Decimal
    version: int
    head_hash: str
    today: date
    currency_id: int = 0
    company_id: int = 0
    number: str = ""
    #: How much more credit of other establishments is accepted where it is used, as it was read.
    headrooms: dict | None = None

    @property
    def available(self):
        """Credit that is not reserved."""
        return self.balance - self.held

    def apply(self, change):
        """Add a change.

        >>> state = State(1, Decimal("0.01"), Decimal(9), Decimal(2), ZERO, 3, "", date.min)
        >>> state.apply(Change(Decimal(-5)))
        >>> state.balance, state.available, state.version
        (Decimal('4'), Decimal('2'), 4)
        """
        self.balance += change.amount
        self.held += change.held
        self.debt += change.debt
        self.version += 1
