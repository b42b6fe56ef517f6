"""What a refund gives back, takes back, withholds and leaves as a debt (LA14).

The whole of it is :func:`settle`. All amounts are Decimals in the account's currency.

1. What the document still owes is cancelled first; nothing is paid back for it.
2. The rest goes back in the proportion in which the document was paid: the credit's part to the
   lots it came from, the money's part in money. Credit is never paid back in money.
3. Earned credit that has to go is taken from where it lies. What expired unused is forgiven. What
   was spent is withheld from the money; where there is no money, it is a debt.

Worked examples
---------------

>>> from decimal import Decimal as D
>>> from .amounts import canonical
>>> def show(refund, paid, *args, **kwargs):
...     result = settle(D(refund), paid, *args, step=D("0.01"), **kwargs)
...     for part in (result, *(back for _earning, back in result.take_backs)):
...         values = part._asdict().items()
...         amounts = [(name, value) for name, value in values if isinstance(value, D)]
...         print(*(f"{name} {canonical(value)}" for name, value in amounts if value or name != "owed"))

**What goes back.** 100 paid with 40 of credit and 60 of money. All of it returned:

>>> mixed = Paid(money=D(60), takes=[(1, D(40))])
>>> show("100", mixed)
cancelled 0 credit 40 money 60 payout 60

A quarter of it returned, then the rest, in two parts that add up to what was paid:

>>> show("25", mixed)
cancelled 0 credit 10 money 15 payout 15
>>> show("75", Paid(money=D(45), takes=[(1, D(30))]))
cancelled 0 credit 30 money 45 payout 45

Paid with credit alone, or with money alone:

>>> show("100", Paid(takes=[(1, D(100))]))
cancelled 0 credit 100 money 0 payout 0
>>> show("100", Paid(money=D(100)))
cancelled 0 credit 0 money 100 payout 100

40 of credit used, 60 not paid yet: what is open goes first, and nobody gets money.

>>> show("50", Paid(unpaid=D(60), takes=[(1, D(40))]))
cancelled 50 credit 0 money 0 payout 0
>>> show("100", Paid(unpaid=D(60), takes=[(1, D(40))]))
cancelled 60 credit 40 money 0 payout 0

Three thirds of 10.00, of which 1.00 was credit: halves are rounded up, the last part takes
what is left.

>>> show("3.33", Paid(money=D(9), takes=[(1, D(1))]))
cancelled 0 credit 0.33 money 3 payout 3
>>> show("3.34", Paid(money=D(3), takes=[(1, D("0.34"))]))
cancelled 0 credit 0.34 money 3 payout 3

A credit note above what was paid (goodwill) is money once the credit is back:

>>> show("120", mixed)
cancelled 0 credit 40 money 80 payout 80

**What was earned.** The document earned 5.00; all of it has to go, and nothing was spent:

>>> show("100", Paid(money=D(100)), [Earning("e", D(5), 7, D(5))], available=D(5))
cancelled 0 credit 0 money 100 payout 100
withdrawn 5 forgiven 0 withheld 0 debt 0

4.00 of the 5.00 was spent elsewhere: it is withheld from the money.

>>> show("100", Paid(money=D(100)), [Earning("e", D(5), 7, D(1))], available=D(1))
cancelled 0 credit 0 money 100 payout 96
withdrawn 1 forgiven 0 withheld 4 debt 0

There is no money to withhold it from, because the bill was paid with credit or not at all:

>>> show("100", Paid(takes=[(1, D(100))]), [Earning("e", D(5), 7, D(0))], available=D(0))
cancelled 0 credit 100 money 0 payout 0
withdrawn 0 forgiven 0 withheld 0 debt 5
>>> show("100", Paid(unpaid=D(100)), [Earning("e", D(5), 7, D(0))], available=D(0))
cancelled 100 credit 0 money 0 payout 0
withdrawn 0 forgiven 0 withheld 0 debt 5

There is too little money: the rest is a debt.

>>> show("3", Paid(money=D(3)), [Earning("e", D(5), 7, D(0))], available=D(0))
cancelled 0 credit 0 money 3 payout 0
withdrawn 0 forgiven 0 withheld 3 debt 2

The lot expired with 3.00 in it: that was of no use to the customer and is forgiven.

>>> show("100", Paid(money=D(100)), [Earning("e", D(5), 7, D(0), D(3))], available=D(0))
cancelled 0 credit 0 money 100 payout 98
withdrawn 0 forgiven 3 withheld 2 debt 0

The earned credit paid this very document: it comes back first and is then taken back, so
that nothing is withheld.

>>> own = Paid(money=D(95), takes=[(7, D(5))])
>>> show("100", own, [Earning("e", D(5), 7, D(0))], available=D(0))
cancelled 0 credit 5 money 95 payout 95
withdrawn 5 forgiven 0 withheld 0 debt 0

What is in the lot but reserved for another document stays there:

>>> show("100", Paid(money=D(100)), [Earning("e", D(5), 7, D(5))], available=D(2))
cancelled 0 credit 0 money 100 payout 97
withdrawn 2 forgiven 0 withheld 3 debt 0

Two earnings (the order had grown after its confirmation) of 2.00 and 1.00, of which 0.50 is
left; a refund of 2.00 has money for a part of it only.

>>> two = [Earning("new", D(2), 8, D(0)), Earning("old", D(1), 7, D("0.5"))]
>>> show("2.00", Paid(money=D(2)), two, available=D("0.5"))
cancelled 0 credit 0 money 2 payout 0
withdrawn 0 forgiven 0 withheld 2 debt 0
withdrawn 0.5 forgiven 0 withheld 0 debt 0.5

The order was cancelled before its money is refunded: its earning of 5.00, which had been spent,
went then and left a debt. It is withheld now, and the debt is gone.

>>> show("100", Paid(money=D(100)), owed=D(5))
cancelled 0 credit 0 money 100 payout 95 owed 5
"""

from collections import namedtuple

from .amounts import round_half_up
from .earning import take_back
from .entry import ZERO
from .lots import give_back

#: What was paid for the document and not given back yet. ``takes`` is what its payments took from
#: lots and still have, in their order, as ``[(lot id, amount), …]``.
Paid = namedtuple("Paid", "unpaid money takes", defaults=(ZERO, ZERO, ()))

#: One earning of the document: how much of it has to go, its lot, what the lot still holds, and
#: how much of it expired and was not forgiven.
Earning = namedtuple("Earning", "id take lot_id remaining expired", defaults=(None, ZERO, ZERO))

#: ``cancelled + credit + money`` is the refund; ``payout`` is the money less what is withheld.
#: ``gives`` are the lots that get the credit, ``take_backs`` is ``[(earning id, TakeBack), …]``.
#: ``owed`` is withheld for what earnings of the document that went before left as a debt.
Settlement = namedtuple("Settlement", "cancelled credit money payout owed gives take_backs")


def settle(refund, paid, earnings=(), *, owed=ZERO, available=ZERO, step):
    """Return the :class:`Settlement` of a refund; worked examples at the top of this file.

    :param refund: value of what is returned, taxes included
    :param paid: :class:`Paid`
    :param earnings: :class:`Earning` of the document that have to go, wholly or in part
    :param owed: debt that earnings of the document left when they were taken back before
    :param available: the account's credit that is not reserved, before the refund
    :param step: smallest unit of the account's currency
    """
    cancelled = min(refund, paid.unpaid)
    credit = credit_part(refund, paid, step)
    gives = give_back(paid.takes, {}, credit)
    money = round_half_up(refund - cancelled - credit, step)
    take_backs = _take_back(earnings, gives, available + credit, money)
    payout = money - sum(back.withheld for _earning, back in take_backs)
    owed = min(owed, payout)
    return Settlement(cancelled, credit, money, payout - owed, owed, gives, take_backs)


def credit_part(refund, paid, step):
    """Return how much of a refund goes back as credit: what was paid with it, in proportion.

    >>> from decimal import Decimal as D
    >>> credit_part(D(50), Paid(money=D(60), takes=[(1, D(40))]), D("0.01"))
    Decimal('20.00')
    """
    rest = refund - min(refund, paid.unpaid)
    credit = sum((amount for _lot, amount in paid.takes), ZERO)
    total = credit + paid.money
    if not total:
        return round_half_up(ZERO, step)
    return min(round_half_up(min(rest, total) * credit / total, step), credit)


def _take_back(earnings, gives, available, money):
    take_backs = []
    for earning in earnings:
        given = sum((amount for lot_id, amount in gives if lot_id == earning.lot_id), ZERO)
        back = take_back(
            earning.take,
            remaining=earning.remaining + given,
            expired=earning.expired,
            available=available,
            money=money,
        )
        take_backs.append((earning.id, back))
        available -= back.withdrawn
        money -= back.withheld
    return take_backs
