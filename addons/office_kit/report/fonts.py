"""Letters of drawn documents: which font has which character, widths, shortening.

DejaVu covers Latin, Greek, Cyrillic, Hebrew, Arabic, Georgian, Armenian and more. Chinese,
Japanese and Korean are drawn with the fonts every PDF reader brings along. Right-to-left words
are put into the order in which they are seen; Arabic letters are not joined.
"""

import functools
import re
import unicodedata
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

import odoo

REGULAR, BOLD, MONO = "SuiteSans", "SuiteSans-Bold", "SuiteMono"
#: Files by the name they are used under; the second one comes with reportlab.
FILES = {
    REGULAR: ("DejaVuSans.ttf", "Vera.ttf"),
    BOLD: ("DejaVuSans-Bold.ttf", "VeraBd.ttf"),
    MONO: ("DejaVuSansMono.ttf", "Vera.ttf"),
}
#: Fonts of the reader for what our files lack, with the encoding that says what they cover:
#: Japanese, Korean, simplified and traditional Chinese.
READER_FONTS = {
    "HeiseiMin-W3": "shift_jis",
    "HYSMyeongJo-Medium": "euc_kr",
    "STSong-Light": "gb18030",
}
ELLIPSIS = "…"
_RTL = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+"
#: Words that are read from right to left, with the spaces between them.
RIGHT_TO_LEFT = re.compile(rf"{_RTL}(?: {_RTL})*")


@functools.cache
def register():
    """Make the fonts known to reportlab, once per process."""
    for name, files in FILES.items():
        pdfmetrics.registerFont(_load(name, files))
    for name in READER_FONTS:
        pdfmetrics.registerFont(UnicodeCIDFont(name))


def _load(name, files):
    for file in files:
        for folder in _folders():
            try:
                return TTFont(name, str(folder / file) if folder else file)
            except (TTFError, OSError):
                continue
    raise TTFError(f"None of the fonts {', '.join(files)} is on this machine.")


def _folders():
    """Where the font may lie: beside Odoo's package, where reportlab looks, on this machine."""
    packaged = Path(odoo.__path__[0]) / "../../../../share/fonts/truetype/dejavu"
    return (Path("/usr/share/fonts/truetype/dejavu"), packaged, None)


def width(text, font, size):
    """Return the width of a text in points."""
    return sum(pdfmetrics.stringWidth(part, name, size) for name, part in split(text, font))


def shorten(text, font, size, available):
    """Return the text, cut with an ellipsis where it is wider than ``available`` points."""
    if width(text, font, size) <= available:
        return text
    kept = len(text)
    while kept and width(text[:kept].rstrip() + ELLIPSIS, font, size) > available:
        kept -= 1
    return text[:kept].rstrip() + ELLIPSIS


def wrap(text, font, size, available, lines):
    """Return a text in at most so many lines, the last one shortened."""
    result, words = [], text.split()
    while words and len(result) < lines - 1:
        line = [words.pop(0)]
        while words and width(" ".join([*line, words[0]]), font, size) <= available:
            line.append(words.pop(0))
        result.append(shorten(" ".join(line), font, size, available))
    if words:
        result.append(shorten(" ".join(words), font, size, available))
    return result


def draw(canvas, x, y, text, font, size, align="left"):
    """Draw a line of text at a point in points; ``align``: left, right or center."""
    parts = split(text, font)
    if align != "left":
        whole = sum(pdfmetrics.stringWidth(part, name, size) for name, part in parts)
        x -= whole if align == "right" else whole / 2
    for name, part in parts:
        canvas.setFont(name, size)
        canvas.drawString(x, y, part)
        x += pdfmetrics.stringWidth(part, name, size)


@functools.lru_cache(maxsize=4096)
def split(text, font):
    """Split a text into ``((font, part), …)``, each part in a font that has its characters."""
    register()
    text = " ".join(unicodedata.normalize("NFC", text).split())
    text = visual_order("".join(char for char in text if char.isprintable()))
    parts = []
    for char in text:
        name = _font_for(char, font)
        if parts and parts[-1][0] == name:
            parts[-1][1] += char
        else:
            parts.append([name, char])
    return tuple(map(tuple, parts))


def visual_order(text):
    """Reverse what is read from right to left, as a line of text shows it.

    >>> visual_order("abc שלום") == "abc " + "שלום"[::-1]
    True
    """
    return RIGHT_TO_LEFT.sub(lambda match: match.group()[::-1], text)


@functools.lru_cache(maxsize=4096)
def _font_for(char, font):
    if ord(char) in pdfmetrics.getFont(font).face.charToGlyph:
        return font
    if unicodedata.east_asian_width(char) not in "WF":
        return font
    return next((name for name, encoding in READER_FONTS.items() if _encodes(char, encoding)), font)


def _encodes(char, encoding):
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
