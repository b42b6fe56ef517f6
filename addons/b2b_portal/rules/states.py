"""Where an order and an invoice stand for their customer. Values in, values out; nothing of Odoo."""

from typing import NamedTuple


class OrderFacts(NamedTuple):
    """What decides about the status of an order."""

    #: Odoo's own state: ``draft``, ``sent``, ``sale`` or ``cancel``; locking an order is no state
    state: str = "sale"
    #: states of what goes to the customer or prepares it; returns are left out
    transfers: tuple = ()
    #: a transfer to the customer that is wholly or partly reserved, as the shop's policy allows
    is_ready: bool = False
    #: for each transfer to the customer that was done: whether it arrived
    arrivals: tuple = ()
    #: all that was ordered was performed (orders of services only)
    is_performed: bool = False
    #: nothing is left to invoice, and the invoices are posted
    is_invoiced: bool = False
    #: ``waiting`` or ``running`` while something of the order has to be made, else empty
    production: str = ""


OPEN = ("draft", "waiting", "confirmed", "assigned")


def order_status(facts):
    """Return the key of an order's status; empty while it is no order.

    Nothing is told of what is not confirmed:

    >>> [order_status(OrderFacts(state)) for state in ("draft", "sent", "cancel", "sale")]
    ['', '', 'cancelled', 'ordered']

    Goods wait, are made, get ready; what is made is told before the rest that lies ready:

    >>> waiting = OrderFacts(transfers=("confirmed",))
    >>> order_status(waiting), order_status(waiting._replace(transfers=("assigned",), is_ready=True))
    ('ordered', 'ready')
    >>> [order_status(waiting._replace(production=made)) for made in ("waiting", "running")]
    ['waiting_production', 'in_production']
    >>> order_status(waiting._replace(production="running", is_ready=True))
    'in_production'

    A part left; its back-order is open, then sent, or cancelled:

    >>> part = OrderFacts(transfers=("done", "assigned"), is_ready=True, arrivals=(False,))
    >>> order_status(part), order_status(part._replace(production="running"))
    ('partly_shipped', 'partly_shipped')
    >>> order_status(part._replace(arrivals=(True,)))
    'partly_shipped'
    >>> order_status(part._replace(transfers=("done", "done"), arrivals=(True, False)))
    'shipped'
    >>> order_status(part._replace(transfers=("done", "cancel")))
    'shipped'

    All left; invoiced; arrived, with or without an invoice. An invoice before the goods left says
    nothing about them:

    >>> sent = OrderFacts(transfers=("done",), arrivals=(False,))
    >>> order_status(sent), order_status(sent._replace(is_invoiced=True))
    ('shipped', 'invoiced')
    >>> order_status(sent._replace(arrivals=(True,)))
    'delivered'
    >>> order_status(waiting._replace(is_invoiced=True))
    'ordered'

    A transfer that only prepares (picked, packed) sends nothing yet; all transfers cancelled leave
    the order as it was ordered:

    >>> order_status(OrderFacts(transfers=("done", "waiting")))
    'ordered'
    >>> order_status(OrderFacts(transfers=("cancel",)))
    'ordered'

    Services have no transfers:

    >>> order_status(OrderFacts(is_performed=True))
    'delivered'
    >>> order_status(OrderFacts(is_performed=True, is_invoiced=True))
    'invoiced'
    >>> order_status(OrderFacts(is_invoiced=True))
    'ordered'
    """
    if facts.state != "sale":
        return "cancelled" if facts.state == "cancel" else ""
    is_open = any(state in OPEN for state in facts.transfers)
    if facts.arrivals:
        return "partly_shipped" if is_open else _sent_status(facts)
    if is_open:
        return _unsent_status(facts)
    if facts.is_performed:
        return "invoiced" if facts.is_invoiced else "delivered"
    return "ordered"


def _sent_status(facts):
    if all(facts.arrivals):
        return "delivered"
    return "invoiced" if facts.is_invoiced else "shipped"


def _unsent_status(facts):
    if facts.production:
        return {"waiting": "waiting_production", "running": "in_production"}[facts.production]
    return "ready" if facts.is_ready else "ordered"


def invoice_status(payment_state, due, today):
    """Return where a posted invoice stands: the key of what the customer reads.

    :param payment_state: Odoo's: ``not_paid``, ``in_payment``, ``paid``, ``partial``, ``reversed`` …
    :param due: date, or None
    :param today: date

    >>> invoice_status("not_paid", 3, 3), invoice_status("not_paid", 2, 3)
    ('open', 'overdue')
    >>> invoice_status("partial", 3, 3), invoice_status("partial", 2, 3)
    ('partial', 'overdue')
    >>> [invoice_status(state, 1, 3) for state in ("paid", "in_payment", "reversed")]
    ['paid', 'in_payment', 'reversed']
    >>> invoice_status("blocked", None, 3), invoice_status("invoicing_legacy", 1, 3)
    ('open', 'paid')
    """
    if payment_state in ("paid", "in_payment", "reversed"):
        return payment_state
    if payment_state == "invoicing_legacy":  # was settled before Odoo kept the books
        return "paid"
    if due and due < today:
        return "overdue"
    return "partial" if payment_state == "partial" else "open"
