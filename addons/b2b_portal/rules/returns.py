"""What can be sent back, and from which shipment it is taken. Values in, values out."""


def return_state(decision, is_received, is_refunded):
    """Return where a request to return goods stands.

    :param decision: ``open``, ``accepted`` or ``declined``

    >>> return_state("open", False, False), return_state("declined", False, False)
    ('requested', 'declined')
    >>> return_state("accepted", False, False), return_state("accepted", True, False)
    ('accepted', 'received')
    >>> return_state("accepted", True, True), return_state("accepted", False, True)
    ('refunded', 'refunded')
    >>> return_state("open", True, True)
    'requested'
    """
    if decision == "open":
        return "requested"
    if decision == "declined":
        return "declined"
    if is_refunded:
        return "refunded"
    return "received" if is_received else "accepted"


def allocate(quantity, shipped):
    """Return what is taken back from which shipped move, the oldest first, and what is missing.

    :param shipped: list of ``(move, quantity)`` that can still be returned

    >>> allocate(5, [("a", 2), ("b", 0), ("c", 4)])
    ([('a', 2), ('c', 3)], 0)
    >>> allocate(5, [("a", 2)])
    ([('a', 2)], 3)
    """
    taken = []
    for move, available in shipped:
        part = min(quantity, available)
        if part > 0:
            taken.append((move, part))
            quantity -= part
    return taken, quantity
