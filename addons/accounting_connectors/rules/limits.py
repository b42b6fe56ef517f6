"""A sliding window of calls, as providers count them."""

import math


def bound(seconds, highest, lowest=0.0):
    """Return how long to wait, whatever was told: within bounds, the lowest for what is no number.

    >>> bound(7, 3600), bound(1e9, 3600), bound(-3, 3600, 1.0), bound(float("nan"), 3600, 1.0)
    (7.0, 3600.0, 1.0, 1.0)
    """
    return lowest if math.isnan(seconds) else float(max(lowest, min(seconds, highest)))


def take(taken, now, limit, window, cost=1):
    """Take a place in a sliding window, or tell how long to wait for one.

    >>> take([], 100.0, limit=2, window=5)
    (0.0, [100.0])
    >>> take([96.0, 97.0], 100.0, limit=2, window=5)
    (1.0, [96.0, 97.0])
    >>> take([94.0, 97.0], 100.0, limit=2, window=5)
    (0.0, [97.0, 100.0])

    Places taken in the future, by a clock that was set back since, block for no longer than a window:

    >>> take([990.0, 104.0], 100.0, limit=1, window=5)
    (9.0, [104.0])

    A call may cost several places:

    >>> take([98.0], 100.0, limit=3, window=5, cost=3)
    (3.0, [98.0])

    :param taken: seconds at which places were taken, ascending
    :param limit: places in a window of ``window`` seconds
    :param cost: places that this call takes, at most ``limit``
    :return: (seconds to wait, places taken afterwards); when the wait is 0 the place is taken
    """
    recent = [moment for moment in taken if now - window < moment < now + window]
    if len(recent) + cost <= limit:
        return 0.0, recent + [now] * cost
    blocking = recent[len(recent) + cost - limit - 1]
    return blocking + window - now, recent
