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


def match_credits(credits, capacities):
    """Match what was credited with what was sold: each credit once, the first line first.

    Two lines of 60 were sold, and 60 was credited; then another 30, of the second line only:

    >>> match_credits([("note", ["a", "b"], 60), ("other", ["b"], 30)], {"a": 60, "b": 60})
    ({('note', 'a'): 60, ('other', 'b'): 30}, {'note': 0, 'other': 0})

    What finds no line is left over:

    >>> match_credits([("note", ["a"], 70)], {"a": 60})
    ({('note', 'a'): 60}, {'note': 10})

    :param credits: ``[(credit, lines that it may be for, amount), …]``
    :param capacities: ``{line: most that may be credited}``
    :return: ``({(credit, line): amount}, {credit: what is left over})``
    """
    room, matched, left = dict(capacities), {}, {}
    for credit, lines, amount in credits:
        for line in lines:
            part = min(amount, room[line])
            if part > 0:
                matched[credit, line] = part
                room[line] -= part
                amount -= part
        left[credit] = amount
    return matched, left


def pieces_left(quantity, amount, credits, step):
    """How many vouchers a line still issues, after some of it was credited; 1 at least.

    Pieces that were credited at their price are gone; what was credited below it made the others
    cheaper:

    >>> from decimal import Decimal
    >>> cent = Decimal("0.01")
    >>> pieces_left(3, Decimal(180), [(1, Decimal(60))], cent)
    2
    >>> pieces_left(3, Decimal(180), [(3, Decimal(60))], cent)
    3

    :param quantity: pieces that were sold
    :param amount: what they were sold for
    :param credits: ``[(pieces, amount), …]``
    """
    price = amount / quantity
    for pieces, credited in credits:
        if credited + step * quantity >= price * pieces:
            quantity -= pieces
    return max(quantity, 1)
