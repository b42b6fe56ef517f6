"""An invoice or credit note as it goes to a provider, and whether it adds up.

Amounts are decimals in the document's currency, rounded as Odoo rounded them. A credit note's
amounts are positive, as on paper; a provider that wants them below zero turns them.
"""

import dataclasses
from decimal import ROUND_HALF_UP, Decimal


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of a document.

    :ivar number: its place on the invoice, from 1
    :ivar quantity: in ``unit``
    :ivar unit_price: before ``discount``; with tax when the document is gross
    :ivar discount: percent 0–100
    :ivar net: without tax, after discount
    :ivar gross: with tax, after discount
    :ivar tax_code: the provider's code for the tax
    :ivar tax_percent: 0–100
    :ivar account: the provider's account number, ``""`` for its own choice
    """

    number: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    net: Decimal
    gross: Decimal
    tax_code: str
    tax_percent: Decimal
    account: str = ""
    unit: str = ""


@dataclasses.dataclass(frozen=True)
class Document:
    """An invoice or credit note.

    :ivar key: by which it is found again at the provider; the same for every attempt
    :ivar number: Odoo's number
    :ivar is_credit: whether it is a credit note
    :ivar is_gross: whether unit prices contain tax
    :ivar currency: ISO 4217
    :ivar rate: company currency for one unit of ``currency``
    :ivar step: the smallest amount of the currency, such as 0.01
    :ivar customer: the customer's ID at the provider
    :ivar reference: what the customer quotes when paying (OCR, KID), ``""`` without one
    :ivar credited: the remote ID of the invoice that is credited, ``""`` without one
    :ivar sends: whether the provider sends it to the customer
    :ivar email: where the customer wants it, ``""`` when unknown
    """

    key: str
    number: str
    is_credit: bool
    is_gross: bool
    date: object
    due_date: object
    currency: str
    rate: Decimal
    step: Decimal
    customer: str
    rows: tuple
    net: Decimal
    tax: Decimal
    total: Decimal
    reference: str = ""
    order_number: str = ""
    credited: str = ""
    sends: bool = False
    email: str = ""


@dataclasses.dataclass(frozen=True)
class Problem:
    """Why a document cannot be sent.

    :ivar code: ``row`` (its price times quantity is not its amount), ``net`` or ``gross`` (the rows
        do not sum to the header), ``total`` (net and tax do not), ``empty``, ``rows`` (too many)
    :ivar row: the row's number, 0 for the whole
    :ivar found, expected: amounts in the document's currency
    """

    code: str
    row: int = 0
    found: Decimal = Decimal(0)
    expected: Decimal = Decimal(0)


def round_to(amount, step):
    """Round half away from zero, as Odoo and the providers do.

    >>> round_to(Decimal("2.345"), Decimal("0.01")), round_to(Decimal("-2.5"), Decimal("1"))
    (Decimal('2.35'), Decimal('-3'))
    """
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def check(document, max_rows=None):
    """Yield every :class:`Problem` for which a document may not be sent.

    >>> row = Row(1, "Tea", Decimal(3), Decimal("9.99"), Decimal(0), Decimal("29.97"),
    ...           Decimal("37.46"), "25", Decimal(25))
    >>> good = Document("k", "INV/1", False, False, None, None, "SEK", Decimal(1), Decimal("0.01"),
    ...                 "7", (row,), Decimal("29.97"), Decimal("7.49"), Decimal("37.46"))
    >>> list(check(good))
    []
    >>> [problem.code for problem in check(dataclasses.replace(good, total=Decimal("37.47")))]
    ['total']
    >>> bad = dataclasses.replace(row, net=Decimal("29.98"))
    >>> [(problem.code, problem.row) for problem in check(dataclasses.replace(good, rows=(bad,)))]
    [('row', 1), ('net', 0)]

    :param max_rows: the most rows a provider takes
    """
    if not document.rows:
        yield Problem("empty")
        return
    if max_rows and len(document.rows) > max_rows:
        yield Problem("rows", found=Decimal(len(document.rows)), expected=Decimal(max_rows))
    for row in document.rows:
        counted = extend(row, document.step)
        amount = row.gross if document.is_gross else row.net
        if counted != amount:
            yield Problem("row", row.number, counted, amount)
    net = sum((row.net for row in document.rows), Decimal(0))
    if net != document.net:
        yield Problem("net", found=net, expected=document.net)
    gross = sum((row.gross for row in document.rows), Decimal(0))
    if document.is_gross and gross != document.total:
        yield Problem("gross", found=gross, expected=document.total)
    if document.net + document.tax != document.total:
        yield Problem("total", found=document.net + document.tax, expected=document.total)


def extend(row, step):
    """Return quantity × price less discount, rounded, as a provider computes it.

    >>> extend(Row(1, "", Decimal("1.5"), Decimal("3.33"), Decimal(10), 0, 0, "", 0), Decimal("0.01"))
    Decimal('4.50')
    """
    return round_to(row.quantity * row.unit_price * (1 - row.discount / 100), step)


def flatten(row, step, is_gross):
    """Return the row with a price that gives its amount, where Odoo's own price does not.

    Prices with more decimals than a currency, and unit prices derived from amounts with tax, leave
    a cent over. The quantity then goes into the text, and the amount becomes the price of one.

    >>> row = Row(1, "Nail", Decimal(3), Decimal("0.333"), Decimal(0), Decimal("1.01"), Decimal("1.26"),
    ...           "25", Decimal(25), unit="kg")
    >>> flat = flatten(row, Decimal("0.01"), False)
    >>> flat.description, flat.quantity, flat.unit_price
    ('Nail (3 kg)', Decimal('1'), Decimal('1.01'))
    >>> flatten(flat, Decimal("0.01"), False) is flat
    True
    """
    amount = row.gross if is_gross else row.net
    if extend(row, step) == amount:
        return row
    count = f"{row.quantity.normalize():f} {row.unit}".strip()
    return dataclasses.replace(
        row,
        description=f"{row.description} ({count})",
        quantity=Decimal(1),
        unit_price=amount,
        discount=Decimal(0),
        unit="",
    )
