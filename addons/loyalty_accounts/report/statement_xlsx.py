"""A statement as a spreadsheet: amounts are numbers, text is text and never a formula."""

import io

import xlsxwriter

OPTIONS = {
    # Rows leave the memory once they are written.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(head, headings, rows):
    """Return an XLSX file; see ``statement_pdf`` for the arguments."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet = book.add_worksheet(head.title[:31])
        styles = _add_styles(book, head.digits)
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 2, 34)
        sheet.set_column(3, 4, 14)
        line = _write_head(sheet, head, styles)
        for column, text in enumerate(headings):
            sheet.write_string(line, column, text, styles["bold"])
        for number, row in enumerate(rows, line + 1):
            _write_row(sheet, number, row, styles)
    return buffer.getvalue()


def _add_styles(book, digits):
    fraction = f".{'0' * digits}" if digits else ""
    return {
        "bold": book.add_format({"bold": True}),
        "amount": book.add_format({"num_format": f"#,##0{fraction}"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
    }


def _write_head(sheet, head, styles):
    """Write what stands above the rows; return the line of the headings."""
    sheet.write_string(0, 0, head.sender, styles["bold"])
    sheet.write_string(1, 0, head.title)
    line = 2
    for label, text in head.lines:
        sheet.write_string(line, 0, label)
        sheet.write_string(line, 1, text)
        line += 1
    for label, amount in head.totals:
        sheet.write_string(line, 0, label)
        sheet.write_number(line, 1, float(amount), styles["amount"])
        line += 1
    return line + 1


def _write_row(sheet, line, row, styles):
    sheet.write_datetime(line, 0, row.moment, styles["moment"])
    sheet.write_string(line, 1, row.what)
    sheet.write_string(line, 2, row.establishment)
    sheet.write_number(line, 3, float(row.amount), styles["amount"])
    sheet.write_number(line, 4, float(row.balance), styles["amount"])
