"""What is asked of Tripletex, and how its answers are read.

Numbers come as numbers or as text, and what is empty as null, as nothing or as an empty text.
"""

import datetime
from decimal import Decimal

from ..rules.numbers import normalise
from .base import RemoteCustomer, RemoteInvoice, RemotePayment

CUSTOMER_FIELDS = (
    "id,version,name,description,organizationNumber,customerNumber,email,invoiceEmail,isCustomer,"
    "isSupplier,isInactive,postalAddress(id,version,addressLine1,postalCode,city)"
)
SUPPLIER_FIELDS = "id,name,organizationNumber,email,isCustomer,isSupplier,isInactive"
INVOICE_FIELDS = (
    "id,invoiceNumber,customer(id),currency(id,code),orders(id),amountCurrency,"
    "amountExcludingVatCurrency,amountCurrencyOutstanding,amountOutstanding,isCreditNote,creditedInvoice"
)
PAYMENT_FIELDS = "postings(id,type,date,amountCurrency)"


def read_amount(value):
    """Return an amount as a decimal, 0 for none.

    >>> read_amount("12.50"), read_amount(12.5), read_amount(None)
    (Decimal('12.50'), Decimal('12.5'), Decimal('0'))
    """
    return Decimal(str(value or 0))


def read_seconds(value):
    """Return a header's whole number, None when it is missing or none.

    >>> read_seconds("7"), read_seconds(None), read_seconds("soon")
    (7.0, None, None)
    """
    return float(value) if value and value.isdecimal() else None


def render_customer(values, address):
    """Return what is sent of a customer; what is empty here stays as it is there.

    >>> values = {"name": "Tea", "organisation_number": "NO 987 654 321 MVA",
    ...           "email": "", "street": "", "zip": "0155", "city": "Oslo", "is_company": True}
    >>> body = render_customer(values, {"id": 4, "version": 2, "city": "Bergen"})
    >>> body["organizationNumber"], body["isPrivateIndividual"], "email" in body
    ('987654321', False, False)
    >>> body["postalAddress"]
    {'id': 4, 'version': 2, 'postalCode': '0155', 'city': 'Oslo'}

    :param values: as for ``Provider.push_customer``
    :param address: the one that is there, ``{}`` for none
    """
    body = {
        "name": values["name"],
        "organizationNumber": normalise(values["organisation_number"]),
        "email": values["email"],
        "invoiceEmail": values["email"],
    }
    body = {key: value for key, value in body.items() if value}
    body["isPrivateIndividual"] = not values["is_company"]
    names = {"addressLine1": "street", "postalCode": "zip", "city": "city"}
    if place := {name: values[key] for name, key in names.items() if values[key]}:
        held = {key: address[key] for key in ("id", "version") if key in address}
        body["postalAddress"] = held | place
    return body


def read_error(body):
    """Return (code, message) of an error, with what is wrong in which field.

    >>> read_error({"code": 18000, "message": "Validering feilet.", "validationMessages": [
    ...     {"field": "deliveryDate", "message": "Kan ikke være null."}]})
    ('18000', 'Validering feilet. deliveryDate: Kan ikke være null.')
    >>> read_error("<html>")
    ('', '')
    """
    if not isinstance(body, dict):
        return "", ""
    details = [
        f"{one.get('field') or ''}: {one.get('message') or ''}".removeprefix(": ")
        for one in body.get("validationMessages") or ()
    ]
    parts = [body.get("message"), *details]
    return str(body.get("code") or ""), " ".join(str(part) for part in parts if part)


def read_customer(found):
    """Return a :class:`RemoteCustomer`.

    >>> both = {"id": 7, "name": "Tea", "isCustomer": True, "isSupplier": True, "customerNumber": "10"}
    >>> read_customer(both).kind, read_customer(both).shown_id
    ('both', '10')
    >>> read_customer({"id": 7, "isSupplier": True, "isCustomer": False, "customerNumber": 0}).kind
    'supplier'
    >>> read_customer({"id": 7, "name": None, "isSupplier": None}).kind
    'customer'
    """
    is_supplier, is_customer = bool(found.get("isSupplier")), found.get("isCustomer")
    if is_customer is None:
        is_customer = not is_supplier
    shown = str(found.get("customerNumber") or "")
    address = found.get("postalAddress") or {}
    return RemoteCustomer(
        external_id=str(found["id"]),
        name=found.get("name") or "",
        organisation_number=found.get("organizationNumber") or "",
        email=found.get("invoiceEmail") or found.get("email") or "",
        kind=_describe_kind(is_customer, is_supplier),
        active=not found.get("isInactive"),
        shown_id="" if shown == "0" else shown,
        street=address.get("addressLine1") or "",
        zip=address.get("postalCode") or "",
        city=address.get("city") or "",
    )


def _describe_kind(is_customer, is_supplier):
    if is_customer and is_supplier:
        return "both"
    return "customer" if is_customer else "supplier"


def read_invoice(found, currency=""):
    """Return a :class:`RemoteInvoice`.

    >>> found = {"id": 9, "amountCurrency": 100, "amountCurrencyOutstanding": None,
    ...          "amountOutstanding": "40.00", "customer": {"id": 7}}
    >>> read_invoice(found, "EUR").balance, read_invoice(found, "EUR").customer
    (Decimal('40.00'), '7')

    :param currency: the one it was sent in, where the answer has its ID only
    """
    total = read_amount(found.get("amountCurrency"))
    customer = str((found.get("customer") or {}).get("id") or "")
    currency = (found.get("currency") or {}).get("code") or currency
    outstanding = found.get("amountCurrencyOutstanding")
    if outstanding is None:
        outstanding = found.get("amountOutstanding")
    return RemoteInvoice(
        external_id=str(found["id"]),
        number=str(found.get("invoiceNumber") or ""),
        customer=customer,
        currency=currency,
        total=total,
        balance=read_amount(outstanding),
        state="booked",
        fingerprint=f"{customer}|{total.normalize():f}|{currency}",
    )


def read_payments(found):
    """Yield each :class:`RemotePayment` of an invoice.

    What is outstanding tells whether there are any, the postings tell which.

    >>> paid = {"id": 9, "amountCurrency": 100, "amountCurrencyOutstanding": 40, "postings": [
    ...     {"id": 1, "type": "OUTGOING_INVOICE_CUSTOMER_POSTING", "amountCurrency": 100},
    ...     {"id": 2, "type": "INCOMING_PAYMENT", "amountCurrency": -60, "date": "2026-11-20"}]}
    >>> [(one.external_id, one.amount) for one in read_payments(paid)]
    [('2', Decimal('60'))]
    >>> list(read_payments(paid | {"amountCurrencyOutstanding": 100}))
    []
    """
    invoice = read_invoice(found)
    if invoice.balance == invoice.total:
        return
    for posting in found.get("postings") or ():
        if posting.get("type") == "INCOMING_PAYMENT":
            yield RemotePayment(
                external_id=str(posting["id"]),
                invoice=invoice.external_id,
                amount=-read_amount(posting.get("amountCurrency")),
                currency=invoice.currency,
                date=datetime.date.fromisoformat(posting["date"]),
            )
