"""Documents in another currency than the account's.

A rate is units of the document's currency for 1 of the account's, as Odoo keeps it on orders and
invoices; for documents in the account's own currency it is 1.
"""

from decimal import Decimal

from .amounts import round_half_up


def to_credit(amount, rate, step):
    """Credit that equals an amount of the document, rounded half up.

    >>> to_credit(Decimal("110.00"), Decimal("1.1"), Decimal("0.01"))
    Decimal('100.00')

    :param amount: in the document's currency
    :param step: smallest unit of the account's currency
    """
    return round_half_up(amount / rate, step)


def to_document(credit, rate, step):
    """Amount of the document that equals an amount of credit, rounded half up.

    >>> to_document(Decimal("0.33"), Decimal("1.1"), Decimal("0.01"))
    Decimal('0.36')

    :param credit: in the account's currency
    :param step: smallest unit of the document's currency
    """
    return round_half_up(credit * rate, step)


def cover(due, credit, rate, credit_step, step):
    """Return ``(credit used, amount covered)`` when ``credit`` is there for ``due``.

    What can be paid whole is paid whole: no cent stays open because of rounding there and back.

    >>> cent = Decimal("0.01")
    >>> cover(Decimal("50.00"), Decimal("80.00"), Decimal(1), cent, cent)
    (Decimal('50.00'), Decimal('50.00'))
    >>> cover(Decimal("50.00"), Decimal("20.00"), Decimal("1.1"), cent, cent)
    (Decimal('20.00'), Decimal('22.00'))

    1.00 at 3.7 is 0.27, which would be worth 1.00 only nearly:

    >>> cover(Decimal("1.00"), Decimal("0.27"), Decimal("3.7"), cent, cent)
    (Decimal('0.27'), Decimal('1.00'))

    A currency without cents can leave an amount that no whole unit of it covers:

    >>> cover(Decimal("1"), Decimal("0.01"), Decimal("1"), cent, Decimal(1))
    (Decimal('0.00'), Decimal('0'))

    :param due: what is to be paid, in the document's currency
    :param credit: what there is, in the account's currency
    :param credit_step: smallest unit of the account's currency
    :param step: smallest unit of the document's currency
    """
    if due <= 0 or credit <= 0:
        return round_half_up(Decimal(0), credit_step), round_half_up(Decimal(0), step)
    needed = to_credit(due, rate, credit_step)
    if 0 < needed <= credit:
        return needed, due
    covered = min(to_document(credit, rate, step), due)
    if not covered:
        return round_half_up(Decimal(0), credit_step), covered
    return credit, covered
