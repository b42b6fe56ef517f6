"""A stand-in for Tripletex: sessions, customers, orders, their invoices, credit notes, payments."""

import collections
import datetime
import itertools
import secrets
import time
import zoneinfo
from decimal import Decimal

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from standins import tripletex_books as books
from standins.server import StandIn, answer
from standins.tripletex_books import Refusal, refuse

CONSUMER, EMPLOYEE = "standin-consumer", "standin-employee"
#: The company of the tokens, and a client that an accountant's tokens reach.
COMPANY, CLIENT = 5000, 5077
OSLO = zoneinfo.ZoneInfo("Europe/Oslo")


class Tripletex(StandIn):
    """Tripletex's interface, version 2, as far as the connector uses it.

    Nothing prevents two orders with one reference, as there.
    """

    rules = (
        Rule("/v2/token/session/:create", endpoint="create_session", methods=["PUT"]),
        Rule("/v2/token/session/>whoAmI", endpoint="who_am_i", methods=["GET"]),
        Rule("/v2/company/>withLoginAccess", endpoint="list_companies", methods=["GET"]),
        Rule("/v2/customer", endpoint="list_customers", methods=["GET"]),
        Rule("/v2/customer", endpoint="create_customer", methods=["POST"]),
        Rule("/v2/customer/<int:number>", endpoint="get_customer", methods=["GET"]),
        Rule("/v2/customer/<int:number>", endpoint="update_customer", methods=["PUT"]),
        Rule("/v2/supplier/<int:number>", endpoint="get_supplier", methods=["GET"]),
        Rule("/v2/ledger/vatType", endpoint="list_vat_types", methods=["GET"]),
        Rule("/v2/currency", endpoint="list_currencies", methods=["GET"]),
        Rule("/v2/order", endpoint="list_orders", methods=["GET"]),
        Rule("/v2/order", endpoint="create_order", methods=["POST"]),
        Rule("/v2/order/<int:number>", endpoint="get_order", methods=["GET"]),
        Rule("/v2/order/<int:number>", endpoint="delete_order", methods=["DELETE"]),
        Rule("/v2/order/<int:number>/:invoice", endpoint="invoice_order", methods=["PUT"]),
        Rule("/v2/invoice", endpoint="list_invoices", methods=["GET"]),
        Rule("/v2/invoice/<int:number>", endpoint="get_invoice", methods=["GET"]),
        Rule(
            "/v2/invoice/<int:number>/:createCreditNote",
            endpoint="credit_invoice",
            methods=["PUT"],
        ),
    )

    def __init__(self, log=None):
        super().__init__(log)
        self.sessions, self.calls = {}, collections.deque()
        self.ids = itertools.count(80_001)
        self.switches = {
            "bank_account": True,  # without one nothing is invoiced
            "suppliers_are_shown": True,  # as customers that are none; else they are missing
            "reset_is_told": True,  # with a 429
            "odd_types": False,  # numbers as text, null for what is empty
            "calls": 100,
            "seconds": 5.0,
        }
        self.customers = books.some_customers()
        self.orders, self.invoices, self.postings = {}, {}, {}
        self.mails = []

    # --- tokens and every call ---

    def is_login(self, request):
        """Override."""
        return request.path.endswith("/token/session/:create")

    def create_session(self, request):
        """Give a session for two tokens, until a day after today."""
        given = request.args
        if (given.get("consumerToken"), given.get("employeeToken")) != (CONSUMER, EMPLOYEE):
            return books.error(401, 3000, "Ugyldig token")
        until = books.date_of(given, "expirationDate")
        if until <= datetime.datetime.now(OSLO).date():
            refuse("expirationDate", "Datoen må være etter dagens dato.")
        token = secrets.token_urlsafe(24)
        self.sessions[token] = datetime.datetime.combine(until, datetime.time(), OSLO).timestamp()
        return self.one({"id": next(self.ids), "token": token, "expirationDate": until}, request)

    def expire(self):
        """Override."""
        self.sessions.clear()

    def _dispatch(self, urls, request):
        if not request.path.startswith("/v2/"):
            return super()._dispatch(urls, request)
        try:
            with self.lock:
                if not self.is_login(request):
                    self._authorise(request)
                    self._count()
                endpoint, _values = urls.bind_to_environ(request.environ).match()
                self._check_parameters(request, books.PARAMETERS.get(endpoint, set()))
                response = super()._dispatch(urls, request)
        except Refusal as error:
            response = error.get_response()
        except HTTPException:
            response = self.unknown()
        response.headers.update(self._tell_limit())
        return response

    def _authorise(self, request):
        given = request.authorization
        if not given or given.type != "basic" or self.sessions.get(given.password, 0) < time.time():
            raise Refusal(books.error(401, 3000, "Sesjonen er utløpt"))
        if given.username not in ("0", str(CLIENT)):
            raise Refusal(books.error(403, 9000, "Ingen tilgang til dette selskapet"))

    def _count(self):
        now = time.monotonic()
        while self.calls and self.calls[0] <= now - self.switches["seconds"]:
            self.calls.popleft()
        if len(self.calls) >= self.switches["calls"]:
            raise Refusal(self.too_many())
        self.calls.append(now)

    def _tell_limit(self):
        """Return the headers that every answer has."""
        oldest = self.calls[0] if self.calls else time.monotonic()
        reset = max(oldest + self.switches["seconds"] - time.monotonic(), 0)
        limit = self.switches["calls"]
        headers = {
            "X-Rate-Limit-Limit": str(limit),
            "X-Rate-Limit-Remaining": str(max(limit - len(self.calls), 0)),
        }
        if self.switches["reset_is_told"]:
            headers["X-Rate-Limit-Reset"] = str(int(reset) + 1)
        return headers

    def _check_parameters(self, request, known):
        if unknown := set(request.args) - known:
            refuse(min(unknown), "Ukjent parameter.")

    def too_many(self):
        """Override."""
        headers = {"X-Rate-Limit-Reset": "1"} if self.switches["reset_is_told"] else {}
        response = books.error(429, 429, "Grensen for antall kall er nådd")
        response.headers.update(headers)
        return response

    def broken(self):
        """Override."""
        return books.error(500, 1000, "Det oppstod en feil")

    def unknown(self):
        """Override."""
        return books.error(404, 6000, "Finner ikke objektet")

    # --- answers ---

    def one(self, record, request, status=200):
        """Answer with one record, as far as ``fields`` asks for it."""
        return answer({"value": self._show(record, request)}, status)

    def many(self, records, request):
        """Answer with a page; the whole number is inexact, as there."""
        start, count = int(request.args.get("from", 0)), int(request.args.get("count", 1000))
        page = [self._show(one, request) for one in records[start : start + count]]
        return answer(
            {"fullResultSize": len(page), "from": start, "count": len(page), "values": page}
        )

    def _show(self, record, request):
        shown = books.select(record, request.args.get("fields", ""))
        return books.make_odd(shown) if self.switches["odd_types"] else shown

    # --- company ---

    def who_am_i(self, request):
        """Who the session is."""
        company = {"id": COMPANY, "name": "Prøvebedriften AS"}
        return self.one({"companyId": COMPANY, "company": company, "language": "no"}, request)

    def list_companies(self, request):
        """Clients of an accountant."""
        return self.many([{"id": CLIENT, "name": "Klienten AS"}], request)

    def list_vat_types(self, request):
        """VAT types for sales; others are not asked for."""
        if request.args.get("typeOfVat") != "OUTGOING":
            refuse("typeOfVat", "Bare utgående mva.")
        books.date_of(request.args, "vatDate")
        return self.many(books.VAT_TYPES, request)

    def list_currencies(self, request):
        """Currencies, found loosely."""
        wanted = request.args.get("code", "")
        return self.many([one for one in books.CURRENCIES if wanted[:2] in one["code"]], request)

    # --- customers ---

    def list_customers(self, request):
        """Search active customers, and those who are suppliers only."""
        found = [one for one in self.customers.values() if not one["isInactive"]]
        if wanted := request.args.get("customerName", "").lower():
            found = [one for one in found if wanted in one["name"].lower()]
        for name in ("organizationNumber", "email"):
            if wanted := request.args.get(name):
                found = [one for one in found if one[name] == wanted]
        return self.many(found, request)

    def get_customer(self, request, number):
        """One customer, by the ID of the address and not by the number people see."""
        found = self.customers.get(number)
        if not found or not (found["isCustomer"] or self.switches["suppliers_are_shown"]):
            return self.unknown()
        return self.one(found, request)

    def get_supplier(self, request, number):
        """One supplier: the same IDs."""
        found = self.customers.get(number)
        return self.one(found, request) if found and found["isSupplier"] else self.unknown()

    def create_customer(self, request):
        """A new customer; nothing prevents a second one of the same name."""
        values = request.get_json()
        books.check_customer(values)
        number = next(self.ids)
        self.customers[number] = books.change_customer(books.new_customer(number), values)
        return self.one(self.customers[number], request, 201)

    def update_customer(self, request, number):
        """Change what is sent, if nobody did since it was read."""
        values = request.get_json()
        books.check_customer(values, is_new=False)
        if number not in self.customers:
            return self.unknown()
        if (values["id"], values["version"]) != (number, self.customers[number]["version"]):
            return books.error(409, 8000, "Objektet er endret av en annen bruker")
        values |= {"version": values["version"] + 1}
        self.customers[number] = books.change_customer(self.customers[number], values)
        return self.one(self.customers[number], request)

    # --- orders ---

    def list_orders(self, request):
        """Orders between two days, both demanded, the second one not included."""
        return self.many(books.between(self.orders, request.args, "orderDate"), request)

    def get_order(self, request, number):
        """One order."""
        return self.one(self.orders[number], request) if number in self.orders else self.unknown()

    def create_order(self, request):
        """A new order; nothing prevents a second one with the same reference."""
        values = request.get_json()
        books.check_order(values, self.customers)
        number = next(self.ids)
        self.orders[number] = {"id": number, "version": 0, "isClosed": False, **values}
        return self.one(self.orders[number], request, 201)

    def delete_order(self, _request, number):
        """Remove an order that was not invoiced."""
        if number not in self.orders:
            return self.unknown()
        if self.orders[number]["isClosed"]:
            refuse("isClosed", "Ordren er allerede fakturert.")
        del self.orders[number]
        return answer(None, 204)

    def invoice_order(self, request, number):
        """Turn an order into an invoice, or a credit note when it counts below 0."""
        if number not in self.orders:
            return self.unknown()
        order = self.orders[number]
        customer = self.customers[order["customer"]["id"]]
        to = books.find_addressee(request.args, customer.get("invoiceEmail") or customer["email"])
        if order["isClosed"]:
            refuse("isClosed", "Ordren er allerede fakturert.")
        if not self.switches["bank_account"]:
            refuse(
                "bankAccountNumber",
                "Faktura kan ikke opprettes før selskapet har registrert et bankkontonummer.",
            )
        amounts = books.total(order)
        credited = int(request.args.get("invoiceIdIfIsCreditNote", 0))
        if credited and (credited not in self.invoices or amounts["amountCurrency"] >= 0):
            refuse("invoiceIdIfIsCreditNote", "Ordren kan ikke kreditere fakturaen.")
        order["isClosed"] = True
        return self.one(
            self._book(
                customer=order["customer"],
                currency=order["currency"],
                orders=[order],
                orderLines=order["orderLines"],
                invoiceDate=books.date_of(request.args, "invoiceDate"),
                isCreditNote=amounts["amountCurrency"] < 0,
                creditedInvoice=credited or None,
                invoiceComment=order.get("invoiceComment", ""),
                amounts=amounts,
                to=to,
            ),
            request,
        )

    # --- invoices ---

    def _book(self, amounts, to, **values):
        number = next(self.ids)
        if to:
            self.mails.append({"invoice": number, "to": to})
        invoice = books.book(number, len(self.invoices) + 1, amounts, values)
        invoice["postings"] = [
            self._post("OUTGOING_INVOICE_CUSTOMER_POSTING", invoice["amountCurrency"], values)
        ]
        self.invoices[number] = invoice
        return invoice

    def _post(self, kind, amount, values):
        number = next(self.ids)
        day = values["invoiceDate"]
        return {"id": number, "type": kind, "date": day, "amountCurrency": amount}

    def list_invoices(self, request):
        """Invoices between two days, both demanded, the second one not included."""
        return self.many(books.between(self.invoices, request.args, "invoiceDate"), request)

    def get_invoice(self, request, number):
        """One invoice."""
        found = self.invoices.get(number)
        return self.one(found, request) if found else self.unknown()

    def credit_invoice(self, request, number):
        """Credit a whole invoice, once."""
        if number not in self.invoices:
            return self.unknown()
        invoice = self.invoices[number]
        to = books.find_addressee(request.args, request.args.get("creditNoteEmail"))
        if invoice["isCredited"] or invoice["isCreditNote"]:
            refuse("isCredited", "Fakturaen er allerede kreditert.")
        amounts = {name: -invoice[name] for name in books.AMOUNTS}
        credit = self._book(
            customer=invoice["customer"],
            currency=invoice["currency"],
            orders=[],
            orderLines=[one | {"count": -one["count"]} for one in invoice["orderLines"]],
            invoiceDate=books.date_of(request.args, "date"),
            isCreditNote=True,
            creditedInvoice=number,
            comment=request.args.get("comment", ""),
            amounts=amounts,
            to=to,
        )
        # the two settle each other
        invoice |= {"isCredited": True, **books.outstanding(Decimal(0))}
        credit |= books.outstanding(Decimal(0))
        return self.one(credit, request)

    # --- what a person would do there, for tests and demonstrations ---

    def do_switch(self, **values):
        """Set switches; see ``__init__``."""
        self.switches |= values
        return self.switches

    def do_pay(self, number, amount, date):
        """Somebody paid: an amount in the invoice's currency, with its date."""
        invoice = self.invoices[int(number)]
        posting = self._post("INCOMING_PAYMENT", -amount, {"invoiceDate": date})
        invoice["postings"].append(posting)
        left = Decimal(str(invoice["amountCurrencyOutstanding"])) - Decimal(str(amount))
        invoice |= books.outstanding(left)
        return posting

    def do_change(self, number, values):
        """Somebody changed an invoice."""
        self.invoices[int(number)] |= values
        return self.invoices[int(number)]

    def do_delete(self, number):
        """Somebody deleted an invoice."""
        del self.invoices[int(number)]
        return {}

    def do_delete_order(self, number):
        """Somebody deleted an order."""
        del self.orders[int(number)]
        return {}

    def snapshot(self):
        """Override."""
        return {
            "customers": list(self.customers.values()),
            "orders": list(self.orders.values()),
            "invoices": list(self.invoices.values()),
            "mails": self.mails,
        }
