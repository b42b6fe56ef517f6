"""Labels on sheets and rolls, as PDF files. Lengths in millimetres."""

import io
from typing import NamedTuple

from reportlab.graphics.barcode.eanbc import Ean13BarcodeWidget
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.office_kit.report import fonts

from ..rules import labels

#: White space around what stands on a label, so that a printer may be off by as much.
EDGE = 2.0
#: Bars of an EAN-13 with its quiet zones, the widest and the narrowest a till reads for sure.
BARS, WIDEST, NARROWEST = 113, 0.33, 0.25
#: Modules of white space around a QR code, and which of the eight masks it has.
QUIET, MASK = 3, 0
#: A label this high has a title of two lines.
TALL = 30.0


class Face(NamedTuple):
    """What stands on a label.

    :param title: of the article
    :param detail: size, brand
    :param price: as people read it, with the currency
    :param note: consignor's number and return date, small
    :param barcode: EAN-13
    :param url: what the QR code opens, empty for none
    """

    title: str
    detail: str
    price: str
    note: str
    barcode: str
    url: str = ""


def draw(faces, paper, start=1):
    """Return a PDF file with a label for each face.

    :param faces: list of :class:`Face`
    :param paper: a :class:`..rules.labels.Paper`
    :param start: place of the first label on the first sheet, from 1
    """
    buffer = io.BytesIO()
    width, height = paper.page
    canvas = Canvas(buffer, pagesize=(width * mm, height * mm))
    canvas.setTitle("Labels")
    places = labels.places(paper, len(faces), start)
    for index, (face, (is_new, x, y)) in enumerate(zip(faces, places, strict=True)):
        if is_new and index:
            canvas.showPage()
        canvas.saveState()
        canvas.translate(x * mm, (height - y - paper.height) * mm)
        _draw_face(canvas, face, paper)
        canvas.restoreState()
    canvas.save()
    return buffer.getvalue()


def has_room_for_qr(paper):
    """Tell whether a label has room for a QR code beside its bars."""
    return _qr_size(paper) + NARROWEST * BARS + 3 * EDGE <= paper.width


def _qr_size(paper):
    return min(16.0, paper.height - 2 * EDGE)


def _draw_face(canvas, face, paper):
    room = paper.width - 2 * EDGE
    if face.url and has_room_for_qr(paper):
        size = _qr_size(paper)
        _draw_qr(canvas, face.url, paper.width - EDGE - size, paper.height - EDGE - size, size)
        room -= size + EDGE
    bottom = _draw_words(canvas, face, paper, room)
    note_room = (paper.width - 2 * EDGE) * mm
    note = fonts.shorten(face.note, fonts.REGULAR, 5.5, note_room)
    fonts.draw(canvas, EDGE * mm, (EDGE - 0.8) * mm, note, fonts.REGULAR, 5.5)
    _draw_bars(canvas, face.barcode, EDGE, EDGE + 2, room, bottom - EDGE - 3.5)


def _draw_words(canvas, face, paper, room):
    """Draw title, price and detail from the top; return where they end, from below."""
    tall = paper.height >= TALL
    title_size, price_size = (8, 12) if tall else (6.5, 9)
    y = paper.height - EDGE - title_size * 0.3
    for line in fonts.wrap(face.title, fonts.BOLD, title_size, room * mm, 2 if tall else 1):
        fonts.draw(canvas, EDGE * mm, y * mm, line, fonts.BOLD, title_size)
        y -= title_size * 0.4
    y -= price_size * 0.12
    price_width = fonts.width(face.price, fonts.BOLD, price_size)
    right = (EDGE + room) * mm
    fonts.draw(canvas, right, y * mm, face.price, fonts.BOLD, price_size, align="right")
    detail = fonts.shorten(face.detail, fonts.REGULAR, 6, room * mm - price_width - 2 * mm)
    fonts.draw(canvas, EDGE * mm, y * mm, detail, fonts.REGULAR, 6)
    return y


def _draw_bars(canvas, barcode, x, y, width, height):
    bar = min(WIDEST, width / BARS)
    widget = Ean13BarcodeWidget(
        barcode, barWidth=bar * mm, barHeight=height * mm, humanReadable=True, fontSize=5.5
    )
    left, bottom, right, _top = widget.getBounds()
    drawing = Drawing(right - left, height * mm)
    drawing.add(widget)
    drawing.drawOn(canvas, x * mm - left, y * mm - bottom)


def _draw_qr(canvas, url, x, y, size):
    """Draw a QR code and its quiet zone with the lower left corner at ``x``, ``y``."""
    rows = _encode(url)
    module = size / (len(rows) + 2 * QUIET)
    path = canvas.beginPath()
    for index, row in enumerate(reversed(rows)):
        for start, length in _runs(row):
            path.rect(
                (x + (QUIET + start) * module) * mm,
                (y + (QUIET + index) * module) * mm,
                length * module * mm,
                module * mm,
            )
    canvas.drawPath(path, stroke=0, fill=1)


def _encode(url):
    """Return the rows of modules of a QR code, true for dark ones."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(url)
    code.version = code.calculate_version()
    # Readers accept any mask; looking for the best of eight takes most of the time of a label.
    code.makeImpl(False, MASK)
    return code.modules


def _runs(row):
    """Yield where dark modules begin and how many follow each other: no seam shows between them."""
    start = None
    for place, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = place
        elif not is_dark and start is not None:
            yield start, place - start
            start = None
