"""Counting tries: so many within a time, then a pause."""

from collections import namedtuple
from datetime import timedelta
from math import ceil

#: ``limit`` tries within ``window``, then none for ``pause`` (timedeltas).
Policy = namedtuple("Policy", "limit window pause")

#: How far another server's clock may be ahead: what it noted then counts.
SKEW = timedelta(minutes=1)

#: What is known of someone's tries: how many ``since`` when, and until when there are none.
Tries = namedtuple("Tries", "count since paused_until", defaults=(0, None, None))


def is_paused(tries, now):
    """Whether there are no tries at this moment.

    A pause that began much later than now is a clock's that was set back since, and counts no more.

    >>> from datetime import datetime
    >>> noon = datetime(2026, 1, 1, 12)
    >>> is_paused(Tries(5, noon + timedelta(days=365), noon + timedelta(days=366)), noon)
    False

    The clock of another server may be ahead a little:

    >>> is_paused(Tries(5, noon + SKEW, noon + 15 * SKEW), noon)
    True
    """
    return bool(tries.paused_until and tries.since <= now + SKEW and now < tries.paused_until)


def take(tries, now, policy):
    """Use one try up; the last one begins the pause, and is still a try.

    >>> from datetime import datetime
    >>> minute, noon = timedelta(minutes=1), datetime(2026, 1, 1, 12)
    >>> policy = Policy(2, 10 * minute, 15 * minute)
    >>> one = take(Tries(), noon, policy)
    >>> one.count, is_paused(one, noon)
    (1, False)
    >>> two = take(one, noon + minute, policy)
    >>> two.count, is_paused(two, noon + minute), is_paused(two, noon + 16 * minute)
    (2, True, False)
    >>> take(two, noon + 16 * minute, policy).count  # the pause is over: from the start
    1
    >>> take(one, noon + 10 * minute, policy).count  # the first one was too long ago
    1
    >>> take(Tries(1, noon + timedelta(days=365)), noon, policy).count  # the clock was set back
    1
    >>> take(Tries(1, noon + minute), noon, policy).count  # another server's clock is ahead
    2

    :param tries: not paused at this moment
    """
    over = tries.paused_until or (tries.since and not -SKEW <= now - tries.since < policy.window)
    count, since = (1, now) if over or not tries.since else (tries.count + 1, tries.since)
    return Tries(count, since, now + policy.pause if count >= policy.limit else None)


def minutes_left(tries, now):
    """Return the whole minutes until the pause is over, at least 1.

    >>> from datetime import datetime
    >>> noon = datetime(2026, 1, 1, 12)
    >>> minutes_left(Tries(5, noon, noon + timedelta(seconds=61)), noon)
    2
    """
    return max(ceil((tries.paused_until - now) / timedelta(minutes=1)), 1)
