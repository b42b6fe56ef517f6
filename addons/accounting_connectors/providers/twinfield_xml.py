"""Twinfield's documents: what is written, and what is read of an answer; no connection here."""

from decimal import Decimal

from lxml import etree

from ..exceptions import NotFound
from ..rules import vat
from . import soap

#: Characters of a text, and of an invoice's number.
MAX_TEXT, MAX_NUMBER = 40, 40
#: The browse page "customer transactions", and what is asked of it.
CUSTOMER_CARD = "100"
COLUMNS = (
    "fin.trs.head.number",
    "fin.trs.head.code",
    "fin.trs.head.date",
    "fin.trs.head.curcode",
    "fin.trs.line.dim2",
    "fin.trs.line.invnumber",
    "fin.trs.line.valuesigned",
    "fin.trs.line.openvaluesigned",
    "fin.trs.line.matchstatus",
    "fin.trs.line.modified",
)
LAST_MOMENT = "99991231235959"
#: Of a line that is paid, or pays.
MATCHED = "matched"


def transaction(document, destiny, daybook, office, debtors):
    """Return a sales transaction as plain values: amounts without tax by account, and their VAT.

    :param document: a :class:`rules.document.Document`
    :param destiny: ``temporary`` or ``final``
    """
    header = {
        "code": daybook,
        "currency": document.currency,
        "date": f"{document.date:%Y%m%d}",
        "duedate": f"{document.due_date:%Y%m%d}",
        "invoicenumber": document.number[:MAX_NUMBER],
        "paymentreference": document.reference,
        "office": office,
        "freetext1": document.key,
        "freetext2": document.credited,
    }
    total = {
        "@type": "total",
        "@id": "1",
        "dim1": debtors,
        "dim2": document.customer,
        **_side(document.total, document.is_credit),
    }
    details = [
        _detail(number, row, tax, not document.is_credit)
        for number, (row, tax) in enumerate(
            zip(document.rows, vat.spread(document), strict=True), start=2
        )
    ]
    return {
        "@destiny": destiny,
        # a rounding of ours that is not theirs: VAT gives way by two cents, the total never
        "@autobalancevat": "true",
        "@raisewarning": "false",
        "header": {name: value for name, value in header.items() if value},
        "lines": {"line": [total, *details]},
    }


def _side(amount, is_credit):
    """Return an amount as the ledger has it: above zero, on one of two sides.

    >>> _side(Decimal("-5.00"), False)
    {'debitcredit': 'credit', 'value': '5.00'}
    """
    side = "credit" if is_credit != (amount < 0) else "debit"
    return {"debitcredit": side, "value": f"{abs(amount):f}"}


def _detail(number, row, tax, is_credit):
    line = {"@type": "detail", "@id": str(number), "dim1": row.account}
    line |= _side(row.net, is_credit) | {"description": row.description[:MAX_TEXT]}
    if row.tax_code:
        # on the side of its line
        line |= {"vatvalue": f"{abs(tax):f}", "vatcode": row.tax_code}
    return line


def invoice(found):
    """Return (external ID, and what else a ``RemoteInvoice`` holds) of a transaction, as a dict."""
    line = total_line(found)
    sign = -1 if line.findtext("debitcredit") == "credit" else 1
    value = line.findtext("value") or "0"
    # documented as the second, sent as the first; nothing is paid of what tells neither
    left = line.findtext("openvalue") or line.findtext("valueopen") or value
    code, number = found.findtext("header/code"), found.findtext("header/number")
    customer = (line.findtext("dim2") or "").strip()
    currency = found.findtext("header/currency") or ""
    return {
        "external_id": f"{code}/{number}",
        "number": number,
        "customer": customer,
        "currency": currency,
        "total": sign * Decimal(value),
        "balance": sign * Decimal(left),
        "state": "booked" if found.get("location") == "final" else "draft",
        "fingerprint": f"{customer}|{sign * Decimal(value)}|{currency}",
    }


def total_line(found):
    """Return the line of a transaction that names the customer.

    :raise ValueError: when there is none
    """
    line = found.find("lines/line[@type='total']")
    if line is None:
        raise ValueError("The transaction has no total line.")
    return line


def split(external_id):
    """Return day book and number.

    >>> split("VRK/202600001")
    ('VRK', '202600001')

    :raise NotFound: for what no transaction is called
    """
    code, _slash, number = external_id.partition("/")
    if not code or not number.isalnum():
        raise NotFound("There is no such transaction.")
    return code, number


def dimension(values, office, kept=None):
    """Return a customer as plain values.

    :param values: as for ``Provider.push_customer``
    :param kept: the one there already, or None for a new one, whose code Twinfield chooses
    """
    address = {"@type": "invoice", "@default": "true"}
    old = kept.find(".//address[@type='invoice']") if kept is not None else None
    if old is not None:
        address["@id"] = old.get("id")
    address |= {
        "name": values["name"],
        "country": values["country_code"],
        "city": values["city"],
        "postcode": values["zip"],
        "email": values["email"],
        "field2": values["street"],
        "field4": values["vat"],
        "field5": values["organisation_number"],
    }
    return {
        "office": office,
        "type": "DEB",
        **({"code": kept.findtext("code")} if kept is not None else {}),
        "name": values["name"],
        "financials": {"relationsreference": values["reference"]},
        "addresses": {"address": address},
    }


def customer(found):
    """Return what a ``RemoteCustomer`` holds of a dimension, as a dict."""
    address = found.find(".//address[@default='true']")
    if address is None:
        address = etree.Element("address")

    def text(element, path):
        return (element.findtext(path) or "").strip()

    return {
        "external_id": text(found, "code"),
        "name": text(found, "name"),
        "organisation_number": text(found, "cocnumber") or text(address, "field5"),
        "email": text(address, "email"),
        "active": found.get("status") != "deleted",
        "street": text(address, "field2"),
        "zip": text(address, "postcode"),
        "city": text(address, "city"),
    }


def browse(invnumber="", modified=""):
    """Return the request for lines of customers, by an invoice's number or since a moment."""
    asked = {"fin.trs.line.invnumber": ("equal", invnumber, "")} if invnumber else {}
    if modified:
        asked["fin.trs.line.modified"] = ("between", modified, LAST_MOMENT)
    columns = [_column(name, *asked.get(name, ("none", "", ""))) for name in COLUMNS]
    return soap.build("columns", {"@code": CUSTOMER_CARD, "column": columns})


def _column(field, operator, lowest, highest):
    return {
        "field": field,
        "label": field.rpartition(".")[2],
        "visible": "true",
        "ask": "false" if operator == "none" else "true",
        "operator": operator,
        "from": lowest,
        "to": highest,
    }


def cells(row):
    """Return a line of a browse page by the last words of its columns, and its key.

    >>> row = etree.fromstring("<tr><td field='fin.trs.line.dim2'>7</td><key><code>VRK</code></key></tr>")
    >>> cells(row)
    {'dim2': '7', 'code': 'VRK'}
    """
    found = {one.get("field").rpartition(".")[2]: one.text or "" for one in row.iter("td")}
    return found | {one.tag: one.text or "" for one in row.iterfind("key/*")}
