"""The VAT of a document, spread over its rows."""

from decimal import Decimal


def spread(document):
    """Return the VAT of each row, summing to the document's own.

    Odoo rounds tax for a whole document or row by row, as the company says; in the first case rows
    leave a cent over. It goes to the rows with the most VAT, one step each, so that none changes
    more than it must. Rows without VAT keep none.

    >>> from .document import Document, Row
    >>> def row(net, gross):
    ...     return Row(1, "", 1, 1, 0, Decimal(net), Decimal(gross), "VH", Decimal(21))
    >>> def document(tax, *rows):
    ...     return Document("k", "1", False, False, None, None, "EUR", 1, Decimal("0.01"), "1", rows,
    ...                     0, Decimal(tax), 0)
    >>> spread(document("0.42", row("1", "1.21"), row("1", "1.21")))
    [Decimal('0.21'), Decimal('0.21')]
    >>> spread(document("0.43", row("1", "1.21"), row("0.50", "0.61"), row("5", "5")))
    [Decimal('0.27'), Decimal('0.16'), Decimal('0')]

    :param document: a :class:`rules.document.Document`
    """
    amounts = [row.gross - row.net for row in document.rows]
    over = document.tax - sum(amounts, Decimal(0))
    taxed = sorted((n for n, one in enumerate(amounts) if one), key=lambda n: -abs(amounts[n]))
    step = document.step.copy_sign(over)
    turn = 0
    while over and taxed:
        amounts[taxed[turn % len(taxed)]] += step
        over -= step
        turn += 1
    return amounts
