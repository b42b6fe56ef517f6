"""What happens with articles as time goes by. Dates are days; amounts in any currency. No Odoo."""

import datetime
from decimal import ROUND_HALF_UP, Decimal


def marked_down(price, percent, rounding="0.01"):
    """Return a price lowered by a percentage, rounded half up to the currency.

    :param price: as it was agreed
    :param percent: 0–100
    :param rounding: smallest amount of the currency, as text

    >>> marked_down(Decimal("45"), Decimal("33"))
    Decimal('30.15')
    >>> marked_down(Decimal("12.5"), Decimal("25"))
    Decimal('9.38')
    >>> marked_down(Decimal("19"), Decimal("10"), rounding="1")
    Decimal('17')
    """
    unit = Decimal(rounding)
    lowered = Decimal(price) * (100 - Decimal(percent)) / 100
    return (lowered / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def next_step(accepted, steps, today):
    """Return the next markdown that is still to come.

    :param accepted: date of acceptance
    :param steps: ``(days, percent)``, days after acceptance, in any order
    :return: ``(date, percent)``, None when there is none left

    >>> steps = [(60, 50), (30, 20)]
    >>> next_step(datetime.date(2026, 1, 1), steps, datetime.date(2026, 1, 30))
    (datetime.date(2026, 1, 31), 20)
    >>> next_step(datetime.date(2026, 1, 1), steps, datetime.date(2026, 1, 31))
    (datetime.date(2026, 3, 2), 50)
    >>> next_step(datetime.date(2026, 1, 1), steps, datetime.date(2026, 3, 2)) is None
    True
    """
    dated = sorted((accepted + datetime.timedelta(days), percent) for days, percent in steps)
    return next(((day, percent) for day, percent in dated if day > today), None)


def due_percent(accepted, steps, today):
    """Return by how many percent of the agreed price an article is marked down by now.

    >>> steps = [(60, 50), (30, 20)]
    >>> [due_percent(datetime.date(2026, 1, 1), steps, datetime.date(2026, month, 31))
    ...  for month in (1, 3)]
    [20, 50]
    >>> due_percent(datetime.date(2026, 1, 1), steps, datetime.date(2026, 1, 30))
    0
    """
    past = [percent for days, percent in steps if accepted + datetime.timedelta(days) <= today]
    return max(past, default=0)


def end(choice, extensions, most):
    """Return what happens with an article on its return date.

    :param choice: what the consignor chose: ``return``, ``donate``, ``extend`` or ``markdown``
    :param extensions: how often it stayed longer already
    :param most: how often the shop permits that
    :return: ``extend``, ``markdown``, or ``wait``: for the consignor to fetch it, or the staff

    >>> [end(choice, 0, 1) for choice in ("return", "donate", "extend", "markdown")]
    ['wait', 'wait', 'extend', 'markdown']
    >>> end("extend", 1, 1), end("markdown", 1, 1)
    ('wait', 'wait')
    """
    stays = choice in ("extend", "markdown") and extensions < most
    return choice if stays else "wait"
