"""What two establishments owe each other, line by line, on A4."""

from odoo.addons.loyalty_accounts.report.statement_pages import Column
from odoo.addons.loyalty_accounts.report.statement_pages import write as write_pages

#: Left and right edge of the columns, in millimetres; the last three hold amounts.
EDGES = (
    (15.0, 46.0),
    (48.0, 112.0),
    (114.0, 134.0),
    (136.0, 158.0),
    (159.0, 171.0),
    (172.0, 195.0),
)


def write(head, headings, rows):
    """Return a PDF file.

    :param head: ``statement_pages.Head``
    :param headings: of the six columns
    :param rows: iterable of ``(cells, bold)``, or ``(title, None)`` before a part; read once
    """
    columns = [
        Column(heading, *edges, "left" if number < 3 else "right")
        for number, (heading, edges) in enumerate(zip(headings, EDGES, strict=True))
    ]

    def draw(pages):
        for cells, bold in rows:
            if bold is None:
                pages.draw_line(cells)
            else:
                pages.draw_row(cells, bold=bold)

    return write_pages(head, columns, draw)
