"""What may be agreed, what it means for a bill, and what a new version changes.

Percentages are Decimals from 0 to 100, amounts Decimals in the currency of the sender's cards.
How the terms are meant, and why, stands in docs/adr/0010.
"""

from collections import namedtuple
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from .honouring import HUNDRED, ZERO, Privileges, privileges

#: One version of the terms; the fields of ``consolidation.terms``.
Terms = namedtuple(
    "Terms",
    "copy_privileges discount accumulation shared_deposit payment_percentage"
    " clearing_percentage exposure_limit",
    defaults=(False, ZERO, ZERO, False, HUNDRED, HUNDRED, ZERO),
)

#: The card of the example, where each keeps its own privileges.
SAMPLE_CARD = Privileges(Decimal(10), Decimal("0.05"))

#: A bill under some terms: what is left to pay, credit that it earns when paid in money, and the
#: most of it that credit earned at the same place may pay.
Example = namedtuple("Example", "bill discount payable earned own_most")


class TermsError(ValueError):
    """Terms that cannot be agreed.

    :param code: stable identifier; models turn it into a translated sentence
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def has_steps(value, step):
    """Whether a number is made of whole steps, so that storing it rounds nothing away.

    A limit of 0.004 would be stored as 0, which means that there is none:

    >>> has_steps(0.004, Decimal("0.01")), has_steps(4.35, Decimal("0.01"))
    (False, True)

    What a float cannot hold exactly is not meant:

    >>> has_steps(4.3500000000000005, Decimal("0.01")), has_steps(Decimal(20), Decimal("0.05"))
    (True, True)

    :param value: finite number
    :param step: smallest unit, above zero
    """
    steps = Decimal(repr(value) if isinstance(value, float) else value) / step
    return abs(steps - steps.to_integral_value()) < Decimal("1e-6")


def settle(terms, *, same_currency):
    """Return the terms with what they leave without a meaning at its default.

    A percentage that nobody sees must not be agreed, nor make two versions differ:

    >>> copied = Terms(copy_privileges=True, discount=Decimal(7), exposure_limit=Decimal(50))
    >>> settled = settle(copied, same_currency=True)
    >>> settled.discount, settled.exposure_limit
    (Decimal('0'), Decimal('0'))

    Between two currencies only a discount can be agreed, because credit would be worth something
    else at each side:

    >>> settle(Terms(discount=Decimal(7)), same_currency=False).discount
    Decimal('7')
    >>> for more in ("copy_privileges", "shared_deposit", "accumulation"):
    ...     try:
    ...         settle(Terms()._replace(**{more: Decimal(1)}), same_currency=False)
    ...     except TermsError as error:
    ...         print(error.code)
    currencies_differ
    currencies_differ
    currencies_differ

    :raise TermsError: ``currencies_differ``
    """
    if not same_currency and (terms.copy_privileges or terms.shared_deposit or terms.accumulation):
        raise TermsError("currencies_differ")
    if terms.copy_privileges:
        terms = terms._replace(discount=ZERO, accumulation=ZERO)
    if not is_earning(terms):
        terms = terms._replace(payment_percentage=HUNDRED)
    if not terms.shared_deposit:  # credit pays only where it was earned: nobody owes anything
        terms = terms._replace(clearing_percentage=HUNDRED, exposure_limit=ZERO)
    return terms


def is_earning(terms):
    """Whether cards earn credit at the partner.

    >>> is_earning(Terms()), is_earning(Terms(accumulation=Decimal(2)))
    (False, True)
    """
    return bool(terms.copy_privileges or terms.accumulation)


def work_out(terms, bill, step, card=SAMPLE_CARD):
    """Return what the terms make of a bill.

    >>> def show(**terms):
    ...     example = work_out(Terms(**terms), Decimal(100), Decimal("0.01"))
    ...     print(", ".join(f"{name} {value}" for name, value in example._asdict().items()))
    >>> show(discount=Decimal(3), accumulation=Decimal("2.5"), payment_percentage=Decimal(50))
    bill 100, discount 3, payable 97.00, earned 2.43, own_most 48.50
    >>> show(copy_privileges=True)
    bill 100, discount 10, payable 90.00, earned 4.50, own_most 90.00

    The share is rounded down, so that it is never exceeded:

    >>> show(discount=Decimal("0.01"), payment_percentage=Decimal("33.33"))
    bill 100, discount 0.01, payable 99.99, earned 0.00, own_most 33.32

    :param step: smallest unit of the currency
    :param card: :class:`Privileges` of the card, where they are copied
    """
    given = privileges(card, terms)
    payable = (bill * (HUNDRED - given.discount) / HUNDRED).quantize(step, ROUND_HALF_UP)
    return Example(
        bill=bill,
        discount=given.discount,
        payable=payable,
        earned=(payable * given.credit_rate).quantize(step, ROUND_HALF_UP),
        own_most=(payable * terms.payment_percentage / HUNDRED).quantize(step, ROUND_DOWN),
    )
