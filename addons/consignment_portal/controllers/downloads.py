"""Lists as spreadsheets: written row by row, sent from a file, whatever their length."""

import tempfile

import xlsxwriter
from werkzeug.wsgi import wrap_file

from odoo import fields
from odoo.http import Response, content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A text stays a text: nothing that a consignor or customer typed becomes a formula or link.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def send_articles(consignor, domain):
    """Answer with a consignor's articles as a spreadsheet."""
    articles = consignor.env["consignment.article"].search(domain)
    names = consignor._get_listed_fields()
    states = dict(articles._fields["state"]._description_selection(request.env))
    env = request.env
    rows = (
        (
            article.barcode or "",
            article.name,
            article.size_brand or "",
            article.price,
            states[article.state],
            article.accepted_date,
            article.return_date,
        )
        for article in consignor._iterate(articles, names)
    )
    header = (
        env._("Barcode"),
        env._("Article"),
        env._("Size, brand"),
        env._("Price (%s)", consignor.currency_id.name),
        env._("State"),
        env._("Accepted on"),
        env._("Return date"),
    )
    return send_xlsx(env._("stock"), header, rows, money=(3,), dates=(5, 6))


def send_sales(consignor, domain):
    """Answer with a consignor's sales as a spreadsheet."""
    sales = consignor.env["consignment.sale"].search(domain)
    env = request.env
    states = dict(sales._fields["settlement_state"]._description_selection(env))
    rows = (
        (
            fields.Datetime.context_timestamp(env.user, sale.date).date(),
            sale.article_id.barcode or "",
            sale.article_id.name,
            sale.quantity,
            sale.amount,
            sale.consignor_amount,
            states[sale.settlement_state],
        )
        for sale in consignor._iterate(sales, consignor._get_sale_fields())
    )
    currency = consignor.currency_id.name
    header = (
        env._("Date"),
        env._("Barcode"),
        env._("Article"),
        env._("Pieces"),
        env._("Paid by the customer (%s)", currency),
        env._("For you (%s)", currency),
        env._("Payout"),
    )
    return send_xlsx(env._("sales"), header, rows, money=(4, 5), dates=(0,))


def send_xlsx(name, header, rows, *, money=(), dates=()):
    """Answer with a spreadsheet.

    :param name: of the file, without its ending
    :param header: texts of the first row
    :param rows: iterable of tuples as long as the header; None and False leave a cell empty
    :param money: places of the columns with amounts
    :param dates: places of the columns with dates
    """
    # The server closes it once it is sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {
            **dict.fromkeys(money, book.add_format({"num_format": "#,##0.00"})),
            **dict.fromkeys(dates, book.add_format({"num_format": "yyyy-mm-dd"})),
        }
        sheet.set_column(0, len(header) - 1, 18)
        sheet.freeze_panes(1, 0)
        for column, text in enumerate(header):
            sheet.write_string(0, column, text, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write_cell(sheet, number, column, value, formats.get(column))
    file.seek(0)
    day = fields.Date.context_today(request.env.user)
    return Response(
        wrap_file(request.httprequest.environ, file),
        headers=[
            ("Content-Type", XLSX),
            ("Content-Disposition", content_disposition(f"{name}-{day}.xlsx")),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "private, no-store"),
        ],
        direct_passthrough=True,
    )


def _write_cell(sheet, row, column, value, cell_format):
    if value is None or value is False:
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, cell_format)
    else:
        sheet.write_datetime(row, column, value, cell_format)
