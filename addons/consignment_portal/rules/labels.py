"""Labels of articles: papers, and where each label goes. Lengths in millimetres. No Odoo here."""

from typing import NamedTuple


class Paper(NamedTuple):
    """A sheet of labels, or a roll: a sheet with one.

    :param name: as it is sold
    :param width, height: of a label
    :param page: width and height of the sheet
    :param grid: labels across and down
    :param origin: of the first label, from the sheet's top left corner
    :param pitch: from a label to the next one, across and down
    """

    name: str
    width: float
    height: float
    page: tuple
    grid: tuple = (1, 1)
    origin: tuple = (0, 0)
    pitch: tuple = (0, 0)

    @property
    def is_roll(self):
        """Whether there is one label after the other."""
        return self.grid == (1, 1)

    @property
    def places(self):
        """How many labels a sheet has."""
        return self.grid[0] * self.grid[1]


def _roll(name, width, height):
    return Paper(name, width, height, (width, height))


A4, LETTER = (210, 297), (215.9, 279.4)
PAPERS = {
    "a4_24": Paper("A4, 24 labels of 70 × 37 mm", 70, 37, A4, (3, 8), (0, 0.5), (70, 37)),
    "a4_21": Paper(
        "A4, 21 labels of 63.5 × 38.1 mm", 63.5, 38.1, A4, (3, 7), (7.2, 15.1), (66, 38.1)
    ),
    "a4_40": Paper(
        "A4, 40 labels of 52.5 × 29.7 mm", 52.5, 29.7, A4, (4, 10), (0, 0), (52.5, 29.7)
    ),
    "a4_65": Paper(
        "A4, 65 labels of 38.1 × 21.2 mm", 38.1, 21.2, A4, (5, 13), (4.75, 10.7), (40.6, 21.2)
    ),
    "letter_30": Paper(
        "Letter, 30 labels of 66.7 × 25.4 mm",
        66.7,
        25.4,
        LETTER,
        (3, 10),
        (4.8, 12.7),
        (69.8, 25.4),
    ),
    "roll_57": _roll("Roll, 57 × 32 mm", 57, 32),
    "roll_62": _roll("Roll, 62 × 29 mm", 62, 29),
    "roll_89": _roll("Roll, 89 × 36 mm", 89, 36),
    "roll_40": _roll("Roll, 40 × 25 mm", 40, 25),
}


def places(paper, count, start=1):
    """Yield ``(new page, x, y)`` of labels: their top left corners on the sheet.

    :param count: how many labels
    :param start: place of the first one on the first sheet, from 1; used ones come before it

    >>> list(places(PAPERS["roll_57"], 2))
    [(True, 0, 0), (True, 0, 0)]
    >>> list(places(PAPERS["a4_24"], 3, start=23))
    [(True, 70, 259.5), (False, 140, 259.5), (True, 0, 0.5)]
    """
    paper_places = paper.places
    for index in range(count):
        place = (index + start - 1) % paper_places
        row, column = divmod(place, paper.grid[0])
        yield (
            not index or not place,
            paper.origin[0] + column * paper.pitch[0],
            paper.origin[1] + row * paper.pitch[1],
        )


def pages(paper, count, start=1):
    """Return how many sheets (labels of a roll) are used.

    >>> pages(PAPERS["a4_24"], 200), pages(PAPERS["a4_24"], 1, start=24), pages(PAPERS["a4_65"], 0)
    (9, 1, 0)
    >>> pages(PAPERS["a4_24"], 2, start=24)
    2
    """
    return -(-(count + start - 1) // paper.places) if count else 0
