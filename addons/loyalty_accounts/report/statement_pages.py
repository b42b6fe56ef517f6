"""Pages of a statement on A4: a head, then a table drawn row by row."""

import io
from typing import NamedTuple

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.office_kit.report import fonts

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
EDGE, LINE = 15.0, 5.6
LEFT, RIGHT = EDGE, PAGE_WIDTH - EDGE
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


class Column(NamedTuple):
    """One column of the table, in millimetres.

    :param left: where it begins
    :param right: where it ends
    :param align: ``left`` for text, ``right`` for amounts
    """

    heading: str
    left: float
    right: float
    align: str = "left"


def write(head, columns, draw):
    """Return a PDF file.

    :param head: :class:`Head`
    :param columns: :class:`Column` of the table
    :param draw: called with the :class:`Pages` to draw the rows on
    """
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(PAGE_WIDTH * mm, PAGE_HEIGHT * mm), pageCompression=1)
    canvas.setTitle(f"{head.title} {head.sender}")
    pages = Pages(canvas, head, columns)
    draw(pages)
    pages.close()
    canvas.save()
    return buffer.getvalue()


class Pages:
    """Fills one page after another."""

    def __init__(self, canvas, head, columns):
        self.canvas, self.head, self.columns = canvas, head, columns
        self.number, self.count = 1, 0
        self.y = self._draw_head()
        self._draw_headings()

    def draw_row(self, cells, *, bold=False):
        """Draw a row of texts, on a new page where this one is full."""
        self._make_room(1)
        font = fonts.BOLD if bold else fonts.REGULAR
        for column, text in zip(self.columns, cells, strict=True):
            self._draw_cell(column, text, font)
        self.y -= LINE
        self.count += 1

    def draw_line(self, text):
        """Draw a heading over all columns, with some space before it and a row after it."""
        if self.count:
            self.y -= LINE / 2
        self._make_room(2)
        text = fonts.shorten(text, fonts.BOLD, SIZE + 1, (RIGHT - LEFT) * mm)
        fonts.draw(self.canvas, LEFT * mm, self.y * mm, text, fonts.BOLD, SIZE + 1)
        self.y -= LINE + 0.4
        self.count += 1

    def close(self):
        """Finish the last page."""
        if not self.count:
            fonts.draw(self.canvas, LEFT * mm, self.y * mm, self.head.empty, fonts.REGULAR, SIZE)
        self._end_page()

    def _make_room(self, rows):
        if self.y >= EDGE + (1 + rows) * LINE:
            return
        self._end_page()
        self.number += 1
        self.y = PAGE_HEIGHT - EDGE - LINE
        self._draw_headings()

    def _end_page(self):
        number = f"{self.head.page} {self.number}"
        fonts.draw(
            *(self.canvas, RIGHT * mm, (EDGE - 5) * mm, number, fonts.REGULAR, 7), align="right"
        )
        self.canvas.showPage()

    def _draw_head(self):
        """Draw sender, title, facts and totals; return where the rows begin."""
        canvas, y = self.canvas, PAGE_HEIGHT - EDGE - 6
        width = (RIGHT - LEFT) * mm
        name = fonts.shorten(self.head.sender, fonts.BOLD, 15, width)
        fonts.draw(canvas, LEFT * mm, y * mm, name, fonts.BOLD, 15)
        fonts.draw(canvas, LEFT * mm, (y - 8) * mm, self.head.title, fonts.REGULAR, 12)
        y -= 17
        for (label, text), (name, amount) in zip(self.head.lines, self.head.totals, strict=True):
            fonts.draw(canvas, LEFT * mm, y * mm, label, fonts.REGULAR, SIZE)
            text = fonts.shorten(text, fonts.BOLD, SIZE, (118 - 38) * mm)
            fonts.draw(canvas, 38 * mm, y * mm, text, fonts.BOLD, SIZE)
            fonts.draw(canvas, 124 * mm, y * mm, name, fonts.REGULAR, SIZE)
            shown = self.head.show(amount)
            fonts.draw(canvas, RIGHT * mm, y * mm, shown, fonts.BOLD, SIZE, align="right")
            y -= LINE
        return y - 6

    def _draw_headings(self):
        canvas = self.canvas
        for column in self.columns:
            self._draw_cell(column, column.heading, fonts.BOLD)
        canvas.setStrokeGray(0.5)
        canvas.setLineWidth(0.4)
        canvas.line(LEFT * mm, (self.y - 1.8) * mm, RIGHT * mm, (self.y - 1.8) * mm)
        self.y -= LINE + 0.8

    def _draw_cell(self, column, text, font):
        text = fonts.shorten(text, font, SIZE, (column.right - column.left) * mm)
        edge = column.left if column.align == "left" else column.right
        fonts.draw(self.canvas, edge * mm, self.y * mm, text, font, SIZE, align=column.align)
