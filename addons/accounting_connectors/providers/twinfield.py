"""Twinfield (Netherlands): sales transactions over SOAP.

An invoice becomes a sales transaction: its number is Odoo's, by which it is searched, its key
stands in the first free text of the header, by which it is recognised.
"""

import datetime
import hashlib
import re
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

from lxml import etree
from zeep.exceptions import Fault

from ..exceptions import Ambiguous, NotFound, ProviderError, Refused, Unauthorised, Unavailable
from ..rules import masking
from ..rules.addresses import is_same_site
from . import soap
from . import twinfield_xml as xml
from .base import (
    ODD_ANSWER,
    Limit,
    Provider,
    RemoteCustomer,
    RemoteInvoice,
    RemotePayment,
    Setting,
    read_expiry,
)
from .registry import register

NAMESPACE = "{http://www.twinfield.com/}"
DESCRIPTION = Path(__file__).with_name("twinfield.wsdl")
LOGIN = "/auth/authentication/connect"
#: Credits of a query, and of anything else.
QUERY, CHANGE = 1, 3
DESTINIES = ("temporary", "final")


@register
class Twinfield(Provider):
    """Twinfield, by its XML documents in SOAP envelopes."""

    code = "twinfield"
    name = "Twinfield"
    base_url = "https://accounting.twinfield.com"
    auth_url = "https://login.twinfield.com"
    asks_for_consent = True
    # 1,000 credits a minute there, by when they arrive: a little later than we count them
    limit = Limit(1000, 60.5)
    # 1,000 lines there, one of which is the total and a few are VAT
    max_rows = 950
    settings = (
        Setting("client_id", "Client ID", "From your app in Twinfield's developer portal."),
        Setting("client_secret", "Client secret", "Sent to you with the ID.", is_secret=True),
        Setting("office", "Company code", "Of the company in Twinfield, such as NLA000001."),
        Setting(
            "daybook", "Sales day book", "Into which invoices go.", default="VRK", connects=False
        ),
        Setting(
            "debtors",
            "Debtors account",
            "The general ledger's collective one.",
            default="1300",
            connects=False,
        ),
        Setting(
            "destiny",
            "Post as",
            "temporary: somebody approves them in Twinfield; final: they are posted at once.",
            default="temporary",
            connects=False,
        ),
    )
    scopes = ("openid", "twf.user", "twf.organisation", "twf.organisationUser", "offline_access")

    def __init__(self, backend, gate):
        super().__init__(backend, gate)
        self._service = None

    # --- authorisation ---

    def get_headers(self, tokens):
        """Override: tokens go into the envelope."""
        return {}

    def get_lock_name(self, tokens):
        """Override: one call at a time for an organisation, all its companies together."""
        return f"twinfield {tokens.get('organisation') or tokens.get('cluster', '')}"

    def get_consent_url(self, redirect_uri, state):
        """Override: a nonce is required, though nobody is logged in by what comes back.

        ``state`` protects the way back; the ID token, which would carry the nonce, is not used.
        """
        query = {
            "client_id": self.backend.get_setting("client_id"),
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": " ".join(self.scopes),
            "state": state,
            "nonce": hashlib.sha256(state.encode()).hexdigest(),
        }
        return f"{self.backend.auth_url}{LOGIN}/authorize?{urlencode(query)}"

    def redeem(self, code, redirect_uri):
        """Override."""
        return self._ask_token({}, "authorization_code", code=code, redirect_uri=redirect_uri)

    def renew(self, tokens):
        """Override: whether a refresh token is given anew or kept, the last one is used."""
        if not tokens.get("refresh_token"):
            raise Unauthorised("Nobody has connected yet: press Connect on the backend.")
        return self._ask_token(tokens, "refresh_token", refresh_token=tokens["refresh_token"])

    def _ask_token(self, known, grant_type, **form):
        began = time.time()
        client = self.backend.get_setting("client_id"), self.backend.get_setting("client_secret")
        url = f"{self.backend.auth_url}{LOGIN}/token"
        try:
            answer = self.gate.ask(
                "POST", url, data={"grant_type": grant_type, **form}, auth=client
            )
        except Refused as error:
            raise Unauthorised(str(error), error.code) from None
        tokens = {
            **known,
            "access_token": answer["access_token"],
            "refresh_token": answer.get("refresh_token") or known.get("refresh_token", ""),
            "expires_at": read_expiry(began, answer.get("expires_in")),
        }
        # where the books are can be asked again at any time, a new refresh token is given once
        with suppress(ProviderError, *ODD_ANSWER):
            tokens |= self._ask_cluster(tokens["access_token"])
        return tokens

    def _ask_cluster(self, access_token):
        answer = self.gate.ask(
            "GET",
            f"{self.backend.auth_url}{LOGIN}/accesstokenvalidation",
            params={"token": access_token},
        )
        cluster = (answer or {}).get("twf.clusterUrl") or ""
        if not is_same_site(cluster, self.backend.base_url):
            raise Unavailable("Twinfield did not say where the company's books are.")
        return {
            "cluster": cluster.rstrip("/"),
            "organisation": answer.get("twf.organisationCode") or "",
        }

    def fetch_company(self):
        """Override: the company, if the connected user may see it."""
        office = self.backend.get_setting("office")
        found = self._process(soap.build("list", {"type": "offices"}), office="")
        names = {one.text: one.get("name") or "" for one in found.iter("office")}
        if office not in names:
            raise Refused(
                f"There is no company {office}; there are: {', '.join(sorted(filter(None, names)))}."
            )
        return office, names[office]

    # --- customers ---

    def fetch_customer(self, external_id):
        """Override: suppliers are another type of dimension."""
        try:
            return self._read_customer(external_id)
        except NotFound:
            found = xml.customer(self._read_dimension("CRD", external_id))
            return RemoteCustomer(**found, kind="supplier")

    def _read_customer(self, code):
        return RemoteCustomer(**xml.customer(self._read_dimension("DEB", code)))

    def _read_dimension(self, kind, code):
        return self._read(
            type="dimensions", office=self.backend.get_setting("office"), dimtype=kind, code=code
        )

    def search_customers(self, *, name="", organisation_number=""):
        """Override: a list holds names only, so that each one that may match is read."""
        request = {"type": "dimensions", "office": self.backend.get_setting("office")}
        found = self._process(soap.build("list", request | {"dimtype": "DEB"}))
        for one in found.iter("dimension"):
            shown = one.get("name") or ""
            if not shown or name.casefold() not in shown.casefold():
                continue
            with suppress(NotFound):  # deleted since the list was made
                customer = self._read_customer(one.text.strip())
                if not organisation_number or customer.organisation_number:
                    yield customer

    def push_customer(self, values, external_id=""):
        """Create or update it; the reference is its number with us (``relationsreference``)."""
        kept = self._read_dimension("DEB", external_id) if external_id else None
        dimension = xml.dimension(values, self.backend.get_setting("office"), kept)
        request = soap.build("dimensions", {"dimension": dimension})
        answer = self._process(request, writes=True)
        return RemoteCustomer(**xml.customer(_first(answer, "dimension")))

    # --- invoices ---

    def render(self, document):
        """Override: amounts without tax by account, and the VAT of each."""
        destiny = self.backend.get_setting("destiny")
        if destiny not in DESTINIES:
            raise Refused(f"“Post as” is {destiny}; it is either temporary or final.")
        names = ("daybook", "office", "debtors")
        return {
            "transaction": xml.transaction(document, destiny, *map(self.backend.get_setting, names))
        }

    def push_invoice(self, document, notes):
        """Create it; a lost answer is found by its number, and recognised by its key."""
        request = soap.build("transactions", self.render(document))
        answer = self._process(request, writes=True)
        return _invoice(_first(answer, "transaction"))

    def find_invoice(self, document, notes):
        """Override: all transactions of that number are read, the one with the key is ours.

        A day book may be set up without free texts: then number, customer and total tell. The key
        counts in any, as the day book may have been another when the document was sent.
        """
        rows = self._browse(invnumber=document.number[: xml.MAX_NUMBER])
        for code, number in sorted({(row["code"], row["number"]) for row in rows}):
            try:
                found = self._read_transaction(code, number)
            except NotFound:  # deleted since the page was made
                continue
            key = (found.findtext("header/freetext1") or "").strip()
            is_unmarked = not key and code == self.backend.get_setting("daybook")
            if key == document.key or (is_unmarked and _is_alike(found, document)):
                return _invoice(found)
        return None

    def fetch_invoice(self, external_id):
        """Override."""
        return _invoice(self._read_transaction(*xml.split(external_id)))

    def fetch_payments(self, external_id):
        """Override: lines of other day books that are matched and name the invoice's number."""
        daybook, number = xml.split(external_id)
        invoice = self._read_transaction(daybook, number)
        number = invoice.findtext("header/invoicenumber") or ""
        customer = xml.invoice(invoice)["customer"]
        for row in self._browse(invnumber=number) if number else ():
            is_ours = row["invnumber"] == number and row["dim2"] == customer
            is_payment = row["code"] != daybook
            if is_ours and is_payment and row["matchstatus"] == xml.MATCHED:
                yield RemotePayment(
                    external_id=f"{row['code']}/{row['number']}/{row['line']}",
                    invoice=external_id,
                    amount=-Decimal(row["valuesigned"]),
                    currency=row["curcode"],
                    date=datetime.datetime.strptime(row["date"], "%Y%m%d").date(),
                )

    def fetch_changed(self, since):
        """Override: by when a line was changed, which a payment does."""
        for row in self._browse(modified=f"{since:%Y%m%d%H%M%S}"):
            yield f"{row['code']}/{row['number']}"

    def _read_transaction(self, code, number):
        office = self.backend.get_setting("office")
        return self._read(type="transaction", office=office, code=code, number=number)

    def _browse(self, invnumber="", modified=""):
        """Yield the lines of the customer card as dicts of its columns' last words, and their key."""
        for row in self._process(xml.browse(invnumber, modified)).iter("tr"):
            yield xml.cells(row)

    # --- SOAP ---

    def _read(self, **request):
        """Return what was asked for; an empty answer with an error is how nothing is told."""
        return self._process(soap.build("read", request), is_read=True)

    def _process(self, request, *, office=None, writes=False, is_read=False):
        """Send a document and return the one that comes back.

        :param office: code of the company, the backend's by default
        :raise Refused: when any part of the answer is an error, which arrives as a success
        """
        if office is None:
            office = self.backend.get_setting("office")
        try:
            text = self._get_service().call(
                f"{self._get_cluster()}/webservices/processxml.asmx",
                "ProcessXmlString",
                header={"AccessToken": "", "CompanyCode": office or None, "CompanyId": None},
                writes=writes,
                cost=CHANGE if writes else QUERY,
                xmlRequest=etree.tostring(request, encoding="unicode"),
            )
            answer = soap.parse((text or "").strip())
        except Fault as fault:
            code = (fault.code or "").rpartition(":")[2]
            raise self._name_fault(fault.message or "", code, writes) from None
        except ValueError:
            kind = Ambiguous if writes else Unavailable
            raise kind("The answer is not what Twinfield documents.", "format") from None
        self._check(answer, is_read)
        return answer

    def _name_fault(self, message, code, writes):
        shown = masking.sentence(message, self.gate.hooks.secrets)
        if self.means_refusal(500, code):
            return self.refusal(shown, code, 500)
        return (Ambiguous if writes else Unavailable)(shown, code)

    def _check(self, answer, is_read):
        wrong = [
            one
            for one in answer.iter()
            if one.get("result") == "0" or one.get("msgtype") == "error"
        ]
        if not wrong:
            return
        told = " ".join(dict.fromkeys(one.get("msg") for one in wrong if one.get("msg")))
        message = masking.sentence(told or "Twinfield gave no reason.", self.gate.hooks.secrets)
        raise (NotFound if is_read and not len(answer) else Refused)(message)

    def _get_service(self):
        if not self._service:
            transport = soap.GateTransport(self.gate, _authorise)
            binding = f"{NAMESPACE}ProcessXmlSoap"
            self._service = soap.SoapService(DESCRIPTION, binding, transport)
        return self._service

    def _get_cluster(self):
        tokens = self.backend.get_tokens()
        return tokens.get("cluster") or self._ask_cluster(tokens["access_token"])["cluster"]

    def read_error(self, status, body):
        """Read a fault, or an error of the login."""
        if isinstance(body, dict):
            return str(body.get("error") or ""), str(body.get("error_description") or "")
        return soap.read_fault(body) if isinstance(body, str) else ("", "")

    def means_refusal(self, status, code):
        """Override: a fault comes with HTTP 500, and its code tells whose it is."""
        return code == soap.REFUSED_FAULT or super().means_refusal(status, code)

    def refusal(self, message, code, status):
        """Override: how an ended token is told is not documented; HTTP 401 or such a fault."""
        if status == 403 or re.search(r"(?i)token|access denied|toegang geweigerd", message):
            return Unauthorised(message, code)
        return Refused(message, code)


def _authorise(envelope, tokens):
    envelope.find(f".//{NAMESPACE}AccessToken").text = tokens["access_token"]


def _first(answer, tag):
    found = next(answer.iter(tag), None)
    if found is None:
        raise Ambiguous("The answer is not what Twinfield documents.", "format")
    return found


def _invoice(found):
    try:
        return RemoteInvoice(**xml.invoice(found))
    except (ArithmeticError, ValueError):
        # not refused: what is answered is there, whatever the answer lacks
        raise Ambiguous("The answer is not what Twinfield documents.", "format") from None


def _is_alike(found, document):
    there = _invoice(found)
    number = found.findtext("header/invoicenumber")
    return (number, there.customer, abs(there.total)) == (
        document.number[: xml.MAX_NUMBER],
        document.customer,
        abs(document.total),
    )
