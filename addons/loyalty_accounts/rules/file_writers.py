"""Writing tables as CSV and XLSX: row by row, harmless, and the same bytes for the same rows.

Cells are text, Decimals, days or nothing. Text is never a formula: spreadsheets get it as text,
CSV files with an apostrophe before it (:func:`~.csv_files.protect`).
"""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

from .csv_files import protect

#: What files say of when they were made: the same rows make the same file.
MADE_ON = datetime(2000, 1, 1)
#: Widest column, in characters.
_MAX_WIDTH = 40


def write_csv(stream, rows):
    r"""Write rows in UTF-8 with its mark, separated by commas, to a binary stream.

    >>> stream = io.BytesIO()
    >>> write_csv(stream, [["Name", "Until"], ["=1+1", date(2026, 12, 31)], [Decimal("5.00"), None]])
    >>> stream.getvalue().decode()
    "\ufeffName,Until\r\n'=1+1,2026-12-31\r\n5.00,\r\n"
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_to_text(cell) for cell in row])
    text.detach()


def _to_text(cell):
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return protect(cell or "")


def write_xlsx(stream, sheets):
    """Write sheets to a binary stream; the first row of each is its heading.

    >>> one, other = io.BytesIO(), io.BytesIO()
    >>> for stream in (one, other):
    ...     write_xlsx(stream, {"Accounts": [["Name"], ["=1+1"], [Decimal("5.00")]]})
    >>> one.getvalue() == other.getvalue()
    True

    :param sheets: ``{name: rows}``
    """
    # Rows are written out as they come, so that memory does not grow with them.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": MADE_ON})
        for name, rows in sheets.items():
            _write_sheet(book, book.add_worksheet(name), rows)


def _write_sheet(book, sheet, rows):
    formats = {
        "heading": book.add_format({"bold": True, "num_format": "@"}),
        "text": book.add_format({"num_format": "@"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        if not number:
            for place, heading in enumerate(row):
                sheet.set_column(place, place, min(max(len(heading) + 2, 14), _MAX_WIDTH))
        for place, cell in enumerate(row):
            _write_cell(book, sheet, number, place, cell, formats)


def _write_cell(book, sheet, number, place, cell, formats):
    if isinstance(cell, Decimal):
        decimals = max(-cell.as_tuple().exponent, 0)
        if decimals not in formats:
            digits = "0" * decimals
            form = f"0.{digits}" if digits else "0"
            formats[decimals] = book.add_format({"num_format": form})
        sheet.write_number(number, place, float(cell), formats[decimals])
    elif isinstance(cell, date):
        sheet.write_datetime(number, place, cell, formats["day"])
    elif cell or not number:
        sheet.write_string(number, place, cell or "", formats["text" if number else "heading"])
