"""Who pays whom at the end of a period, so that few payments settle everything.

Amounts are Decimals of one currency; establishments are their ids. See docs/adr/0011.
"""

from collections import namedtuple
from decimal import Decimal

ZERO = Decimal(0)

#: Up to this many establishments with a position, no other way needs fewer payments.
EXACT_LIMIT = 12

Payment = namedtuple("Payment", "payer payee amount")


def positions(debts):
    """Return what each establishment gets in the end, below zero: pays; ``{id: amount}``.

    >>> positions({("shop", "bistro"): Decimal(30), ("bistro", "shop"): Decimal(12)})
    {'bistro': Decimal('18'), 'shop': Decimal('-18')}

    Whoever is owed as much as it owes has none:

    >>> positions({("shop", "bistro"): Decimal(5), ("bistro", "deli"): Decimal(5)})
    {'deli': Decimal('5'), 'shop': Decimal('-5')}
    """
    result = {}
    for (debtor, creditor), amount in debts.items():
        result[debtor] = result.get(debtor, ZERO) - amount
        result[creditor] = result.get(creditor, ZERO) + amount
    return {place: result[place] for place in sorted(result) if result[place]}


def net(debts):
    """Return the payments that settle all debts at once, in the order of payer and payee.

    Each establishment pays or gets exactly its position, and all of its payments go one way. Up
    to :data:`EXACT_LIMIT` establishments there is no way with fewer payments, above there are at
    most as many as establishments, less one. The same debts give the same payments.

    A circle of equal debts needs no payment:

    >>> shop, bistro, deli, cafe = 1, 2, 3, 4
    >>> net({(shop, bistro): Decimal(9), (bistro, deli): Decimal(9), (deli, shop): Decimal(9)})
    []

    Two pairs that have nothing to do with each other need two, not three:

    >>> for payment in net({
    ...     (shop, bistro): Decimal("7.50"),
    ...     (deli, bistro): Decimal("2.50"),
    ...     (deli, cafe): Decimal("4.00"),
    ...     (bistro, cafe): Decimal("3.50"),
    ... }):
    ...     print(payment.payer, "pays", payment.payee, payment.amount)
    1 pays 4 7.50
    3 pays 2 6.50

    What was given back after it had been cleared turns a debt around:

    >>> net({(shop, bistro): Decimal(-4)})
    [Payment(payer=2, payee=1, amount=Decimal('4'))]

    :param debts: ``{(debtor, creditor): amount}``, below zero where more was given back
    """
    open_positions = list(positions(debts).items())
    payments = []
    for group in _split(open_positions):
        payments += _settle(group)
    return sorted(payments)


def _split(members):
    """Split positions into as many groups as possible that each sum up to nothing."""
    if len(members) > EXACT_LIMIT:
        return _split_pairs(members)
    return _split_exactly(members)


def _split_exactly(members):
    """As :func:`_split`, and there is no split into more groups.

    Members are put in a row, one after the other; a group ends wherever the row so far sums up to
    nothing. The best row of a set is the best one of the set without its last member, so all sets
    are looked at once: 4,096 for twelve members.

    >>> [[place for place, _amount in group] for group in _split_exactly(
    ...     [(1, Decimal(-7)), (2, Decimal(3)), (3, Decimal(-3)), (4, Decimal(7))])]
    [[1, 4], [2, 3]]
    """
    count = len(members)
    sums, groups, last = [ZERO] * (1 << count), [0] * (1 << count), [0] * (1 << count)
    for chosen in range(1, 1 << count):
        lowest = (chosen & -chosen).bit_length() - 1
        sums[chosen] = sums[chosen & (chosen - 1)] + members[lowest][1]
        last[chosen] = max(
            (index for index in range(count) if chosen >> index & 1),
            key=lambda index: groups[chosen ^ (1 << index)],
        )
        groups[chosen] = groups[chosen ^ (1 << last[chosen])] + (not sums[chosen])
    return _read_groups(members, sums, last)


def _read_groups(members, sums, last):
    """Follow the best row from its end and cut it wherever a group ends."""
    result, chosen = [], (1 << len(members)) - 1
    while chosen:
        if not sums[chosen]:
            result.append([])
        result[-1].append(members[last[chosen]])
        chosen ^= 1 << last[chosen]
    return result


def _split_pairs(members):
    """Split off pairs that make up for each other; the others are one group."""
    waiting, pairs, rest = {}, [], []
    for place, amount in members:
        if waiting.get(-amount):
            pairs.append([(waiting[-amount].pop(), -amount), (place, amount)])
        else:
            waiting.setdefault(amount, []).append(place)
    for amount, places in waiting.items():
        rest += [(place, amount) for place in places]
    return [*pairs, sorted(rest)] if rest else pairs


def _settle(group):
    """Let the largest debtor pay the largest creditor, until nothing is left.

    Each payment settles at least one of both, the last one both: one less than members.
    """
    left = dict(group)
    payments = []
    while left:
        payer = min(left, key=lambda place: (left[place], place))
        payee = max(left, key=lambda place: (left[place], -place))
        amount = min(-left[payer], left[payee])
        payments.append(Payment(payer, payee, amount))
        for place, change in ((payer, amount), (payee, -amount)):
            left[place] += change
            if not left[place]:
                del left[place]
    return payments
