"""What a provider is to the suite: a class that translates, and knows nothing of the ORM.

A new provider is one file beside this one: a subclass of :class:`Provider` with ``@register``.
``docs/connectors.md`` shows a whole one.
"""

import abc
import dataclasses
import functools
import inspect
import logging
import math
from decimal import Decimal

from ..exceptions import Ambiguous, Refused, Unavailable

_logger = logging.getLogger(__name__)
#: What a provider's class raises by itself when an answer lacks something, or has another type.
ODD_ANSWER = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
#: Seconds that an access token is good for, where that is not told.
TOKEN_SECONDS = 3600
#: Methods that read answers, and those whose odd answer may hide that something was written.
READING = (
    "renew", "redeem", "fetch_company", "fetch_customer", "search_customers", "render",
    "find_invoice", "fetch_invoice", "fetch_payments", "fetch_changed",
    "is_invoice_sent", "fetch_pdf",
)  # fmt: skip
WRITING = ("push_customer", "push_invoice", "send_invoice")


def read_expiry(began, seconds):
    """Return when a token ends, in seconds since 1970; no odd answer may lose it.

    >>> read_expiry(100.0, "60"), read_expiry(100.0, None), read_expiry(100.0, "soon")
    (160.0, 3700.0, 3700.0)

    :param seconds: as the provider told them
    """
    try:
        seconds = float(seconds)
    except (TypeError, ValueError):
        seconds = math.nan
    return began + (seconds if math.isfinite(seconds) else TOKEN_SECONDS)


def _guard(method, kind):
    """Let a method raise what ``exceptions.py`` defines also for an answer it does not understand."""

    def explain(error):
        _logger.error("%s: an odd answer", method.__qualname__, exc_info=error)
        return kind("The answer is not what the provider documents; see the log.", "format")

    @functools.wraps(method)
    def call(*args, **kwargs):
        try:
            return method(*args, **kwargs)
        except ODD_ANSWER as error:
            raise explain(error) from None

    @functools.wraps(method)
    def generate(*args, **kwargs):
        try:
            yield from method(*args, **kwargs)
        except ODD_ANSWER as error:
            raise explain(error) from None

    return generate if inspect.isgeneratorfunction(method) else call


class Remote:
    """What came from a provider: every text can be kept, every amount is one."""

    def __post_init__(self):
        """Refuse what neither the database nor a comparison understands.

        :raise ValueError: for such a value
        """
        for value in vars(self).values():
            if isinstance(value, str) and b"\0" in value.encode():
                raise ValueError(value)
            if isinstance(value, Decimal) and not value.is_finite():
                raise ValueError(value)


@dataclasses.dataclass(frozen=True)
class Setting:
    """Something an administrator fills in to connect.

    :ivar is_secret: it is kept encrypted and never shown again
    :ivar default: what stands there at first
    :ivar connects: changing it means another connection
    """

    name: str
    label: str
    help: str = ""
    is_secret: bool = False
    required: bool = True
    default: str = ""
    connects: bool = True


@dataclasses.dataclass(frozen=True)
class Limit:
    """How often a provider may be called: ``calls`` in any ``seconds``."""

    calls: int
    seconds: float


@dataclasses.dataclass(frozen=True)
class RemoteCustomer(Remote):
    """A business partner as the provider knows it.

    :ivar external_id: by which invoices name it
    :ivar kind: ``customer``, ``supplier`` or ``both``
    :ivar shown_id: the number people see there, when it is another
    """

    external_id: str
    name: str
    organisation_number: str = ""
    email: str = ""
    kind: str = "customer"
    active: bool = True
    shown_id: str = ""
    street: str = ""
    zip: str = ""
    city: str = ""


@dataclasses.dataclass(frozen=True)
class RemoteInvoice(Remote):
    """An invoice as the provider knows it.

    :ivar external_id: by which the provider's calls name it
    :ivar number: the one people see
    :ivar total, balance: in the invoice's currency; ``balance`` is what is left to pay
    :ivar state: ``draft``, ``booked`` or ``cancelled``
    :ivar customer: the customer's external ID
    :ivar fingerprint: changes when the document does
    """

    external_id: str
    number: str
    customer: str
    currency: str
    total: Decimal
    balance: Decimal
    state: str = "draft"
    fingerprint: str = ""


@dataclasses.dataclass(frozen=True)
class RemotePayment(Remote):
    """A payment of an exported invoice.

    :ivar external_id: unique within the provider's company; the same payment is never taken twice
    :ivar invoice: the invoice's external ID
    :ivar amount: in the invoice's currency; below 0 when it was taken back
    """

    external_id: str
    invoice: str
    amount: Decimal
    currency: str
    date: object


class Provider(abc.ABC):
    """One provider, connected for one backend.

    Every method may raise what ``exceptions.py`` defines, and does so by itself where an answer lacks
    something or has another type. Methods that write say in their
    docstring how a lost answer is found again.

    :cvar code, name: unique in the registry; what people read
    :cvar base_url: where its calls go unless the backend says otherwise
    :cvar settings: what is asked for to connect
    :cvar limit: how often it may be called
    :cvar max_rows: the most rows of a document
    :param backend: an ``accounting.backend`` record
    :param gate: sends what this class asks for
    """

    code = name = base_url = auth_url = ""
    settings = ()
    limit = Limit(60, 60)
    max_rows = 500
    #: whether a person has to agree at the provider's own page
    asks_for_consent = False
    #: how it sends invoices to customers: ``created`` as one is created with ``document.sends``,
    #: ``asked`` by :meth:`send_invoice`, ``""`` not at all
    sending = ""
    #: whether it prints invoices (:meth:`fetch_pdf`)
    prints = False

    @property
    def connects_alone(self):
        """Tell whether the settings are enough to connect, without anybody's consent."""
        return not self.asks_for_consent

    def __init_subclass__(cls, **kwargs):  # pylint: disable=missing-return  # Python wants none
        """Let no answer of another shape end in a trace, nor pass for a refusal."""
        result = super().__init_subclass__(**kwargs)
        for names, kind in ((READING, Unavailable), (WRITING, Ambiguous)):
            for name in names:
                if method := vars(cls).get(name):
                    setattr(cls, name, _guard(method, kind))
        return result

    def __init__(self, backend, gate):
        self.backend = backend
        self.gate = gate

    # --- authorisation ---

    @abc.abstractmethod
    def get_headers(self, tokens):
        """Return the headers that authorise a call with ``tokens``."""

    @abc.abstractmethod
    def renew(self, tokens):
        """Return new tokens: a dict with ``expires_at`` (seconds since 1970) and what else is needed.

        Called while other workers wait; the answer is saved before anybody uses it.

        :param tokens: the last ones, ``{}`` when there are none
        :raise Unauthorised: when a person has to connect again
        """

    def get_consent_url(self, redirect_uri, state):
        """Return the provider's page where a person agrees (``asks_for_consent``)."""
        raise NotImplementedError

    def redeem(self, code, redirect_uri):
        """Return the first tokens for the code that the provider's page sent."""
        raise NotImplementedError

    @abc.abstractmethod
    def fetch_company(self):
        """Return (external ID, name) of the company we are connected with."""

    # --- customers ---

    @abc.abstractmethod
    def fetch_customer(self, external_id):
        """Return the :class:`RemoteCustomer`, of whatever kind.

        :raise NotFound: when there is none
        """

    @abc.abstractmethod
    def search_customers(self, *, name="", organisation_number=""):
        """Yield customers that may match; providers search loosely, callers compare exactly."""

    @abc.abstractmethod
    def push_customer(self, values, external_id=""):
        """Create or update a customer.

        :param values: dict with name, organisation_number, vat, email, street, zip, city, country_code,
            currency, is_company, reference (by which a lost answer is found again)
        :param external_id: of the one to update
        :return: the :class:`RemoteCustomer`
        """

    def parse_customer_address(self, text):
        """Return the external ID in what a person typed or pasted.

        :raise ValueError: with a code as its text: ``empty``, ``format``, ``context``
        """
        text = (text or "").strip()
        if not text:
            raise ValueError("empty")
        if len(text) > 40 or not text.isprintable() or "/" in text:
            raise ValueError("format")
        return text

    # --- invoices ---

    @abc.abstractmethod
    def render(self, document):
        """Return what will be sent for a document: plain values, shown in the preview."""

    @abc.abstractmethod
    def push_invoice(self, document, notes):
        """Create the document at the provider.

        :param notes: a dict that survives a crash once ``notes.save()`` was called; for providers
            that need several steps
        :return: the :class:`RemoteInvoice`
        :raise Ambiguous: when it may have been created
        """

    @abc.abstractmethod
    def find_invoice(self, document, notes):
        """Return the :class:`RemoteInvoice` that an earlier attempt created, or None."""

    @abc.abstractmethod
    def fetch_invoice(self, external_id):
        """Return the :class:`RemoteInvoice`.

        :raise NotFound: when it was deleted
        """

    @abc.abstractmethod
    def fetch_payments(self, external_id):
        """Yield the :class:`RemotePayment` of an invoice."""

    def send_invoice(self, external_id):
        """Send an invoice to its customer (``sending = "asked"``), as the customer's card there says.

        :raise Refused: when it cannot, for want of an address for example
        :raise Ambiguous: when the customer may have got it
        """
        raise NotImplementedError

    def is_invoice_sent(self, external_id):
        """Tell whether the customer got an invoice: asked before it is sent another time."""
        raise NotImplementedError

    def fetch_pdf(self, external_id):
        """Return the provider's own PDF of an invoice, as bytes (``prints``)."""
        raise NotImplementedError

    def fetch_changed(self, since):
        """Yield external IDs of invoices whose payment state may have changed, or None for all.

        :param since: datetime (UTC)
        """
        return

    def propose_tax_code(self, percent):
        """Return the code that sales with so much VAT usually have, or None to leave it to people.

        :param percent: a decimal, 0–100
        """
        return

    # --- the gate asks ---

    def get_lock_name(self, tokens):
        """Return the name under which one call at a time may be under way, ``""`` for any number.

        For providers that refuse calls beside each other; backends of one name take turns.
        """
        return ""

    def means_refusal(self, status, code):
        """Tell whether an error says that nothing was done.

        :param status: HTTP status, 400 or more
        :param code: as :meth:`read_error` returned it
        """
        return status < 500

    def read_error(self, status, body):
        """Return (code, message) of an error's body.

        :param body: decoded JSON, or text
        """
        return "", ""

    def refusal(self, message, code, status):
        """Return the exception for a refused request (400–499, none of 401, 404 and 429)."""
        return Refused(message, code)

    def read_wait(self, headers):
        """Return the seconds after which a refused call may be repeated, or None."""
        value = headers.get("Retry-After", "")
        return float(value) if value.isascii() and value.isdigit() else None

    def read_pause(self, headers):
        """Return the seconds that all workers have to rest after an answer, or None."""
        return
