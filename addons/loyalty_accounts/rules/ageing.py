"""How old credit is, in buckets of days."""

from bisect import bisect_right

#: Buckets as ``(first day, last day)``; the last one is open.
BUCKETS = ((0, 30), (31, 90), (91, 180), (181, 365), (366, None))

#: First day of each bucket but the first: what PostgreSQL's ``width_bucket`` takes.
BOUNDS = tuple(first for first, _last in BUCKETS[1:])


def bucket(days):
    """Return the bucket of credit that is so many days old, as an index of :data:`BUCKETS`.

    >>> [bucket(days) for days in (0, 30, 31, 90, 91, 365, 366, 4000)]
    [0, 0, 1, 1, 2, 3, 4, 4]

    Credit given on a day that is still to come at another establishment is not older than today:

    >>> bucket(-1)
    0
    """
    return bisect_right(BOUNDS, days)
