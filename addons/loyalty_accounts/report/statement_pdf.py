"""A statement on A4, drawn row by row: ten thousand movements take seconds, not minutes."""

from decimal import Decimal
from typing import NamedTuple

from .statement_pages import Column, Head
from .statement_pages import write as write_pages

__all__ = ["Head", "Row", "write"]

#: Left and right edge of the columns, in millimetres; the last two hold amounts.
EDGES = ((15.0, 50.0), (52.0, 110.0), (112.0, 146.0), (147.0, 170.0), (171.0, 195.0))


class Row(NamedTuple):
    """A movement; ``moment`` is in the reader's time zone, ``day`` its text."""

    moment: object
    day: str
    what: str
    establishment: str
    amount: Decimal
    balance: Decimal


def write(head, headings, rows):
    """Return a PDF file.

    :param headings: of the five columns
    :param rows: iterable of :class:`Row`, read once
    """
    columns = [
        Column(heading, *edges, "left" if number < 3 else "right")
        for number, (heading, edges) in enumerate(zip(headings, EDGES, strict=True))
    ]

    def draw(pages):
        for row in rows:
            sign = "+" if row.amount > 0 else ""
            amounts = (f"{sign}{head.show(row.amount)}", head.show(row.balance))
            pages.draw_row((row.day, row.what, row.establishment, *amounts))

    return write_pages(head, columns, draw)
