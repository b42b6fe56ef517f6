"""Tripletex (Norway): REST and JSON, in two steps.

Nothing there takes a key of ours but an order's reference: an order is created with it, and found
again by it, then the order is invoiced. An order becomes one invoice at most, so that neither step
is ever done twice.
"""

import base64
import datetime
import zoneinfo

from ..exceptions import NotFound, Refused, Unauthorised
from ..rules import addresses, numbers
from . import tripletex_answers as answers
from .base import Limit, Provider, Setting
from .registry import register
from .tripletex_orders import DAY, OrderSteps

OSLO = zoneinfo.ZoneInfo("Europe/Oslo")
YEAR = datetime.timedelta(days=366)
PAGE = 1000
MAX_TEXT = 1000
#: "no VAT", for rows without a tax
NO_VAT = "0"
REVISION_CODE, VALIDATION_CODES = "8000", {"15000", "16000", "17000", "18000"}


@register
class Tripletex(OrderSteps, Provider):
    """Tripletex, by its interface, version 2.

    An order's rows have neither an account nor a unit: Tripletex takes the account from the VAT
    type. It also computes the payment reference (KID) and the rate of a currency by itself.
    """

    code = "tripletex"
    name = "Tripletex"
    base_url = "https://tripletex.no/v2"
    sending = "created"
    # Tripletex's headers tell what is left; this only keeps a run from using it up at once.
    limit = Limit(50, 10)
    settings = (
        Setting("consumer_token", "Consumer token", "Given by Tripletex.", is_secret=True),
        Setting("employee_token", "Employee token", "Of a user who may invoice.", is_secret=True),
        Setting(
            "company",
            "Client company's ID",
            "Only for accountants' tokens: the number of the client whose books these are.",
            required=False,
        ),
    )

    def __init__(self, backend, gate):
        super().__init__(backend, gate)
        self._vat_types, self._currencies = {}, {}

    # --- authorisation ---

    def get_headers(self, tokens):
        """Override: Basic, with the client company as the user, 0 for the token's own."""
        company = self.backend.get_setting("company") or "0"
        if not company.isdecimal():
            raise Unauthorised("The client company's ID is a number.")
        pair = base64.b64encode(f"{company}:{tokens['token']}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def renew(self, tokens):
        """Override: a session, which ends at midnight in Oslo when its last day begins."""
        # an hour ahead, so that none is created shortly before midnight to end at once
        now = datetime.datetime.now(OSLO)
        last_day = (now + datetime.timedelta(hours=1)).date() + DAY
        try:
            # both tokens are in the address: the gate logs no query
            answer = self.gate.ask(
                "PUT",
                f"{self.backend.base_url}/token/session/:create",
                params={
                    "consumerToken": self.backend.get_setting("consumer_token"),
                    "employeeToken": self.backend.get_setting("employee_token"),
                    "expirationDate": last_day.isoformat(),
                },
            )
        except Refused as error:
            raise Unauthorised(str(error), error.code) from None
        ends = datetime.datetime.combine(last_day, datetime.time(), OSLO)
        return {"token": answer["value"]["token"], "expires_at": ends.timestamp()}

    def fetch_company(self):
        """Override: the client company where one is named, else the token's own.

        :raise Refused: when the token has no access to that client
        """
        if client := self.backend.get_setting("company"):
            for found in self._pages("/company/>withLoginAccess", fields="id,name"):
                if str(found["id"]) == client:
                    return client, found.get("name") or ""
            raise Refused(f"These tokens have no access to the company {client}.", "company")
        found = self._get("/token/session/>whoAmI", fields="companyId,company(id,name)")["value"]
        return str(found["companyId"]), (found.get("company") or {}).get("name") or ""

    # --- customers ---

    def parse_customer_address(self, text):
        """Override: a customer's page names the customer and the company."""
        return addresses.parse_tripletex(text)

    def fetch_customer(self, external_id):
        """Override: by the internal ID; suppliers may be missing there, or be shown as such."""
        number = _number(external_id)
        try:
            found = self._get(f"/customer/{number}", fields=answers.CUSTOMER_FIELDS)["value"]
        except NotFound:
            found = self._get(f"/supplier/{number}", fields=answers.SUPPLIER_FIELDS)["value"]
        return answers.read_customer(found)

    def search_customers(self, *, name="", organisation_number=""):
        """Override: active ones, customers and suppliers."""
        for found in self._search_customers(name, organisation_number):
            yield answers.read_customer(found)

    def _search_customers(self, name, organisation_number):
        # compared whole there, without spaces and letters
        number = numbers.normalise(organisation_number) or numbers.compact(organisation_number)
        asked = {"customerName": name, "organizationNumber": number}
        params = {key: value for key, value in asked.items() if value}
        return self._pages("/customer", **params, fields=answers.CUSTOMER_FIELDS)

    def push_customer(self, values, external_id=""):
        """Override: a lost answer is found again by the reference, in the description.

        The country has no code there, and stays as it is.
        """
        if external_id:
            self._update_customer(values, _number(external_id))
            return self.fetch_customer(external_id)
        reference = values["reference"]
        for found in self._search_customers(values["name"], values["organisation_number"]):
            if reference and found.get("description") == reference:
                return answers.read_customer(found)
        body = self._render_customer(values) | {"description": reference}
        created = self._write("POST", "/customer", body=body)["value"]
        return self.fetch_customer(created["id"])

    def _update_customer(self, values, number):
        for last in (False, True):
            path = f"/customer/{number}"
            current = self._get(path, fields=answers.CUSTOMER_FIELDS)["value"]
            body = self._render_customer(values, current.get("postalAddress"))
            body |= {"id": current["id"], "version": current["version"]}
            try:
                self._write("PUT", path, body=body)
                return
            except Refused as error:
                # somebody saved it in between: once more, from what is there now
                if last or error.code != REVISION_CODE:
                    raise

    def _render_customer(self, values, address=None):
        body = answers.render_customer(values, address or {})
        if values["currency"]:
            body["currency"] = {"id": self._get_currency(values["currency"])}
        return body

    # --- invoices ---

    def render(self, document):
        """Override: what credits a whole invoice, or an order; see :meth:`push_invoice`.

        Asks for the IDs of the VAT types and of the currency, once for this object.

        :raise Refused: for a VAT type or a currency that the company there lacks
        """
        if self._credits_whole(document):
            return {"creditNoteOf": document.credited, **_render_credit(document)}
        return self._render_order(document)

    def _render_order(self, document):
        price = f"unitPrice{'In' if document.is_gross else 'Ex'}cludingVatCurrency"
        sign = -1 if document.is_credit else 1
        comment = ", ".join(filter(None, (document.number, document.order_number)))
        return {
            "customer": {"id": int(_number(document.customer))},
            "orderDate": document.date.isoformat(),
            "deliveryDate": document.date.isoformat(),
            "reference": document.key,
            "invoiceComment": comment[:MAX_TEXT],
            "currency": {"id": self._get_currency(document.currency)},
            "isPrioritizeAmountsIncludingVat": document.is_gross,
            "invoicesDueIn": max((document.due_date - document.date).days, 0),
            "invoicesDueInType": "DAYS",
            "orderLines": [
                {
                    "description": row.description[:MAX_TEXT],
                    "count": float(row.quantity * sign),
                    price: float(row.unit_price),
                    "discount": float(row.discount),
                    "vatType": {"id": self._get_vat_type(row, document.date)},
                }
                for row in document.rows
            ],
        }

    def push_invoice(self, document, notes):
        """Create it from an order; a lost answer is found by the order's reference.

        A credit note over a whole invoice is Tripletex's own, which also settles the invoice. Any
        other is an order that counts below 0: Tripletex credits no part of an invoice.
        """
        if self._credits_whole(document):
            return self._credit_whole(document, notes)
        order = self._recall_order(notes)
        if order and (found := self._find_invoiced(order, document)):
            return found
        order = self._make_order(document, notes, order)
        params = {"invoiceDate": document.date.isoformat(), "sendToCustomer": _sends(document)}
        if document.is_credit and document.credited:
            params["invoiceIdIfIsCreditNote"] = document.credited
        answer = self._write("PUT", f"/order/{order}/:invoice", params=params)
        return answers.read_invoice(answer["value"], document.currency)

    def find_invoice(self, document, notes):
        """Override: the credit note, or the order's invoice; the order's ID is noted.

        An order that is not invoiced yet is no invoice: the next push goes on with it.
        """
        if notes.get("credits") and (found := self._find_credit_note(document)):
            return found
        if not notes.get("order"):
            order = self._find_order(document)
            if order is None:
                return None
            notes["order"] = order
            notes.save()
        order = self._recall_order(notes)
        return order and self._find_invoiced(order, document)

    def _find_invoiced(self, order, document):
        # of the order's customer: the invoice's may be linked with another one meanwhile
        for found in self._list_invoices(document, order["customer"]["id"]):
            if int(order["id"]) in {int(one["id"]) for one in found.get("orders") or ()}:
                return answers.read_invoice(found)
        return None

    def _list_invoices(self, document, customer):
        """Yield a customer's invoices around the document's day; a person may have set another."""
        last = max(document.date, datetime.datetime.now(OSLO).date())
        return self._pages(
            "/invoice",
            invoiceDateFrom=document.date - YEAR,
            invoiceDateTo=last + YEAR,
            customerId=customer,
            fields=answers.INVOICE_FIELDS,
        )

    def _credits_whole(self, document):
        if not (document.is_credit and document.credited):
            return False
        found = self._get_invoice(document.credited)
        same = (
            answers.read_amount(found.get("amountCurrency")) == document.total
            and answers.read_amount(found.get("amountExcludingVatCurrency")) == document.net
        )
        return same and (found.get("currency") or {}).get("code") == document.currency

    def _credit_whole(self, document, notes):
        # noted first: without an order there is no reference by which to find it
        notes["credits"] = document.credited
        notes.save()
        path = f"/invoice/{_number(document.credited)}/:createCreditNote"
        answer = self._write("PUT", path, params=_render_credit(document))
        return answers.read_invoice(answer["value"], document.currency)

    def _find_credit_note(self, document):
        """Return the credit note over the whole invoice: there is one at most."""
        customer = self._get_invoice(document.credited)["customer"]["id"]
        for found in self._list_invoices(document, customer):
            is_ours = str(found.get("creditedInvoice") or "") == document.credited
            if is_ours and answers.read_amount(found.get("amountCurrency")) == -document.total:
                return answers.read_invoice(found)
        return None

    def fetch_invoice(self, external_id):
        """Override."""
        return answers.read_invoice(self._get_invoice(external_id))

    def _get_invoice(self, external_id, more=""):
        path = f"/invoice/{_number(external_id)}"
        return self._get(path, fields=answers.INVOICE_FIELDS + more)["value"]

    def fetch_payments(self, external_id):
        """Override: what is outstanding tells whether there are any, its postings which."""
        yield from answers.read_payments(
            self._get_invoice(external_id, f",{answers.PAYMENT_FIELDS}")
        )

    # --- what is known there by an ID ---

    def _get_vat_type(self, row, day):
        code = row.tax_code or NO_VAT
        if day not in self._vat_types:
            params = {"typeOfVat": "OUTGOING", "vatDate": day, "fields": "id,number,percentage"}
            self._vat_types[day] = list(self._pages("/ledger/vatType", **params))
        known = [one for one in self._vat_types[day] if str(one["number"]) == code]
        if not known:
            raise Refused(f"Tripletex has no VAT type {code} for sales on {day}.", "vat")
        for found in known:
            if answers.read_amount(found.get("percentage")) == row.tax_percent:
                return found["id"]
        there = f"{answers.read_amount(known[0].get('percentage')).normalize():f}"
        here = f"{row.tax_percent.normalize():f}"
        raise Refused(f"VAT type {code} is {there} % in Tripletex, not {here} %.", "vat")

    def _get_currency(self, code):
        if code not in self._currencies:
            for found in self._pages("/currency", code=code, fields="id,code"):
                self._currencies[found["code"]] = found["id"]
        if code not in self._currencies:
            raise Refused(f"Tripletex does not know the currency {code}.", "currency")
        return self._currencies[code]

    # --- HTTP ---

    def _get(self, path, **params):
        return self.gate.call("GET", self.backend.base_url + path, params=params)

    def _write(self, method, path, **options):
        # the media type as the contract spells it
        headers = {"Content-Type": "application/json; charset=utf-8"} if "body" in options else {}
        url = self.backend.base_url + path
        return self.gate.call(method, url, writes=True, headers=headers, **options)

    def _pages(self, path, **params):
        """Yield a list's values; its own count is inexact, a short page is the last."""
        start, length = 0, PAGE
        while length == PAGE:
            page = self._get(path, **params, **{"from": start, "count": PAGE})["values"]
            yield from page
            start, length = start + PAGE, len(page)

    def read_wait(self, headers):
        """Override: the header is missing at times."""
        return answers.read_seconds(headers.get("X-Rate-Limit-Reset")) or super().read_wait(headers)

    def read_pause(self, headers):
        """Override: nothing left means waiting before the next call is refused."""
        if answers.read_seconds(headers.get("X-Rate-Limit-Remaining")) != 0:
            return None
        return answers.read_seconds(headers.get("X-Rate-Limit-Reset"))

    def read_error(self, status, body):
        """Override: what is wrong with which field stands beside the message."""
        return answers.read_error(body)

    def refusal(self, message, code, status):
        """Override: says what to do where Tripletex only says what it cannot."""
        if code in VALIDATION_CODES and "bank" in message.lower():
            message = (
                "The company has no bank account in Tripletex, and cannot invoice without one. "
                f"Enter it in Tripletex's company settings, then try again. {message}"
            )
        return Refused(message, code)


def _number(external_id):
    """Return an ID that may stand in an address.

    :raise NotFound: for anything else, as Tripletex would
    """
    text = str(external_id)
    if not (text.isascii() and text.isdecimal()):
        raise NotFound("IDs in Tripletex are numbers.")
    return text


def _sends(document):
    """Return whether the customer gets it; left out, Tripletex sends."""
    return "true" if document.sends else "false"


def _render_credit(document):
    values = {
        "date": document.date.isoformat(),
        "comment": document.number,
        "sendToCustomer": _sends(document),
    }
    # credit notes are mailed to whom the request names, not to whom the customer's card does
    return values | ({"creditNoteEmail": document.email} if document.sends else {})
