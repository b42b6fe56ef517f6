"""What "Order again" puts into the cart. Values in, values out; nothing of Odoo."""

from decimal import ROUND_CEILING, Decimal


def wanted(lines):
    """Return ``{article: quantity}`` of an order's lines; the same article is one line.

    >>> wanted([("pan", 2), ("pot", 1), ("pan", 3), ("gift", 0), ("back", -1)])
    {'pan': 5, 'pot': 1}
    """
    quantities = {}
    for article, quantity in lines:
        if quantity > 0:
            quantities[article] = quantities.get(article, 0) + quantity
    return quantities


def fit(quantity, *, digits=0, pack=0, maximum=1_000_000):
    """Return the nearest quantity that can be ordered now and is not less, as a plain text.

    :param digits: decimals the unit of measure allows; 0 for pieces
    :param pack: only multiples of it can be ordered; 0 for any quantity
    :param maximum: the largest quantity; rounded down to whole packs

    >>> fit(5), fit(4.5), fit(4.5, digits=2), fit(13, pack=12), fit(24, pack=12)
    ('5', '5', '4.5', '24', '24')
    >>> fit(0.1 + 0.2, digits=2), fit(100), fit(99, pack=10, maximum=95)
    ('0.3', '100', '90')
    """
    step = Decimal(str(pack)) if pack else Decimal(1).scaleb(-digits)
    # Floats carry noise that would otherwise be rounded up to a whole pack.
    exact = round(Decimal(str(quantity)), 6)
    value = (exact / step).to_integral_value(ROUND_CEILING) * step
    most = Decimal(maximum) // step * step
    return f"{min(value, most).normalize():f}"
