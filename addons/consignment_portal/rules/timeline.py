"""Where an article stands between its first and its last day in the shop. No Odoo here."""


def passed(begin, end, today):
    """Return the percent of the time in the shop that has passed, 0 to 100.

    >>> from datetime import date
    >>> days = date(2026, 1, 1), date(2026, 1, 11)
    >>> [passed(*days, date(2026, 1, day)) for day in (1, 6, 11, 20)]
    [0, 50, 100, 100]
    >>> passed(*days, date(2025, 12, 1)), passed(days[0], days[0], days[0])
    (0, 100)
    """
    whole = (end - begin).days
    if whole <= 0:
        return 100
    return max(0, min(100, 100 * (today - begin).days // whole))
