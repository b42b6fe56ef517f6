"""What the stand-in of each provider holds, and how its books are read."""

import dataclasses
from decimal import Decimal

import contracts
import contracts_twinfield


@dataclasses.dataclass(frozen=True)
class Seen:
    """An invoice as the stand-in has it.

    :ivar credited: which invoice it credits, ``""`` for none
    :ivar rows: what each row says; see ``Facts.show``
    """

    number: str
    customer: str
    currency: str
    total: Decimal
    credited: str
    rows: tuple


def read_fortnox(invoice):
    """Return what a Fortnox invoice says."""
    return Seen(
        number=invoice["ExternalInvoiceReference2"],
        customer=invoice["CustomerNumber"],
        currency=invoice["Currency"],
        total=Decimal(str(invoice["Total"])),
        credited=invoice.get("CreditInvoiceReference", ""),
        rows=tuple(
            (float(row["DeliveredQuantity"]), row["Price"], row.get("Discount", 0))
            for row in invoice["InvoiceRows"]
        ),
    )


def read_tripletex(invoice):
    """Return what a Tripletex invoice says."""
    prices = ("unitPriceExcludingVatCurrency", "unitPriceIncludingVatCurrency")
    return Seen(
        # the customer's reference follows
        number=(invoice["invoiceComment"] or invoice["comment"]).partition(", ")[0],
        customer=str(invoice["customer"]["id"]),
        currency=invoice["currency"]["code"],
        total=Decimal(str(invoice["amountCurrency"])),
        credited=str(invoice["creditedInvoice"] or ""),
        rows=tuple(
            (row["count"], next(row[name] for name in prices if name in row), row["discount"])
            for row in invoice["orderLines"]
        ),
    )


def read_twinfield(transaction):
    """Return what a sales transaction of Twinfield says; on the ledger's other side it is below 0."""

    def sign(side, plain):
        return 1 if side == plain else -1

    header = transaction["header"]
    return Seen(
        number=header["invoicenumber"],
        customer=transaction["customer"],
        currency=header["currency"],
        total=sign(transaction["side"], "debit") * Decimal(transaction["total"]),
        credited=header.get("freetext2", ""),
        rows=tuple(
            tuple(
                sign(row["debitcredit"], "credit") * Decimal(row[name])
                for name in ("value", "vatvalue")
            )
            for row in transaction["rows"]
        ),
    )


@dataclasses.dataclass(frozen=True)
class Row:
    """The only row of an invoice, as typed into Odoo, and what Odoo made of it."""

    quantity: float
    price: float
    discount: float
    net: Decimal
    tax: Decimal


def show_priced(row):
    """Return what an invoicing program is told of a row."""
    return row.quantity, row.price, row.discount


def show_booked(row):
    """Return what a ledger is told of a row."""
    return row.net, row.tax


@dataclasses.dataclass(frozen=True)
class Facts:
    """What a provider's stand-in holds, and how it is read.

    :ivar customer: an external ID there
    :ivar pasted: what a person copies to link that customer
    :ivar percent: of the usual VAT
    :ivar codes: {percent: code of the VAT}
    :ivar account: one of its accounts for sales
    :ivar read: makes a :class:`Seen` of an invoice in its snapshot
    :ivar show: tells what is read of a :class:`Row`
    """

    customer: str
    pasted: str
    percent: int
    codes: dict
    account: str
    read: object
    show: object = show_priced


TRIPLETEX_PAGE = "https://tripletex.no/execute/customer?contextID=5000&customerID=70001"
FACTS = {
    "fortnox": Facts("1", " 1 ", 25, {25: "25", 0: "0"}, "3001", read_fortnox),
    "tripletex": Facts("70001", TRIPLETEX_PAGE, 25, {25: "3", 0: "5"}, "3000", read_tripletex),
    "twinfield": Facts(
        "1000", "1000", 21, {21: "VH", 0: "VN"}, "8000", read_twinfield, show_booked
    ),
}


def load_contract(provider):
    """Return what checks a provider's requests against its published contract."""
    return contracts_twinfield.load() if provider == "twinfield" else contracts.load(provider)
