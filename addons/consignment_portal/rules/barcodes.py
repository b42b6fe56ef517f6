"""Barcodes of articles. No Odoo here."""

from stdnum import ean

#: In-store prefix of EAN-13: never given to a manufacturer.
PREFIX = "28"


def make_ean13(serial):
    """Return the EAN-13 of an article.

    :param serial: ten digits

    >>> make_ean13("0000000001")
    '2800000000011'
    """
    return f"{PREFIX}{serial}{ean.calc_check_digit(PREFIX + serial)}"
