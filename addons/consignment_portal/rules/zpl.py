"""Labels in ZPL II, the language of thermal printers. No Odoo here.

Sizes in millimetres become dots of the printer's resolution. Texts are UTF-8 (``^CI28``).
"""

#: Dots in a millimetre, by resolution in dots per inch.
RESOLUTIONS = {"203": 8, "300": 12}
#: What has a meaning in ZPL, and how it is written where ``^FH`` announces codes.
ESCAPES = str.maketrans({"_": "_5F", "^": "_5E", "~": "_7E", "\\": "/"})


def escape(text):
    """Return a text so that a printer prints it and obeys nothing in it.

    >>> escape("50% ^XZ ~JA_ \\\\&")
    '50% _5EXZ _7EJA_5F /&'
    >>> escape("two\\nlines\\x07")
    'two lines'
    """
    printable = "".join(char for char in " ".join(text.split()) if char.isprintable())
    return printable.translate(ESCAPES)


def label(face, width, height, resolution="203"):
    """Return the ZPL of a label.

    :param face: has ``title``, ``detail``, ``price``, ``note``, ``barcode`` (EAN-13), and ``url``,
        empty for a label without a QR code
    :param width, height: in millimetres
    :param resolution: key of :data:`RESOLUTIONS`
    """
    dot = RESOLUTIONS[resolution]
    wide, high, edge = round(width * dot), round(height * dot), 2 * dot
    square = _qr_magnification(dot, height) * 37 if face.url else 0
    room = wide - 2 * edge - (square + edge if square else 0)
    bars = _bar_width(room)
    bar_height = max(5 * dot, high - 19 * dot)
    lines = [
        "^XA^CI28^LH0,0",
        f"^PW{wide}^LL{high}",
        _text(edge, dot, 3.2 * dot, room, face.title, lines=2 if height >= 30 else 1),
        _text(edge, (8 if height >= 30 else 4.6) * dot, 2.4 * dot, room * 0.55, face.detail),
        _text(
            edge + room * 0.5, (7.5 if height >= 30 else 4.2) * dot, 4.2 * dot, room * 0.5,
            face.price, align="R",
        ),
        f"^FO{edge + 11 * bars},{high - bar_height - 7 * dot}^BY{bars},3,{bar_height}"
        f"^BEN,{bar_height},Y,N^FD{face.barcode[:12]}^FS",
        _text(edge, high - 2.6 * dot, 2 * dot, wide - 2 * edge, face.note),
    ]  # fmt: skip
    if face.url:
        lines.append(
            f"^FO{wide - edge - square},{dot}^BQN,2,{_qr_magnification(dot, height)}"
            f"^FH_^FDMA,{escape(face.url)}^FS"
        )
    return "\n".join([*filter(None, lines), "^PQ1^XZ", ""])


def _text(x, y, size, width, text, *, lines=1, align="L"):
    if not text:
        return ""
    return (
        f"^FO{round(x)},{round(y)}^A0N,{round(size)},{round(size)}"
        f"^FB{round(width)},{lines},0,{align}^FH_^FD{escape(text)}^FS"
    )


def _bar_width(room):
    """Dots of a bar: as wide as fits, with the quiet zones of an EAN-13 (113 bars in all)."""
    return max(1, min(4, room // 113))


def _qr_magnification(dot, height):
    """Dots of a QR code's module: a code of 37 modules takes less than half of the height."""
    return max(2, min(6, round(height * dot * 0.5) // 37))
