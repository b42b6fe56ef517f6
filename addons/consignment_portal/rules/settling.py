"""What of a sold article's price is the consignor's, what the shop's, and the VAT in it."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

HUNDRED = Decimal(100)


class Parts(NamedTuple):
    """Parts of a price, in its currency.

    consignor: the share, without VAT; commission: what the shop keeps; margin_vat: the VAT that is
    in the commission under the margin scheme, 0 otherwise.
    """

    consignor: Decimal
    commission: Decimal
    margin_vat: Decimal


def round_to(amount, step):
    """Round half up (away from zero) to a currency's smallest unit.

    >>> round_to(Decimal("2.345"), Decimal("0.01")), round_to(Decimal("-2.345"), Decimal("0.01"))
    (Decimal('2.35'), Decimal('-2.35'))
    >>> round_to(Decimal("10.03"), Decimal("0.05"))
    Decimal('10.05')
    """
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def split(paid, untaxed, share, *, is_agency=False, rate=0, step=Decimal("0.01")):
    """Split what customers paid for an article, all returns and discounts counted.

    Margin scheme: the share is taken of the price that the customer pays. What is left is the
    margin, and VAT is in it: ``margin × rate / (100 + rate)``. A coat for 100 at 60 percent:

    >>> split(100, 100, 60, rate=19)
    Parts(consignor=Decimal('60.00'), commission=Decimal('40.00'), margin_vat=Decimal('6.39'))

    Sold to a friend for nothing, or the whole price given away: there is no margin.

    >>> split(0, 0, 60, rate=19).margin_vat, split(40, 40, 100, rate=19).margin_vat
    (Decimal('0.00'), Decimal('0.00'))

    Agency: the share is taken of the price without VAT. The same coat, with 19 percent in it:

    >>> split(119, 100, 60, is_agency=True, rate=19)
    Parts(consignor=Decimal('60.00'), commission=Decimal('40.00'), margin_vat=Decimal('0.00'))

    A share never loses a unit: what is not the consignor's is the shop's.

    >>> parts = split(Decimal("0.01"), Decimal("0.01"), 50)
    >>> parts.consignor + parts.commission
    Decimal('0.01')

    :param paid: taxes included
    :param untaxed: the same without taxes
    :param share: percent 0–100
    :param rate: percent of VAT on margins
    :param step: the currency's smallest unit
    """
    base = round_to(Decimal(str(untaxed if is_agency else paid)), step)
    consignor = round_to(base * Decimal(str(share)) / HUNDRED, step)
    commission = base - consignor
    rate = Decimal(str(rate))
    margin_vat = Decimal(0) if is_agency else commission * rate / (HUNDRED + rate)
    return Parts(consignor, commission, round_to(margin_vat, step))


def is_payable(total, minimum):
    """Tell whether a settlement is paid out; else its balance goes into the next one.

    >>> is_payable(25, 20), is_payable(20, 20), is_payable(19.99, 20)
    (True, True, False)
    >>> is_payable(0, 0), is_payable(-3, 0)
    (False, False)
    """
    return total > 0 and total >= minimum
