"""Colours of a shop's pages: readable whatever was chosen. No Odoo here.

Contrast is that of WCAG 2: 4.5 for text (AA).
"""

import re

MIN_CONTRAST = 4.5
WHITE, BLACK = "#ffffff", "#000000"
#: The darkest background on which links stand.
PAGE = "#f8f9fa"
_COLOR = re.compile(r"#[0-9a-f]{6}")
#: How much of a colour is left in one step of darkening it, and under the pointer.
STEP, HOVER = 0.95, 0.8


def is_color(text):
    """Tell whether a text is a colour and nothing else.

    >>> is_color("#4b5fa6"), is_color("#4B5FA6"), is_color("#fff"), is_color("#4b5fa6;}"), is_color(None)
    (True, False, False, False, False)
    """
    return isinstance(text, str) and bool(_COLOR.fullmatch(text))


def contrast(one, other):
    """Return the contrast of two colours, from 1 to 21.

    >>> contrast("#ffffff", "#000000"), contrast("#777777", "#777777")
    (21.0, 1.0)
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def make_palette(color):
    """Return the colours of a page by their names in the style sheet; None for no colour.

    :param color: the shop's, for the head of the page; ``text`` is readable on it, ``accent`` is
        readable on the page and carries white text, ``hover`` is the accent under the pointer

    >>> make_palette("#ffee00")
    {'color': '#ffee00', 'text': '#000000', 'accent': '#776f00', 'hover': '#5f5800'}
    >>> make_palette("#14181f")["text"], make_palette("red")
    ('#ffffff', None)
    """
    if not is_color(color):
        return None
    # Of black and white one always has more than 4.58.
    text = max(WHITE, BLACK, key=lambda candidate: contrast(candidate, color))
    accent = color
    while contrast(accent, PAGE) < MIN_CONTRAST:
        accent = _darken(accent, STEP)
    return {"color": color, "text": text, "accent": accent, "hover": _darken(accent, HOVER)}


def _split(color):
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def _darken(color, part):
    return "#" + "".join(f"{int(channel * part):02x}" for channel in _split(color))


def _luminance(color):
    def linear(channel):
        value = channel / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in _split(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
