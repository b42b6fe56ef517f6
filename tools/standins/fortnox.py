"""A stand-in for Fortnox: customers, invoices, payments, single-use refresh tokens, 25 calls in 5 s."""

import collections
import secrets
import time
from decimal import ROUND_HALF_UP, Decimal

from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from standins.server import StandIn, answer

CLIENT = ("standin-client", "standin-secret")
CALLS, SECONDS = 25, 5.0
CENT = Decimal("0.01")
#: A page without anything on it, after a line with the invoice's number.
PDF = b"""%%PDF-1.4
%% %s
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%%%EOF
"""
#: What the connector may send, so that a misspelt field is noticed.
INVOICE_FIELDS = {
    "CreditInvoiceReference", "Currency", "CurrencyRate", "CurrencyUnit", "CustomerNumber", "DueDate",
    "ExternalInvoiceReference1", "ExternalInvoiceReference2", "InvoiceDate", "InvoiceRows", "OCR",
    "Remarks", "VATIncluded", "YourOrderNumber", "DocumentNumber",
}  # fmt: skip
ROW_FIELDS = {
    "AccountNumber", "DeliveredQuantity", "Description", "Discount", "DiscountType", "Price", "Unit",
    "VAT", "VATCode",
}  # fmt: skip
CUSTOMER_FIELDS = {
    "Active", "Address1", "City", "CountryCode", "Currency", "CustomerNumber", "Email",
    "ExternalReference", "Name", "OrganisationNumber", "Type", "VATNumber", "ZipCode",
}  # fmt: skip


class Fortnox(StandIn):
    """Fortnox's REST interface, version 3, as far as the connector uses it."""

    rules = (
        Rule("/oauth-v1/auth", endpoint="consent", methods=["GET"]),
        Rule("/oauth-v1/token", endpoint="token", methods=["POST"]),
        Rule("/3/companyinformation", endpoint="company", methods=["GET"]),
        Rule("/3/customers", endpoint="list_customers", methods=["GET"]),
        Rule("/3/customers", endpoint="create_customer", methods=["POST"]),
        Rule("/3/customers/<number>", endpoint="get_customer", methods=["GET"]),
        Rule("/3/customers/<number>", endpoint="update_customer", methods=["PUT"]),
        Rule("/3/suppliers/<number>", endpoint="get_supplier", methods=["GET"]),
        Rule("/3/invoices", endpoint="list_invoices", methods=["GET"]),
        Rule("/3/invoices", endpoint="create_invoice", methods=["POST"]),
        Rule("/3/invoices/<number>", endpoint="get_invoice", methods=["GET"]),
        Rule("/3/invoices/<number>/email", endpoint="email_invoice", methods=["GET"]),
        Rule("/3/invoices/<number>/preview", endpoint="preview", methods=["GET"]),
        Rule("/3/invoices/<number>/bookkeep", endpoint="bookkeep", methods=["PUT"]),
        Rule("/3/invoicepayments", endpoint="list_payments", methods=["GET"]),
    )

    def __init__(self, log=None):
        super().__init__(log)
        self.codes, self.refresh, self.access = {}, set(), {}
        self.calls = collections.deque()
        self.invoices, self.payments, self.mails = {}, {}, []
        self.customers = {
            "1": _customer("1", "Kaffebönan AB", "556677-8899"),
            "2": _customer("2", "Nordisk Glas AB", "559999-0001"),
            "3": _customer("3", "Vilande Bolag AB", "556000-0003") | {"Active": False},
        }
        self.suppliers = {"90": {"SupplierNumber": "90", "Name": "Leverantören AB",
                                 "OrganisationNumber": "556123-4567"}}  # fmt: skip

    # --- tokens ---

    def is_login(self, request):
        """Override."""
        return request.path.startswith("/oauth-v1/")

    def consent(self, request):
        """The page where a person agrees: here it agrees at once."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = time.time() + 600
        target = f"{request.args['redirect_uri']}?code={code}&state={request.args['state']}"
        return answer({}, 302, {"Location": target})

    def token(self, request):
        """Give tokens for a code, a refresh token, or a service account."""
        if (request.authorization and (request.authorization.username,
                                       request.authorization.password)) != CLIENT:  # fmt: skip
            return answer({"error": "invalid_client", "error_description": "Unknown client"}, 401)
        form = request.form
        if form.get("grant_type") == "client_credentials" and request.headers.get("TenantId"):
            return self._give_tokens(with_refresh=False)
        if form.get("grant_type") == "authorization_code":
            known = self.codes.pop(form.get("code"), 0) > time.time()
        else:
            # single use: asking twice with one token ends both
            known = form.get("refresh_token") in self.refresh
            self.refresh.discard(form.get("refresh_token"))
        if not known:
            return answer({"error": "invalid_grant", "error_description": "Invalid token"}, 400)
        return self._give_tokens()

    def _give_tokens(self, with_refresh=True):
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.access[access] = time.time() + 3600
        values = {"access_token": access, "expires_in": 3600, "token_type": "bearer", "scope": ""}
        if with_refresh:
            self.refresh.add(refresh)
            values["refresh_token"] = refresh
        return answer(values)

    def expire(self):
        """Override: access tokens only."""
        self.access.clear()

    # --- every call ---

    def _dispatch(self, urls, request):
        if not request.path.startswith("/3/"):
            return super()._dispatch(urls, request)
        with self.lock:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme != "Bearer" or self.access.get(token, 0) < time.time():
                return error(2000310, "Ogiltig inloggning", 401)
            now = time.monotonic()
            while self.calls and self.calls[0] <= now - SECONDS:
                self.calls.popleft()
            if len(self.calls) >= CALLS:
                return self.too_many()
            self.calls.append(now)
        return super()._dispatch(urls, request)

    def too_many(self):
        """Override."""
        return error(0, "För många anrop", 429)

    def broken(self):
        """Override."""
        return error(1, "Ett fel uppstod", 500)

    def unknown(self):
        """Override."""
        return error(2000423, "Kan inte hitta resursen", 404)

    # --- customers ---

    def company(self, request):
        """Whose books these are."""
        return answer({"CompanyInformation": {"CompanyName": "Provbolaget AB", "DatabaseNumber": 42,
                                              "OrganizationNumber": "556000-1111"}})  # fmt: skip

    def list_customers(self, request):
        """Search customers, loosely."""
        found = list(self.customers.values())
        for name, field in (("name", "Name"), ("organisationnumber", "OrganisationNumber"),
                            ("email", "Email"), ("customernumber", "CustomerNumber")):  # fmt: skip
            if wanted := request.args.get(name):
                found = [one for one in found if wanted.lower() in (one.get(field) or "").lower()]
        return pages(request, "Customers", found)

    def get_customer(self, request, number):
        """One customer."""
        if number not in self.customers:
            return error(2000433, "Kan inte hitta kunden", 404)
        return answer({"Customer": self.customers[number]})

    def create_customer(self, request):
        """A new customer; numbers stay used."""
        values = request.get_json()["Customer"]
        if problem := self._check_customer(values) or (not values.get("Name") and "Namn saknas"):
            return error(2000106, problem)
        number = values.get("CustomerNumber") or str(len(self.customers) + 1)
        if number in self.customers:
            return error(2000637, "Kundnumret används redan")
        self.customers[number] = _customer(number, "", "") | values
        return answer({"Customer": self.customers[number]}, 201)

    def update_customer(self, request, number):
        """Change what is sent."""
        values = request.get_json()["Customer"]
        if number not in self.customers:
            return error(2000433, "Kan inte hitta kunden", 404)
        if problem := self._check_customer(values):
            return error(2000106, problem)
        self.customers[number] |= values
        return answer({"Customer": self.customers[number]})

    def _check_customer(self, values):
        unknown = set(values) - CUSTOMER_FIELDS
        return f"Okänt fält {sorted(unknown)}" if unknown else ""

    def get_supplier(self, request, number):
        """One supplier: a register of its own."""
        if number not in self.suppliers:
            return error(2000424, "Kan inte hitta leverantören", 404)
        return answer({"Supplier": self.suppliers[number]})

    # --- invoices ---

    def list_invoices(self, request):
        """Search invoices, loosely."""
        found = list(self.invoices.values())
        if wanted := request.args.get("externalinvoicereference1"):
            # loose, as the real one
            found = [one for one in found if wanted[:20] in one["ExternalInvoiceReference1"]]
        if since := request.args.get("lastmodified"):
            found = [one for one in found if one["_modified"] >= since]
        return pages(request, "Invoices", [public(one) for one in found])

    def get_invoice(self, request, number):
        """One invoice."""
        if number not in self.invoices:
            return error(2000434, "Kan inte hitta fakturan", 404)
        return answer({"Invoice": public(self.invoices[number])})

    def create_invoice(self, request):
        """A new invoice; nothing prevents a second one with the same reference."""
        values = request.get_json()["Invoice"]
        if problem := self._check_invoice(values):
            return error(*problem)
        number = str(len(self.invoices) + 1)
        totals = _total(values)
        self.invoices[number] = {
            "ExternalInvoiceReference1": "",
            **values,
            **totals,
            "DocumentNumber": number,
            "Booked": False,
            "Cancelled": False,
            "Sent": False,
            "FinalPayDate": None,
            "_modified": _now(),
        }
        return answer({"Invoice": public(self.invoices[number])}, 201)

    def _check_invoice(self, values):
        if unknown := set(values) - INVOICE_FIELDS:
            return 2000359, f"Okänt fält {sorted(unknown)}"
        if not isinstance(values.get("CustomerNumber"), str):
            return 2000359, "Kundnummer saknas"
        if values["CustomerNumber"] not in self.customers:
            return 2000433, "Kan inte hitta kunden", 404
        if not self.customers[values["CustomerNumber"]]["Active"]:
            return 2001399, "Kunden är inaktiv"
        credited = values.get("CreditInvoiceReference")
        if credited and credited not in self.invoices:
            return 2000434, "Kan inte hitta fakturan", 404
        rows = values.get("InvoiceRows") or []
        if not 0 < len(rows) <= 500:
            return 2000359, "Fel antal rader"
        return next(filter(None, map(_check_row, rows)), None)

    def bookkeep(self, request, number):
        """Post an invoice."""
        self.invoices[number] |= {"Booked": True, "_modified": _now()}
        return answer({"Invoice": public(self.invoices[number])})

    def email_invoice(self, request, number):
        """Send an invoice to its customer; asked twice, it is sent twice."""
        if number not in self.invoices:
            return error(2000434, "Kan inte hitta fakturan", 404)
        invoice = self.invoices[number]
        to = self.customers[invoice["CustomerNumber"]]["Email"]
        if not to:
            return error(2000588, "Kunden saknar e-postadress")
        self.mails.append({"invoice": number, "to": to})
        invoice |= {"Sent": True, "_modified": _now()}
        return answer({"Invoice": public(invoice)})

    def preview(self, request, number):
        """Print an invoice."""
        if number not in self.invoices:
            return error(2000434, "Kan inte hitta fakturan", 404)
        return Response(PDF % number.encode(), mimetype="application/pdf")

    # --- payments ---

    def list_payments(self, request):
        """Payments, of one invoice or all."""
        wanted = request.args.get("invoicenumber")
        found = [one for one in self.payments.values()
                 if not wanted or wanted in str(one["InvoiceNumber"])]  # fmt: skip
        return pages(request, "InvoicePayments", found)

    # --- what a person would do there, for tests and demonstrations ---

    def do_fill(self, count):
        """Somebody brought many customers along."""
        self.customers = {
            str(n): _customer(
                str(n), f"Company {n}", f"{5560000000 + n}"[:6] + "-" + f"{5560000000 + n}"[6:]
            )
            for n in range(count)
        }
        return {}

    def do_pay(self, number, amount, date):
        """Somebody paid: an amount, with its date."""
        invoice = self.invoices[number]
        key = str(len(self.payments) + 1)
        self.payments[key] = {
            "Number": key, "InvoiceNumber": int(number), "Amount": amount, "AmountCurrency": amount,
            "Currency": invoice.get("Currency", "SEK"), "PaymentDate": date, "Booked": True,
        }  # fmt: skip
        invoice["Balance"] = float(Decimal(str(invoice["Balance"])) - Decimal(str(amount)))
        invoice["_modified"] = _now()
        return self.payments[key]

    def do_change(self, number, values):
        """Somebody changed an invoice."""
        self.invoices[number] |= {**values, "_modified": _now()}
        return public(self.invoices[number])

    def do_delete(self, number):
        """Somebody deleted an invoice."""
        del self.invoices[number]
        return {}

    def snapshot(self):
        """Override."""
        return {
            "invoices": [public(one) for one in self.invoices.values()],
            "customers": list(self.customers.values()),
            "mails": self.mails,
        }


def _customer(number, name, organisation_number):
    return {
        "CustomerNumber": number, "Name": name, "OrganisationNumber": organisation_number,
        "Email": "", "Active": True, "Address1": "", "ZipCode": "", "City": "",
    }  # fmt: skip


def _check_row(row):
    if unknown := set(row) - ROW_FIELDS:
        return 2000359, f"Okänt fält {sorted(unknown)}"
    if not isinstance(row.get("DeliveredQuantity"), str):
        return 2000359, "Antal ska vara text"
    if row.get("VAT") not in (0, 6, 12, 25):
        return 2000359, "Ogiltig momssats"
    if not 1000 <= row.get("AccountNumber", 3000) <= 9999:
        return 2001304, f"Kontot {row['AccountNumber']} finns inte"
    return None


def _total(values):
    """Compute the totals as Fortnox does: rows rounded, VAT by rate."""
    by_rate = collections.defaultdict(Decimal)
    for row in values["InvoiceRows"]:
        amount = Decimal(row["DeliveredQuantity"]) * Decimal(str(row["Price"]))
        amount *= 1 - Decimal(str(row.get("Discount", 0))) / 100
        by_rate[row["VAT"]] += amount.quantize(CENT, ROUND_HALF_UP)
    net = vat = Decimal(0)
    for rate, amount in by_rate.items():
        if values.get("VATIncluded"):
            part = (amount * rate / (100 + rate)).quantize(CENT, ROUND_HALF_UP)
            net, vat = net + amount - part, vat + part
        else:
            net, vat = net + amount, vat + (amount * rate / 100).quantize(CENT, ROUND_HALF_UP)
    total = float(net + vat)
    return {"Net": float(net), "TotalVAT": float(vat), "Total": total, "TotalToPay": total,
            "Balance": total, "RoundOff": 0}  # fmt: skip


def _now():
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime())


def public(invoice):
    """Return an invoice without the stand-in's own notes."""
    return {key: value for key, value in invoice.items() if not key.startswith("_")}


def pages(request, key, found):
    """Return one page of a list, as Fortnox does."""
    limit = min(int(request.args.get("limit", 100)), 500)
    page = int(request.args.get("page", 1))
    meta = {
        "@TotalResources": len(found),
        "@TotalPages": max(-(-len(found) // limit), 1),
        "@CurrentPage": page,
    }
    return answer({"MetaInformation": meta, key: found[(page - 1) * limit : page * limit]})


def error(code, message, status=400):
    """Return an error, as Fortnox does."""
    return answer({"ErrorInformation": {"error": 1, "message": message, "code": code}}, status)
