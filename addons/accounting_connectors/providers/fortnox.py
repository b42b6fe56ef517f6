"""Fortnox (Sweden): REST and JSON.

The key of a document goes into ExternalInvoiceReference1, by which it is found again.
"""

import datetime
import re
import time
from decimal import Decimal
from urllib.parse import quote, urlencode

from ..exceptions import NotFound, Refused, Unauthorised
from .base import (
    Limit,
    Provider,
    RemoteCustomer,
    RemoteInvoice,
    RemotePayment,
    Setting,
    read_expiry,
)
from .registry import register

#: "wrong token", "token not found", "no licence for the scope", "no licence for the API"
UNAUTHORISED_CODES = {"2000310", "2000311", "2001101", "2001103"}
#: "the customer does not exist", "the invoice does not exist"
NOT_FOUND_CODES = {"2000433", "2000434", "2000423"}
MAX_TEXT, MAX_ORDER_NUMBER, MAX_UNIT, PAGE = 255, 75, 20, 500


@register
class Fortnox(Provider):
    """Fortnox, by its REST interface, version 3."""

    code = "fortnox"
    name = "Fortnox"
    base_url = "https://api.fortnox.se"
    auth_url = "https://apps.fortnox.se"
    asks_for_consent = True
    sending = "asked"
    prints = True
    # 25 in 5 s there, by when they arrive: a little later than we count them
    limit = Limit(25, 5.2)
    settings = (
        Setting("client_id", "Client ID", "From your app in Fortnox's developer portal."),
        Setting("client_secret", "Client secret", "Shown there next to the ID.", is_secret=True),
        Setting(
            "tenant",
            "Tenant ID",
            "Only for service accounts: connects without anybody's login.",
            required=False,
        ),
    )
    scopes = ("companyinformation", "customer", "supplier", "invoice", "payment")

    # --- authorisation ---

    @property
    def connects_alone(self):
        """Override: a service account's tenant is enough."""
        return bool(self.backend.get_setting("tenant"))

    def get_headers(self, tokens):
        """Override: a bearer token."""
        return {"Authorization": f"Bearer {tokens['access_token']}"}

    def get_consent_url(self, redirect_uri, state):
        """Override: Fortnox's page, where a service account is agreed."""
        query = {
            "client_id": self.backend.get_setting("client_id"),
            "redirect_uri": redirect_uri,
            "scope": " ".join(self.scopes),
            "state": state,
            "access_type": "offline",
            "response_type": "code",
            "account_type": "service",
        }
        return f"{self.backend.auth_url}/oauth-v1/auth?{urlencode(query)}"

    def redeem(self, code, redirect_uri):
        """Override: the code lives for ten minutes."""
        return self._ask_token(
            grant_type="authorization_code", code=code, redirect_uri=redirect_uri
        )

    def renew(self, tokens):
        """Override: refresh tokens are used once; service accounts ask with their tenant."""
        if tenant := self.backend.get_setting("tenant"):
            return self._ask_token({"TenantId": tenant}, grant_type="client_credentials")
        if not tokens.get("refresh_token"):
            raise Unauthorised("Nobody has connected yet: press Connect on the backend.")
        return self._ask_token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])

    def _ask_token(self, headers=None, **form):
        began = time.time()
        try:
            answer = self.gate.ask(
                "POST",
                f"{self.backend.auth_url}/oauth-v1/token",
                data=form,
                headers=headers,
                auth=(
                    self.backend.get_setting("client_id"),
                    self.backend.get_setting("client_secret"),
                ),
            )
        except Refused as error:
            raise Unauthorised(str(error), error.code) from None
        return {
            "access_token": answer["access_token"],
            "refresh_token": answer.get("refresh_token", ""),
            "expires_at": read_expiry(began, answer.get("expires_in")),
        }

    def fetch_company(self):
        """Override: number of the database, and name."""
        found = self._get("/3/companyinformation")["CompanyInformation"]
        return str(found.get("DatabaseNumber") or ""), found.get("CompanyName") or ""

    # --- customers ---

    def fetch_customer(self, external_id):
        """Override: suppliers have a register of their own."""
        try:
            found = self._get(f"/3/customers/{_segment(external_id)}")["Customer"]
        except NotFound:
            found = self._get(f"/3/suppliers/{_segment(external_id)}")["Supplier"]
            return RemoteCustomer(
                external_id=str(found["SupplierNumber"]),
                name=found.get("Name") or "",
                organisation_number=found.get("OrganisationNumber") or "",
                kind="supplier",
            )
        return _customer(found)

    def search_customers(self, *, name="", organisation_number=""):
        """Override."""
        asked = {"name": name, "organisationnumber": organisation_number}
        params = {key: value for key, value in asked.items() if value}
        for found in self._pages("/3/customers", "Customers", params):
            yield _customer(found)

    def push_customer(self, values, external_id=""):
        """Override: the reference goes into ExternalReference."""
        body = {
            "Name": values["name"],
            "OrganisationNumber": values["organisation_number"],
            "VATNumber": values["vat"],
            "Email": values["email"],
            "Address1": values["street"],
            "ZipCode": values["zip"][:10],
            "City": values["city"],
            "CountryCode": values["country_code"],
            "Currency": values["currency"],
            "Type": "COMPANY" if values["is_company"] else "PRIVATE",
            "ExternalReference": values["reference"],
        }
        body = {"Customer": {key: value for key, value in body.items() if value}}
        if external_id:
            path, method = f"/3/customers/{_segment(external_id)}", "PUT"
        else:
            path, method = "/3/customers", "POST"
        answer = self.gate.call(method, self.backend.base_url + path, body=body, writes=True)
        return _customer(answer["Customer"])

    # --- invoices ---

    def render(self, document):
        """Override: credit notes have quantities below 0."""
        sign = -1 if document.is_credit else 1
        invoice = {
            "CustomerNumber": document.customer,
            "InvoiceDate": document.date.isoformat(),
            "DueDate": document.due_date.isoformat(),
            "Currency": document.currency,
            "CurrencyRate": float(document.rate),
            "CurrencyUnit": 1,
            "VATIncluded": document.is_gross,
            "ExternalInvoiceReference1": document.key,
            "ExternalInvoiceReference2": document.number[:80],
            "YourOrderNumber": document.order_number[:MAX_ORDER_NUMBER],
            "InvoiceRows": [_row(row, sign) for row in document.rows],
        }
        if document.reference:
            invoice["OCR"] = document.reference
        if document.credited:
            invoice["CreditInvoiceReference"] = document.credited
        return {"Invoice": invoice}

    def push_invoice(self, document, notes):
        """Create it; a lost answer is found by ExternalInvoiceReference1."""
        answer = self.gate.call(
            "POST",
            f"{self.backend.base_url}/3/invoices",
            body=self.render(document),
            writes=True,
        )
        return _invoice(answer["Invoice"])

    def find_invoice(self, document, notes):
        """Override: by ExternalInvoiceReference1."""
        params = {"externalinvoicereference1": document.key}
        for found in self._pages("/3/invoices", "Invoices", params):
            # the search is loose: only the whole key, on a living document, is ours
            if found.get("ExternalInvoiceReference1") == document.key and not found.get(
                "Cancelled"
            ):
                return _invoice(found)
        return None

    def fetch_invoice(self, external_id):
        """Override."""
        return _invoice(self._get(f"/3/invoices/{_segment(external_id)}")["Invoice"])

    def send_invoice(self, external_id):
        """Override: by e-mail; a lost answer shows in the invoice's ``Sent``."""
        # a GET there, but one that does something
        path = f"/3/invoices/{_segment(external_id)}/email"
        self.gate.call("GET", self.backend.base_url + path, writes=True)

    def is_invoice_sent(self, external_id):
        """Override."""
        return bool(self._get(f"/3/invoices/{_segment(external_id)}")["Invoice"].get("Sent"))

    def fetch_pdf(self, external_id):
        """Override: the preview, as printing would mark the invoice as sent."""
        path = f"/3/invoices/{_segment(external_id)}/preview"
        return self.gate.exchange("GET", self.backend.base_url + path)

    def fetch_payments(self, external_id):
        """Override: booked ones."""
        params = {"invoicenumber": external_id}
        for found in self._pages("/3/invoicepayments", "InvoicePayments", params):
            if str(found.get("InvoiceNumber")) == external_id and found.get("Booked"):
                yield RemotePayment(
                    external_id=str(found["Number"]),
                    invoice=external_id,
                    amount=_decimal(found.get("AmountCurrency") or found.get("Amount")),
                    currency=found.get("Currency") or "SEK",
                    date=datetime.date.fromisoformat(found["PaymentDate"]),
                )

    def fetch_changed(self, since):
        """Override: by the date of the last change."""
        params = {"lastmodified": since.strftime("%Y-%m-%d %H:%M")}
        for found in self._pages("/3/invoices", "Invoices", params):
            yield str(found["DocumentNumber"])

    def propose_tax_code(self, percent):
        """Override: the percent itself; sales without VAT have several reasons, so none for 0."""
        return f"{percent:.0f}" if percent in (6, 12, 25) else None

    # --- HTTP ---

    def _get(self, path, **params):
        return self.gate.call("GET", self.backend.base_url + path, params=params)

    def _pages(self, path, key, params):
        page, pages = 1, 1
        while page <= pages:
            answer = self._get(path, **params, limit=PAGE, page=page)
            yield from answer.get(key) or ()
            pages = int((answer.get("MetaInformation") or {}).get("@TotalPages") or 1)
            page += 1

    def read_wait(self, headers):
        """Override: no header tells; the window slides, so places come free all the time."""
        return 1.0

    def read_error(self, status, body):
        """Read an error; the casing of its names varies."""
        if not isinstance(body, dict):
            return "", ""
        found = {
            str(key).lower(): value for key, value in (body.get("ErrorInformation") or body).items()
        }
        message = found.get("message") or found.get("error_description") or ""
        return str(found.get("code") or ""), str(message)

    def refusal(self, message, code, status):
        """Override: by code, as the status is 400 for all."""
        if code in UNAUTHORISED_CODES:
            return Unauthorised(message, code)
        if code in NOT_FOUND_CODES:
            return NotFound(message, code)
        return Refused(message, code)


def _segment(external_id):
    """Return a number as one part of an address; people number customers as they like.

    :raise NotFound: for what would be another address
    """
    if not external_id.strip(".") or not external_id.isprintable() or "/" in external_id:
        raise NotFound("There is no such number.")
    return quote(external_id, safe="")


def _decimal(value):
    return Decimal(str(value or 0))


def _customer(found):
    return RemoteCustomer(
        external_id=str(found["CustomerNumber"]),
        name=found.get("Name") or "",
        organisation_number=found.get("OrganisationNumber") or "",
        email=found.get("Email") or "",
        active=found.get("Active") is not False,
        street=found.get("Address1") or "",
        zip=found.get("ZipCode") or "",
        city=found.get("City") or "",
    )


def _invoice(found):
    state = "booked" if found.get("Booked") else "draft"
    total = _decimal(found.get("Total"))
    return RemoteInvoice(
        external_id=str(found["DocumentNumber"]),
        number=str(found["DocumentNumber"]),
        customer=str(found.get("CustomerNumber") or ""),
        currency=found.get("Currency") or "SEK",
        total=total,
        balance=_decimal(found.get("Balance")),
        state="cancelled" if found.get("Cancelled") else state,
        fingerprint=f"{found.get('CustomerNumber')}|{total}|{found.get('Currency')}",
    )


def _row(row, sign):
    values = {
        "Description": row.description[:MAX_TEXT],
        "DeliveredQuantity": f"{(row.quantity * sign).normalize():f}",
        "Price": float(row.unit_price),
        "VAT": int(row.tax_code) if row.tax_code.isdigit() else int(row.tax_percent),
    }
    if not row.tax_code.isdigit():
        values["VATCode"] = row.tax_code
    if row.account:
        if not re.fullmatch(r"[1-9]\d{3}", row.account, re.ASCII):
            raise Refused(
                f"Account {row.account} is none of Fortnox's, which have four digits: give it one of "
                "them on the backend, under Accounts.",
                "account",
            )
        values["AccountNumber"] = int(row.account)
    if row.discount:
        values |= {"Discount": float(row.discount), "DiscountType": "PERCENT"}
    if row.unit:
        values["Unit"] = row.unit[:MAX_UNIT]
    return values
