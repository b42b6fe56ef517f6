"""The face of a card or voucher: one drawing for both, of the size of a bank card."""

import io
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from odoo.addons.office_kit.report import fonts

from ..rules import symbols
from . import codes

#: Size of a bank card (ISO/IEC 7810, ID-1), in millimetres.
WIDTH, HEIGHT = 85.6, 54.0
#: Left and right edge, the white field with the code, the logo, in millimetres.
EDGE, FIELD_BOTTOM, FIELD_HEIGHT, LOGO_WIDTH, LOGO_HEIGHT = 4.0, 4.0, 24.6, 30.0, 9.0
BARS_HEIGHT = 13.5
#: Pixels of a logo on its longer side that print can show at this size.
LOGO_PIXELS = 500


class Style(NamedTuple):
    """What is the same on all cards of a company.

    :param colour: of the card, ``#rrggbb``
    :param logo: ``reportlab.lib.utils.ImageReader``; nothing: the name is written
    :param terms: a line or two of text
    """

    company: str
    colour: str
    logo: object = None
    terms: str = ""


class Face(NamedTuple):
    """What is on one card.

    :param title: in large letters: the holder's name, or a voucher's value
    :param subtitle: below it: what the card is called
    :param valid: "Valid until …", or nothing
    """

    number: str
    symbology: str
    title: str
    subtitle: str = ""
    valid: str = ""


def read_logo(data):
    """Return a logo as reportlab draws it, or None when it is no picture that can be printed."""
    try:
        image = Image.open(io.BytesIO(data or b""))
        image.thumbnail((LOGO_PIXELS, LOGO_PIXELS))
        # The white field behind it is drawn anyway: no mask that some printers get wrong.
        picture = image.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        return ImageReader(Image.alpha_composite(white, picture).convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError):
        return None


def draw(canvas, face, style):
    """Draw a face with its lower left corner at the origin of the canvas."""
    ink = HexColor(symbols.legible_on(style.colour))
    canvas.setFillColor(HexColor(style.colour))
    canvas.rect(0, 0, WIDTH * mm, HEIGHT * mm, stroke=0, fill=1)
    canvas.setFillColor(ink)
    _draw_sender(canvas, style)
    canvas.setFillColor(ink)
    _draw_words(canvas, face)
    _draw_code(canvas, face, style)


def _draw_sender(canvas, style):
    """Draw the logo in a white field, or the company's name."""
    top = HEIGHT - EDGE
    available = (WIDTH - 2 * EDGE) * mm
    if not style.logo:
        name = fonts.shorten(style.company, fonts.BOLD, 11, available)
        fonts.draw(canvas, EDGE * mm, (top - 4) * mm, name, fonts.BOLD, 11)
        return
    width, height = style.logo.getSize()
    scale = min(LOGO_WIDTH / width, LOGO_HEIGHT / height)
    width, height = width * scale, height * scale
    canvas.setFillGray(1)
    bottom = top - LOGO_HEIGHT + 0.5
    canvas.roundRect(
        EDGE * mm, bottom * mm, (width + 3) * mm, LOGO_HEIGHT * mm, mm, stroke=0, fill=1
    )
    canvas.drawImage(
        style.logo,
        (EDGE + 1.5) * mm,
        (bottom + (LOGO_HEIGHT - height * 0.84) / 2) * mm,
        width * mm,
        height * 0.84 * mm,
        preserveAspectRatio=True,
    )


def _draw_words(canvas, face):
    """Draw the title and what belongs to it, just above the field."""
    available = (WIDTH - 2 * EDGE) * mm
    below = FIELD_BOTTOM + FIELD_HEIGHT
    subtitle_width = available
    if face.valid:
        fonts.draw(
            *(canvas, (WIDTH - EDGE) * mm, (below + 2.2) * mm, face.valid, fonts.REGULAR, 7),
            align="right",
        )
        subtitle_width -= fonts.width(face.valid, fonts.REGULAR, 7) + 3 * mm
    subtitle = fonts.shorten(face.subtitle, fonts.REGULAR, 7, subtitle_width)
    fonts.draw(canvas, EDGE * mm, (below + 2.2) * mm, subtitle, fonts.REGULAR, 7)
    size = 13 if fonts.width(face.title, fonts.BOLD, 13) <= available else 9.5
    title = fonts.shorten(face.title, fonts.BOLD, size, available)
    fonts.draw(canvas, EDGE * mm, (below + 6) * mm, title, fonts.BOLD, size)


def _draw_code(canvas, face, style):
    """Draw the white field with code, number and terms."""
    canvas.setFillGray(1)
    canvas.roundRect(
        *(EDGE * mm, FIELD_BOTTOM * mm, (WIDTH - 2 * EDGE) * mm, FIELD_HEIGHT * mm, 1.5 * mm),
        stroke=0,
        fill=1,
    )
    code = codes.make(face.number, face.symbology)
    if code.is_square:
        _draw_square(canvas, code, face, style)
    else:
        _draw_bars(canvas, code, face, style)


def _draw_bars(canvas, code, face, style):
    """Draw bars over the whole width, number and terms below."""
    top = FIELD_BOTTOM + FIELD_HEIGHT - 1.6
    codes.draw(canvas, code, (WIDTH - code.width) / 2, top - BARS_HEIGHT, BARS_HEIGHT)
    middle = WIDTH / 2 * mm
    base = top - BARS_HEIGHT - 3.5
    fonts.draw(canvas, middle, base * mm, face.number, fonts.MONO, 8.5, align="center")
    available = codes.FIELD_WIDTH * mm - 3 * mm
    canvas.setFillGray(0.3)
    for index, line in enumerate(fonts.wrap(style.terms, fonts.REGULAR, 5.2, available, 2), 1):
        y = (base - 0.5 - 2.2 * index) * mm
        fonts.draw(canvas, middle, y, line, fonts.REGULAR, 5.2, align="center")


def _draw_square(canvas, code, face, style):
    """Draw a QR code to the right, number and terms to the left of it."""
    left = WIDTH - EDGE - 1.2 - code.width
    codes.draw(canvas, code, left, FIELD_BOTTOM + (FIELD_HEIGHT - code.width) / 2)
    available = (left - EDGE - 3) * mm
    size = next(
        size for size in (9, 8, 7, 6, 5) if size == 5 or _fits(face.number, size, available)
    )
    base = FIELD_BOTTOM + FIELD_HEIGHT / 2
    fonts.draw(canvas, (EDGE + 2.5) * mm, base * mm, face.number, fonts.MONO, size)
    canvas.setFillGray(0.3)
    for index, line in enumerate(fonts.wrap(style.terms, fonts.REGULAR, 5.2, available, 3), 1):
        fonts.draw(
            canvas, (EDGE + 2.5) * mm, (base - 1.5 - 2.4 * index) * mm, line, fonts.REGULAR, 5.2
        )


def _fits(text, size, available):
    return fonts.width(text, fonts.MONO, size) <= available
