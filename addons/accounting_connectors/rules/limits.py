"""A sliding window of calls, as providers count them."""


def take(taken, now, limit, window, cost=1):
    """Take a place in a sliding window, or tell how long to wait for one.

    >>> take([], 100.0, limit=2, window=5)
    (0.0, [100.0])
    >>> take([96.0, 97.0], 100.0, limit=2, window=5)
    (1.0, [96.0, 97.0])
    >>> take([94.0, 97.0], 100.0, limit=2, window=5)
    (0.0, [97.0, 100.0])

    A call may cost several places:

    >>> take([98.0], 100.0, limit=3, window=5, cost=3)
    (3.0, [98.0])

    :param taken: seconds at which places were taken, ascending
    :param limit: places in a window of ``window`` seconds
    :param cost: places that this call takes, at most ``limit``
    :return: (seconds to wait, places taken afterwards); when the wait is 0 the place is taken
    """
    recent = [moment for moment in taken if moment > now - window]
    if len(recent) + cost <= limit:
        return 0.0, recent + [now] * cost
    blocking = recent[len(recent) + cost - limit - 1]
    return blocking + window - now, recent
