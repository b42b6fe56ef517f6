"""How often something may be asked for from outside. No Odoo here."""

from typing import NamedTuple


class Limit(NamedTuple):
    """A limit whose tries are counted together.

    :param name: what is counted; unique in the suite
    :param times: how often it is permitted in a window
    :param minutes: length of the window, a day at most
    """

    name: str
    times: int
    minutes: int
