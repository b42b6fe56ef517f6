"""What a receipt is worth: how much of it credit may pay, and how much of it earns.

Amounts are Decimals in the currency of the account and of the till.
"""

from decimal import Decimal

ZERO = Decimal(0)


def payable(total, sold, refunded=ZERO):
    """What credit may pay of a receipt: all of it but the credit that it sells.

    Otherwise a top-up could be paid with the very credit that it tops up.

    >>> payable(Decimal(80), Decimal(50)), payable(Decimal(40), Decimal(50))
    (Decimal('30'), Decimal('0'))

    A receipt that also takes goods back is settled by :func:`..refund.settle`; nothing new is
    paid with credit on it.

    >>> payable(Decimal(80), ZERO, refunded=Decimal(5))
    Decimal('0')

    :param total: what the customer pays, taxes included
    :param sold: credit that the receipt sells
    :param refunded: value of what it takes back
    """
    if refunded:
        return ZERO
    return max(total - sold, ZERO)


def earning_base(total, sold, tips, credit, *, on_credit):
    """What earns of a receipt: goods that are paid in money.

    Tips are no purchase, sold credit earns when it is spent on something else.

    >>> earning_base(Decimal(115), Decimal(10), Decimal(5), Decimal(40), on_credit=False)
    Decimal('60')
    >>> earning_base(Decimal(115), Decimal(10), Decimal(5), Decimal(40), on_credit=True)
    Decimal('100')
    >>> earning_base(Decimal(10), Decimal(0), Decimal(5), Decimal(10), on_credit=False)
    Decimal('0')

    :param total: of the receipt, taxes included
    :param sold: credit that it sells
    :param tips: in it
    :param credit: what was paid with credit and not given back
    :param on_credit: whether what is paid with credit earns
    """
    goods = total - sold - tips
    return max(goods if on_credit else goods - credit, ZERO)


def mask(number):
    """Card number as a receipt shows it: the last four characters.

    >>> mask("2912345678901"), mask("AB1")
    ('•••8901', '•••AB1')
    """
    return f"•••{number[-4:]}"


def mask_phone(phone):
    """Phone number as a cashier sees it among others: the last three digits.

    >>> mask_phone("+31 20 555 12 34"), mask_phone("")
    ('•••234', '')
    """
    digits = "".join(filter(str.isdigit, phone))
    return f"•••{digits[-3:]}" if digits else ""


def mask_email(email):
    """E-mail address as a cashier sees it among others: the first letter and the domain.

    >>> mask_email("anna@example.org"), mask_email("")
    ('a•••@example.org', '')
    """
    name, _at, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}" if domain else ""
