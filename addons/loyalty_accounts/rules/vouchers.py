"""Vouchers: the tax that single-purpose ones carry, and pieces of one invoice line.

A single-purpose voucher is taxed when it is sold, a multi-purpose one when it is used (Directive
2006/112/EC, articles 30a and 30b). Amounts are Decimals in the account's currency.
"""

from itertools import pairwise

from .amounts import round_half_up


def tax_spent(amount, tax, spent, step):
    """Tax that goes with what was spent of a voucher so far, rounded half up.

    Three thirds of a voucher of 10.00, of which 1.67 is tax, carry all of it:

    >>> from decimal import Decimal
    >>> cent = Decimal("0.01")
    >>> for spent in ("3.33", "6.66", "10.00"):
    ...     print(tax_spent(Decimal(10), Decimal("1.67"), Decimal(spent), cent))
    0.56
    1.11
    1.67

    :param amount: value of the voucher, taxes included
    :param tax: the tax in it
    :param spent: how much of the amount is gone
    """
    return round_half_up(tax * spent / amount, step)


def split_evenly(total, pieces, step):
    """Split an amount over pieces so that they add up.

    >>> from decimal import Decimal
    >>> [str(part) for part in split_evenly(Decimal(10), 3, Decimal("0.01"))]
    ['3.33', '3.34', '3.33']
    """
    marks = [round_half_up(total * number / pieces, step) for number in range(pieces + 1)]
    return [after - before for before, after in pairwise(marks)]
