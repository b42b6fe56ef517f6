"""Texts that consignors type: kept as they are, without what nobody sees. No Odoo here."""

import unicodedata

#: Marks that turn the direction of the text after them, also of the page around it.
_TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def clean_line(text):
    r"""Return one line: no control characters, one space between words; emoji and HTML stay.

    >>> clean_line("  Winter\tcoat \n size\x00 M\x07 "), clean_line("<b>Tea</b> 🫖 👨‍👩‍👧")
    ('Winter coat size M', '<b>Tea</b> 🫖 👨\u200d👩\u200d👧')
    >>> clean_line("abc\u202edef\ud800"), clean_line("\x01 \u2028")
    ('abcdef', '')
    """
    spaced = " ".join(text.split())
    kept = "".join(
        letter
        for letter in spaced
        if unicodedata.category(letter) not in ("Cc", "Cs") and letter not in _TURNING
    )
    return " ".join(kept.split())
