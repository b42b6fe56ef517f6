"""A card number as a code: its modules, drawn on paper or as a picture."""

import io
from typing import NamedTuple

from PIL import Image
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.units import mm

from ..rules import symbols

#: Width of a card (ISO/IEC 7810, ID-1) less the edges of the white field that holds its code.
FIELD_WIDTH = 77.6
#: What that field has room for in height, with a QR code's own white space.
SQUARE_WIDTH = 23.4
#: Pixels of a module in pictures; a screen or mail program scales them.
BAR_PIXELS, BAR_HEIGHT_PIXELS, QR_PIXELS = 6, 260, 14


class Code(NamedTuple):
    """A number as rows of modules, ``1`` for a dark one; bars have one row.

    :param symbology: ``code128``, ``ean13`` or ``qr``: what is drawn, not what was wished
    :param module: width of a module on paper, in millimetres
    """

    symbology: str
    rows: tuple
    module: float

    @property
    def is_square(self):
        """Whether it is a QR code."""
        return self.symbology == symbols.QR

    @property
    def quiet(self):
        """Modules of white space to the left and to the right."""
        return symbols.QUIET_ZONES[self.symbology]

    @property
    def width(self):
        """Width on paper with its quiet zones, in millimetres."""
        return (len(self.rows[0]) + sum(self.quiet)) * self.module


def make(number, symbology):
    """Return the :class:`Code` of a number.

    EAN-13 draws numbers that are valid EAN-13; others become Code 128. Bars that would be
    narrower than 0.25 mm on a card become a QR code: beyond 22 characters, where a pair of digits
    counts as one.

    :param str number: a card number, see ``rules.numbers``
    :param str symbology: the wish of the company
    """
    symbology = symbols.drawable(symbology, number)
    if symbology != symbols.QR:
        bars = symbols.ean13_modules(number) if symbology == symbols.EAN13 else _code128(number)
        modules = len(bars) + sum(symbols.QUIET_ZONES[symbology])
        module = symbols.module_width(modules, FIELD_WIDTH, symbols.BAR_DOTS)
        if module:
            return Code(symbology, (bars,), module)
    rows = _qr(number)
    module = symbols.module_width(len(rows) + 8, SQUARE_WIDTH, symbols.QR_DOTS)
    return Code(symbols.QR, rows, module)


def draw(canvas, code, x, y, height=0):
    """Draw a code, its quiet zones included, with the lower left corner at ``x``, ``y``.

    :param x, y: in millimetres; ``height``, too, of bars; a QR code is as high as wide
    """
    canvas.setFillColorRGB(0, 0, 0)
    left = x + code.quiet[0] * code.module
    if code.is_square:
        bottom, height = y + code.quiet[1] * code.module, code.module
    else:
        bottom = y
    for index, row in enumerate(reversed(code.rows)):
        for start, end in _runs(row):
            canvas.rect(
                (left + start * code.module) * mm,
                (bottom + index * code.module) * mm,
                (end - start) * code.module * mm,
                height * mm,
                stroke=0,
                fill=1,
            )


def picture(code):
    """Return the bytes of a PNG of a code with its quiet zones, black on white.

    PNG, because mail programs show no SVG.
    """
    scale = QR_PIXELS if code.is_square else BAR_PIXELS
    lines = [f"{'0' * code.quiet[0]}{row}{'0' * code.quiet[1]}" for row in code.rows]
    if code.is_square:
        blank = "0" * len(lines[0])
        lines = [*[blank] * code.quiet[0], *lines, *[blank] * code.quiet[1]]
    image = Image.new("1", (len(lines[0]), len(lines)), 1)
    image.putdata([digit == "0" for line in lines for digit in line])
    height = image.height * scale if code.is_square else BAR_HEIGHT_PIXELS
    buffer = io.BytesIO()
    image.resize((image.width * scale, height), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()


def _code128(number):
    """Modules of a Code 128; digits are drawn in pairs where that is shorter."""
    encoder = Code128(number)
    encoder.validate()
    encoder.encode()
    encoder.decompose()
    # Capitals are bars, small letters spaces; A is one module wide, B two …
    return "".join(
        ("1" if letter.isupper() else "0") * (ord(letter.upper()) - ord("A") + 1)
        for letter in encoder.decomposed
    )


def _qr(number):
    encoder = QRCode(None, QRErrorCorrectLevel.M)
    encoder.addData(number)
    encoder.make()
    size = range(encoder.getModuleCount())
    return tuple("".join("01"[encoder.isDark(y, x)] for x in size) for y in size)


def _runs(row):
    """Yield start and end of each run of dark modules, so that no seam shows between them."""
    start = None
    for place, digit in enumerate(f"{row}0"):
        if digit == "1" and start is None:
            start = place
        elif digit == "0" and start is not None:
            yield start, place
            start = None
