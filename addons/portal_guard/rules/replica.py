"""When pages may be read from a replica of the database. No Odoo here.

A mark is what a visitor's browser keeps after a request that may have written: how far the primary's
log was then, and when. A page is read from the replica once that has replayed this much.
"""

import re

#: Seconds after a write in which the replica is not even asked whether it has it.
YOUNG = 1
#: Seconds that a mark is kept; a replica that is this far behind has long been put aside.
KEPT = 24 * 3600
#: Seconds that the replica may be behind in replaying; further behind it is not used. What it has not
#: even received it does not know of: see docs/adr/0019.
MOST_BEHIND = 10
#: Seconds that one look at the replica's health holds in a worker.
LOOK_AGAIN = 2
#: Seconds that a replica which was away or behind is left alone by a worker.
LEFT_ALONE = 30
#: Stands for a position that could not be read: later than any.
UNKNOWN = 2**64 - 1

_MARK = re.compile(r"(\d{1,20})-(\d{1,12})")


def write_mark(position, now):
    """Return what the browser keeps.

    :param position: bytes of the primary's log; None when it could not be read
    :param now: seconds since 1970

    >>> write_mark(50331976, 1700000000.7)
    '50331976-1700000000'
    >>> read_mark(write_mark(None, 1700000000)) == (UNKNOWN, 1700000000)
    True
    """
    return f"{UNKNOWN if position is None else int(position)}-{int(now)}"


def read_mark(text):
    """Return (position, seconds since 1970), or None when there is no mark.

    Whoever forges one only changes where their own pages are read.

    >>> read_mark("50331976-1700000000")
    (50331976, 1700000000)
    >>> read_mark(None), read_mark(""), read_mark("0/3000148"), read_mark("1-2; DROP")
    (None, None, None, None)
    >>> read_mark("99999999999999999999-1")
    """
    found = _MARK.fullmatch(text or "")
    if not found or int(found[1]) > UNKNOWN:
        return None
    return int(found[1]), int(found[2])


def is_young(moment, now):
    """Tell whether a write was so short ago that the primary is asked in any case.

    A clock that was set back makes no difference: what is not past is young.

    >>> is_young(1000, 1000.4), is_young(1000, 1002), is_young(2000, 1000)
    (True, False, True)
    """
    return now < moment + YOUNG + 1  # the moment has lost its fraction


class Health:
    """What a worker last saw of the replica, so that not every page has to ask.

    >>> health = Health()
    >>> health.is_due(100)
    True
    >>> health.note(True, 100)
    False
    >>> health.is_due(101), health.is_due(102)
    (False, True)

    It is put aside at the second bad look, since the first one may have come upon a busy moment:

    >>> health.note(False, 102), health.well
    (False, False)
    >>> health.note(False, 104)
    True
    """

    def __init__(self):
        self.well, self._looked = True, None

    def is_due(self, now):
        """Tell whether it is time to look."""
        return self._looked is None or now >= self._looked + LOOK_AGAIN

    def note(self, well, now):
        """Note what was seen; return whether the replica is to be put aside."""
        bad_again = not well and not self.well
        self.well, self._looked = well, now
        if bad_again:
            self.well = True  # it begins anew when it is tried again
            self._looked = None
        return bad_again
