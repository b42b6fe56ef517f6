"""A statement on A4, drawn row by row: ten thousand movements take seconds, not minutes."""

import io
from decimal import Decimal
from typing import NamedTuple

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from . import fonts

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
EDGE, LINE = 15.0, 5.6
#: Left edge of the columns for text, right edge of those for amounts, in millimetres.
DAY, WHAT, ESTABLISHMENT, AMOUNT, BALANCE = 15.0, 52.0, 112.0, 170.0, 195.0
SIZE = 8


class Head(NamedTuple):
    """What stands above the rows.

    :param lines: ``((label, text), …)``
    :param totals: ``((label, amount), …)``
    :param digits: of the currency
    :param show: makes text of an amount, as the reader's language writes it
    :param page: the word "Page"
    :param empty: said instead of rows
    """

    title: str
    sender: str
    lines: tuple
    totals: tuple
    digits: int
    show: object
    page: str
    empty: str


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
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(PAGE_WIDTH * mm, PAGE_HEIGHT * mm), pageCompression=1)
    canvas.setTitle(f"{head.title} {head.sender}")
    pages = _Pages(canvas, head, headings)
    for row in rows:
        pages.draw(row)
    pages.close()
    canvas.save()
    return buffer.getvalue()


class _Pages:
    """Fills one page after another."""

    def __init__(self, canvas, head, headings):
        self.canvas, self.head, self.headings = canvas, head, headings
        self.number, self.count = 1, 0
        self.y = self._draw_head()
        self._draw_headings()

    def draw(self, row):
        """Draw a row, on a new page where this one is full."""
        if self.y < EDGE + 2 * LINE:
            self._turn()
        self._text(DAY, row.day, WHAT)
        self._text(WHAT, row.what, ESTABLISHMENT)
        self._text(ESTABLISHMENT, row.establishment, AMOUNT - 22)
        self._amount(AMOUNT, row.amount, signed=True)
        self._amount(BALANCE, row.balance)
        self.y -= LINE
        self.count += 1

    def close(self):
        """Finish the last page."""
        if not self.count:
            self._text(DAY, self.head.empty, BALANCE)
        self._end_page()

    def _turn(self):
        self._end_page()
        self.number += 1
        self.y = PAGE_HEIGHT - EDGE - LINE
        self._draw_headings()

    def _end_page(self):
        number = f"{self.head.page} {self.number}"
        fonts.draw(
            *(self.canvas, BALANCE * mm, (EDGE - 5) * mm, number, fonts.REGULAR, 7), align="right"
        )
        self.canvas.showPage()

    def _draw_head(self):
        """Draw sender, title, facts and totals; return where the rows begin."""
        canvas, y = self.canvas, PAGE_HEIGHT - EDGE - 6
        width = (BALANCE - DAY) * mm
        name = fonts.shorten(self.head.sender, fonts.BOLD, 15, width)
        fonts.draw(canvas, DAY * mm, y * mm, name, fonts.BOLD, 15)
        fonts.draw(canvas, DAY * mm, (y - 8) * mm, self.head.title, fonts.REGULAR, 12)
        y -= 17
        for (label, text), (name, amount) in zip(self.head.lines, self.head.totals, strict=True):
            fonts.draw(canvas, DAY * mm, y * mm, label, fonts.REGULAR, SIZE)
            text = fonts.shorten(text, fonts.BOLD, SIZE, (118 - 38) * mm)
            fonts.draw(canvas, 38 * mm, y * mm, text, fonts.BOLD, SIZE)
            fonts.draw(canvas, 124 * mm, y * mm, name, fonts.REGULAR, SIZE)
            shown = self.head.show(amount)
            fonts.draw(canvas, BALANCE * mm, y * mm, shown, fonts.BOLD, SIZE, align="right")
            y -= LINE
        return y - 6

    def _draw_headings(self):
        canvas = self.canvas
        for x, text, align in zip(
            (DAY, WHAT, ESTABLISHMENT, AMOUNT, BALANCE),
            self.headings,
            ("left", "left", "left", "right", "right"),
            strict=True,
        ):
            fonts.draw(canvas, x * mm, self.y * mm, text, fonts.BOLD, SIZE, align=align)
        canvas.setStrokeGray(0.5)
        canvas.setLineWidth(0.4)
        canvas.line(DAY * mm, (self.y - 1.8) * mm, BALANCE * mm, (self.y - 1.8) * mm)
        self.y -= LINE + 0.8

    def _text(self, x, text, end):
        text = fonts.shorten(text, fonts.REGULAR, SIZE, (end - x - 2) * mm)
        fonts.draw(self.canvas, x * mm, self.y * mm, text, fonts.REGULAR, SIZE)

    def _amount(self, x, amount, *, signed=False):
        text = f"{'+' if signed and amount > 0 else ''}{self.head.show(amount)}"
        fonts.draw(self.canvas, x * mm, self.y * mm, text, fonts.REGULAR, SIZE, align="right")
