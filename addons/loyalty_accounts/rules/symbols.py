"""Codes on cards: which symbology can draw a number, how wide its bars are, which text is legible.

Widths are whole dots of a 300 dpi printer, so that all bars of a width come out alike on the
printers that shops have (300, 600 and 1200 dpi).
"""

import re

from .numbers import ean13_check_digit

CODE128, EAN13, QR = "code128", "ean13", "qr"

#: A dot of 300 dpi, in millimetres.
DOT = 25.4 / 300
#: Width of the narrowest bar, in dots, the preferred one first; 3 dots are 0.254 mm.
BAR_DOTS = (5, 4, 3)
#: Width of a module of a QR code, in dots.
QR_DOTS = (9, 8, 7, 6, 5)
#: White space left and right of a symbol, in modules (ISO/IEC 15417, 15420 and 18004).
QUIET_ZONES = {CODE128: (10, 10), EAN13: (11, 7), QR: (4, 4)}

COLOUR = re.compile(r"#[0-9a-f]{6}\Z")

# Left half of an EAN-13: set A; the other sets are made of it (ISO/IEC 15420).
_EAN_SET_A = (
    *("0001101", "0011001", "0010011", "0111101", "0100011"),
    *("0110001", "0101111", "0111011", "0110111", "0001011"),
)
# Which digits of the left half are drawn in set B, by the first digit.
_EAN_PARITY = (
    *("AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB"),
    *("ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"),
)


def is_ean13(number):
    """Tell whether EAN-13 can draw a number: 13 digits with the right check digit.

    >>> is_ean13("4006381333931"), is_ean13("4006381333930"), is_ean13("GIFT-2026/7")
    (True, False, False)
    """
    return bool(re.fullmatch(r"[0-9]{13}", number)) and ean13_check_digit(number[:12]) == number[12]


def drawable(symbology, number):
    """Return the symbology that draws the number: the wanted one, else Code 128.

    >>> drawable(EAN13, "4006381333931"), drawable(EAN13, "AB-12"), drawable(QR, "AB-12")
    ('ean13', 'code128', 'qr')
    """
    return CODE128 if symbology == EAN13 and not is_ean13(number) else symbology


def ean13_modules(number):
    """Return the 95 modules of an EAN-13, ``1`` for a dark one.

    >>> ean13_modules("4006381333931")[:24]
    '101000110101001110101111'
    >>> len(ean13_modules("4006381333931"))
    95
    """
    digits = [int(digit) for digit in number]
    left = zip(_EAN_PARITY[digits[0]], digits[1:7], strict=True)
    # Set C is A inverted, B is C mirrored.
    body = [
        _EAN_SET_A[digit] if parity == "A" else _invert(_EAN_SET_A[digit])[::-1]
        for parity, digit in left
    ]
    tail = [_invert(_EAN_SET_A[digit]) for digit in digits[7:]]
    return f"101{''.join(body)}01010{''.join(tail)}101"


def _invert(modules):
    return modules.translate(str.maketrans("01", "10"))


def module_width(modules, available, dots):
    """Return the widest print-safe module that fits, in millimetres; None when none does.

    >>> round(module_width(143, 77, BAR_DOTS), 3), round(module_width(250, 77, BAR_DOTS), 3)
    (0.423, 0.254)
    >>> module_width(407, 77, BAR_DOTS)

    :param int modules: in a row, quiet zones included
    :param available: width in millimetres
    :param dots: candidates, the widest first
    """
    widths = (count * DOT for count in dots)
    return next((width for width in widths if modules * width <= available), None)


def is_colour(text):
    """Tell whether a text is a colour that is safe to put into a page.

    >>> is_colour("#1f3a5f"), is_colour("#1F3A5F"), is_colour("red;}"), is_colour(None)
    (True, False, False, False)
    """
    return isinstance(text, str) and bool(COLOUR.match(text))


def legible_on(colour):
    """Return black or white, whichever contrasts more with a colour (WCAG 2, relative luminance).

    >>> legible_on("#1f3a5f"), legible_on("#ffd24d"), legible_on("#767676")
    ('#ffffff', '#000000', '#000000')
    """
    red, green, blue = (
        _linear(int(colour[start : start + 2], 16) / 255) for start in range(1, 7, 2)
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"


def _linear(part):
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
