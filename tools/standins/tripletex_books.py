"""What the stand-in for Tripletex knows and checks: records, amounts, errors, fields."""

import collections
import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

from werkzeug.exceptions import HTTPException

from standins.server import answer

CENT = Decimal("0.01")
PAGING = {"from", "count", "sorting", "fields"}
#: The parameters of each call; others are refused, so that a misspelt one is noticed.
PARAMETERS = {
    "create_session": {"consumerToken", "employeeToken", "expirationDate"},
    "who_am_i": {"fields"},
    "list_companies": PAGING,
    "list_customers": PAGING | {"customerName", "organizationNumber", "email", "isInactive"},
    "get_customer": {"fields"},
    "get_supplier": {"fields"},
    "list_vat_types": PAGING | {"typeOfVat", "vatDate", "number"},
    "list_currencies": PAGING | {"code"},
    "list_orders": PAGING | {"orderDateFrom", "orderDateTo", "customerId"},
    "get_order": {"fields"},
    "invoice_order": {"invoiceDate", "sendToCustomer", "invoiceIdIfIsCreditNote"},
    "list_invoices": PAGING | {"invoiceDateFrom", "invoiceDateTo", "customerId"},
    "get_invoice": {"fields"},
    "credit_invoice": {"date", "comment", "creditNoteEmail", "sendToCustomer"},
}
VAT_TYPES = [
    {"id": 3, "number": "3", "name": "Utgående avgift, høy sats", "percentage": 25},
    {"id": 31, "number": "31", "name": "Utgående avgift, middels sats", "percentage": 15},
    {"id": 32, "number": "33", "name": "Utgående avgift, lav sats", "percentage": 12.0},
    {"id": 5, "number": "5", "name": "Ingen utgående avgift (innenfor mva-loven)", "percentage": 0},
    {"id": 7, "number": "0", "name": "Ingen avgiftsbehandling", "percentage": 0},
]
CURRENCIES = [
    {"id": 1, "code": "NOK", "factor": 1},
    {"id": 2, "code": "SEK", "factor": 100},
    {"id": 5, "code": "EUR", "factor": 1},
    {"id": 6, "code": "USD", "factor": 1},
    {"id": 8, "code": "EUX", "factor": 1},
]
#: NOK for one unit.
RATES = {1: Decimal(1), 2: Decimal("1.02"), 5: Decimal("11.50"), 6: Decimal("10.20")}
AMOUNTS = ("amountCurrency", "amountExcludingVatCurrency", "amount", "amountExcludingVat")
ORDER_FIELDS = {
    "customer", "orderDate", "deliveryDate", "reference", "invoiceComment", "currency",
    "isPrioritizeAmountsIncludingVat", "invoicesDueIn", "invoicesDueInType", "orderLines",
}  # fmt: skip
PRICES = {"unitPriceExcludingVatCurrency", "unitPriceIncludingVatCurrency"}
LINE_FIELDS = {"description", "count", "discount", "vatType"} | PRICES
CUSTOMER_FIELDS = {
    "id", "version", "name", "description", "organizationNumber", "email", "invoiceEmail",
    "isPrivateIndividual", "currency", "postalAddress",
}  # fmt: skip
#: Given as text where types are odd.
SOMETIMES_TEXT = {"customerNumber", "invoiceNumber", "amountCurrency", "amountCurrencyOutstanding"}


class Refusal(HTTPException):
    """An answer that ends a request."""

    def __init__(self, response):
        super().__init__(response=response)


def error(status, code, message, field=""):
    """Return an error, as Tripletex does."""
    details = [{"field": field, "message": message, "path": None, "rootId": None}] if field else []
    values = {
        "status": status,
        "code": code,
        "message": "Validering feilet." if field else message,
        "link": "https://tripletex.no/v2-docs/",
        "developerMessage": "VALIDATION_ERROR" if field else "ERROR",
        "validationMessages": details,
        "requestId": "00000000-0000-0000-0000-000000000000",
    }
    return answer(values, status, {"x-tlx-request-id": values["requestId"]})


def refuse(field, message):
    """Refuse a request for one of its fields.

    :raise Refusal: always
    """
    raise Refusal(error(422, 18000, message, field))


# --- records ---


def new_customer(number, **values):
    """Return a customer with everything that answers hold."""
    return {
        "id": number, "version": 1, "name": "", "description": "", "organizationNumber": "",
        "customerNumber": number % 10_000 + 10_000, "supplierNumber": 0, "email": "",
        "invoiceEmail": "", "isCustomer": True, "isSupplier": False, "isInactive": False,
        "isPrivateIndividual": False, "currency": {"id": 1, "code": "NOK"},
        "postalAddress": {"id": number + 1_000_000, "version": 0, "addressLine1": "",
                          "postalCode": "", "city": ""},
        **values,
    }  # fmt: skip


def some_customers():
    """Return the customers that are there at first: two, an inactive one, a supplier, and both."""
    supplier = {
        "isCustomer": False,
        "isSupplier": True,
        "customerNumber": 0,
        "supplierNumber": 20_001,
    }
    found = (
        new_customer(70_001, name="Kaffebønnen AS", organizationNumber="987654321"),
        new_customer(70_002, name="Nordisk Glass AS", organizationNumber="912345678"),
        new_customer(70_003, name="Hvilende AS", isInactive=True),
        new_customer(70_004, name="Leverandøren AS", organizationNumber="911111111", **supplier),
        new_customer(
            70_005, name="Begge Deler AS", organizationNumber="922222222", isSupplier=True
        ),
    )
    return {one["id"]: one for one in found}


def change_customer(customer, values):
    """Return a customer with what was sent."""
    address = customer["postalAddress"] | values.get("postalAddress", {})
    return customer | values | {"postalAddress": address}


def book(number, invoice_number, amounts, values):
    """Return an invoice or credit note, all of it outstanding."""
    return {
        "id": number, "version": 0, "invoiceNumber": invoice_number, "isCredited": False,
        "comment": "", "invoiceComment": "", **amounts, **values,
        "currency": next(one for one in CURRENCIES if one["id"] == values["currency"]["id"]),
        **outstanding(Decimal(str(amounts["amountCurrency"]))),
    }  # fmt: skip


def outstanding(amount):
    """Return the fields that say what is left to pay, in the invoice's currency."""
    return {"amountOutstanding": float(amount), "amountCurrencyOutstanding": float(amount)}


def total(order):
    """Return an order's amounts as Tripletex computes them: rows rounded, VAT by rate."""
    by_rate = collections.defaultdict(Decimal)
    percents = {one["id"]: Decimal(str(one["percentage"])) for one in VAT_TYPES}
    is_gross = order["isPrioritizeAmountsIncludingVat"]
    for line in order["orderLines"]:
        (price,) = PRICES & line.keys()
        amount = Decimal(str(line["count"])) * Decimal(str(line[price]))
        amount *= 1 - Decimal(str(line.get("discount", 0))) / 100
        by_rate[percents[line["vatType"]["id"]]] += amount.quantize(CENT, ROUND_HALF_UP)
    net = gross = Decimal(0)
    for percent, amount in by_rate.items():
        part = 100 + percent if is_gross else 100
        vat = (amount * percent / part).quantize(CENT, ROUND_HALF_UP)
        net, gross = (
            net + amount - (vat if is_gross else 0),
            gross + amount + (0 if is_gross else vat),
        )
    rate = RATES[order["currency"]["id"]]
    return dict(zip(AMOUNTS, map(float, (gross, net, gross * rate, net * rate)), strict=True))


# --- checks ---


def date_of(values, name):
    """Return a date that has to be there.

    :raise Refusal: when it is missing or none
    """
    try:
        return datetime.date.fromisoformat(values.get(name) or "")
    except ValueError:
        refuse(name, "Kan ikke være null.")


def find_addressee(parameters, address):
    """Return where it is sent to, ``""`` for nowhere; everything is sent that does not say otherwise.

    :param address: the customer's, or the one in the request
    """
    wish = parameters.get("sendToCustomer")
    if wish not in ("true", "false"):
        refuse("sendToCustomer", "Velg om kunden skal få post.")
    if wish == "true" and not address:
        refuse("email", "Kunden mangler e-postadresse.")
    return address if wish == "true" else ""


def check_customer(values, is_new=True):
    """Refuse a customer whose fields are unknown or missing."""
    if unknown := set(values) - CUSTOMER_FIELDS:
        refuse(min(unknown), "Feltet eksisterer ikke i objektet.")
    if not values.get("name"):
        refuse("name", "Kan ikke være null.")
    if is_new == bool({"id", "version"} & values.keys()):
        refuse("version", "Versjonen stemmer ikke.")


def check_order(values, customers):
    """Refuse an order that Tripletex would not take."""
    if unknown := set(values) - ORDER_FIELDS:
        refuse(min(unknown), "Feltet eksisterer ikke i objektet.")
    customer = customers.get((values.get("customer") or {}).get("id"))
    if not customer or not customer["isCustomer"]:
        refuse("customer", "Kunden finnes ikke.")
    if customer["isInactive"]:
        refuse("customer", "Kunden er inaktiv.")
    date_of(values, "orderDate")
    date_of(values, "deliveryDate")
    if (values.get("currency") or {}).get("id") not in RATES:
        refuse("currency", "Valutaen finnes ikke.")
    if not isinstance(values.get("isPrioritizeAmountsIncludingVat"), bool):
        refuse("isPrioritizeAmountsIncludingVat", "Kan ikke være null.")
    if not values.get("orderLines"):
        refuse("orderLines", "Kan ikke være null.")
    for line in values["orderLines"]:
        _check_line(line, values["isPrioritizeAmountsIncludingVat"])


def _check_line(line, is_gross):
    if unknown := set(line) - LINE_FIELDS:
        refuse(min(unknown), "Feltet eksisterer ikke i objektet.")
    price = "unitPriceIncludingVatCurrency" if is_gross else "unitPriceExcludingVatCurrency"
    if PRICES & line.keys() != {price}:
        refuse(price, "Prisen må være den ordren prioriterer.")
    for name in ("count", price):
        if not isinstance(line.get(name), int | float) or isinstance(line[name], bool):
            refuse(name, "Må være et tall.")
    if (line.get("vatType") or {}).get("id") not in {one["id"] for one in VAT_TYPES}:
        refuse("vatType", "Mva-koden finnes ikke.")


# --- lists and fields ---


def between(records, parameters, name):
    """Return the records whose date lies in the asked time; its end is not included."""
    first, end = (date_of(parameters, name + end) for end in ("From", "To"))
    if first >= end:
        refuse(f"{name}To", "Må være etter fra-datoen.")
    wanted = parameters.get("customerId")
    return [
        one
        for one in records.values()
        if first <= datetime.date.fromisoformat(str(one[name])) < end
        and (not wanted or str(one["customer"]["id"]) == wanted)
    ]


def select(record, fields):
    """Return the fields of a record that are asked for; what it refers to is an ID otherwise.

    :param fields: such as ``id,customer(id,name)``; ``*`` and ``""`` mean all
    """
    asked = _parse(fields) or {"*": {}}
    if unknown := set(asked) - set(record) - {"*"}:
        raise Refusal(error(400, 11000, f"Illegal field in fields filter: {min(unknown)}"))
    names = record if "*" in asked else asked
    return {name: _select_value(record[name], asked.get(name)) for name in names}


def _select_value(value, asked):
    if isinstance(value, list):
        return [_select_value(one, asked) for one in value]
    if not isinstance(value, dict):
        return value
    return select(value, _write(asked)) if asked else {"id": value.get("id")}


def _parse(fields):
    """Return {name: asked of it} of a fields filter."""
    found, path = {}, []
    path.append(found)
    for name, mark in re.findall(r"([\w*]*)\s*([,()]?)", fields):
        if name:
            path[-1][name] = last = {}
        if mark == "(":
            path.append(last)
        elif mark == ")":
            path.pop()
    return found


def _write(asked):
    return ",".join(f"{name}({_write(more)})" if more else name for name, more in asked.items())


def make_odd(value):
    """Return a value with numbers as text and null for what is empty, as is seen at times."""
    if isinstance(value, list):
        return [make_odd(one) for one in value]
    if not isinstance(value, dict):
        return None if value == "" else value
    odd = {name: make_odd(one) for name, one in value.items()}
    for name in SOMETIMES_TEXT & odd.keys():
        odd[name] = str(odd[name])
    return odd
