"""Cards on pages of their own size, vouchers on A4 with cut marks. Returns PDF files as bytes."""

import io

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from . import card_face
from .card_face import HEIGHT, WIDTH

A4_WIDTH, A4_HEIGHT = 210.0, 297.0
COLUMNS, ROWS = 2, 5
LEFT = (A4_WIDTH - COLUMNS * WIDTH) / 2
BOTTOM = (A4_HEIGHT - ROWS * HEIGHT) / 2
#: Cut marks, in millimetres: their length, and how far from the vouchers they end.
MARK, GAP = 5.0, 2.0


def cards(faces, title):
    """Return a page of 85.6 × 54 mm for each face.

    :param faces: iterable of ``(face, style)``
    :param str title: of the file
    """
    buffer = io.BytesIO()
    canvas = _canvas(buffer, title, WIDTH, HEIGHT)
    for face, style in faces:
        card_face.draw(canvas, face, style)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def vouchers(faces, title):
    """Return A4 pages with ten vouchers each, side by side, with cut marks outside of them.

    :param faces: iterable of ``(face, style)``
    :param str title: of the file
    """
    buffer = io.BytesIO()
    canvas = _canvas(buffer, title, A4_WIDTH, A4_HEIGHT)
    place = COLUMNS * ROWS
    for index, (face, style) in enumerate(faces):
        place = index % (COLUMNS * ROWS)
        if index and not place:
            canvas.showPage()
        if not place:
            _draw_cut_marks(canvas)
        row, column = divmod(place, COLUMNS)
        canvas.saveState()
        canvas.translate(
            (LEFT + column * WIDTH) * mm, (A4_HEIGHT - BOTTOM - (row + 1) * HEIGHT) * mm
        )
        card_face.draw(canvas, face, style)
        _draw_edge(canvas)
        canvas.restoreState()
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _canvas(buffer, title, width, height):
    canvas = Canvas(buffer, pagesize=(width * mm, height * mm))
    canvas.setTitle(title)
    return canvas


def _draw_edge(canvas):
    """Part two vouchers of one colour by a thin white line."""
    canvas.setStrokeGray(1)
    canvas.setLineWidth(0.4)
    canvas.rect(0, 0, WIDTH * mm, HEIGHT * mm, stroke=1, fill=0)


def _draw_cut_marks(canvas):
    canvas.setStrokeGray(0.4)
    canvas.setLineWidth(0.25)
    right, top = LEFT + COLUMNS * WIDTH, BOTTOM + ROWS * HEIGHT
    for column in range(COLUMNS + 1):
        x = (LEFT + column * WIDTH) * mm
        canvas.line(x, (BOTTOM - GAP) * mm, x, (BOTTOM - GAP - MARK) * mm)
        canvas.line(x, (top + GAP) * mm, x, (top + GAP + MARK) * mm)
    for row in range(ROWS + 1):
        y = (BOTTOM + row * HEIGHT) * mm
        canvas.line((LEFT - GAP) * mm, y, (LEFT - GAP - MARK) * mm, y)
        canvas.line((right + GAP) * mm, y, (right + GAP + MARK) * mm, y)
