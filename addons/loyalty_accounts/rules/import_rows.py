"""One row of a file of accounts: what it asks for, or why it is refused."""

import re
from collections import namedtuple

from . import import_cells as cells
from .errors import RuleError
from .import_credit import read_credit
from .import_customers import Customer
from .import_layout import SKIP
from .numbers import check_number
from .xlsx_files import BadCell

DISCOUNT_DECIMALS, RATE_DECIMALS = 2, 4
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+\Z")

#: A company that accounts may be opened for; ``step`` is its currency's smallest unit.
Company = namedtuple("Company", "id name currency step today")
#: What the rows of a file have in common: companies by folded name, the default one, and how the
#: user writes days and yes or no.
Setting = namedtuple("Setting", "companies company date_format words")
#: Why a row is refused: the column, what stands there, the error.
Problem = namedtuple("Problem", "column value error")


class Row(namedtuple("Row", "row number name company customer parts values")):
    """A row that can be imported.

    ``parts`` are ``(amount, last day or None)``; an empty text, and a number that is None, were
    blank. It spells itself without the people in it, for the log.
    """

    __slots__ = ()

    def __repr__(self):
        return f"row {self.row}"


def is_blank_row(row):
    """Whether nothing stands in a row.

    >>> is_blank_row([None, " "]), is_blank_row([None, 0])
    (True, False)
    """
    return all(map(cells.is_blank, row))


def read_row(row, found, columns, setting):
    """Return ``(Row or None, [Problem, …])``: all that is wrong with a row, not only the first.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> cafe = Company(1, "Café", "EUR", Decimal("0.01"), date(2026, 6, 1))
    >>> setting = Setting({"café": cafe}, cafe, "%d.%m.%Y", {})
    >>> columns = ["number", "name", "discount", "opening_balance", "credit_expiry"]
    >>> good, _problems = read_row(2, ["ab-1", "Anna", 5, "12,50", None], columns, setting)
    >>> good.number, good.parts, good.values["discount"]
    ('AB-1', [(Decimal('12.50'), None)], Decimal('5'))
    >>> _good, bad = read_row(3, ["x", None, 101, "9", "2026-05-31"], columns, setting)
    >>> [(problem.column, problem.error.code) for problem in bad]
    [(0, 'number_invalid'), (2, 'percentage_out_of_range'), (4, 'credit_over'), (None, 'name_missing')]

    :param int row: its number in the file
    :param found: the cells
    :param columns: what each column means, ``skip`` for those to leave out
    """
    reader = _RowReader(found, columns, setting)
    values = reader.collect()
    if reader.problems:
        return None, reader.problems
    customer = Customer(None, *(values.pop(f"customer_{key}") for key in ("name", "email", "ref")))
    taken = [values.pop(key) for key in ("number", "name", "company")]
    return Row(row, *taken, customer, values.pop("parts"), values), []


class _RowReader:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, found, columns, setting):
        self.setting = setting
        self.problems = []
        self.cells, self.places = {}, {}
        for place, cell in enumerate(found):
            column = columns[place] if place < len(columns) else None
            if isinstance(cell, BadCell):
                if column != SKIP:
                    self._refuse(place, RuleError(cell.code, **cell.values), cell)
            elif column is None and not cells.is_blank(cell):
                self._refuse(place, RuleError("heading_missing_for_cell"), cell)
            elif column != SKIP:
                self.cells[column], self.places[column] = cell, place

    def collect(self):
        values = {
            name: self._read(name, reader, *arguments)
            for name, (reader, *arguments) in self._get_readers().items()
        }
        values["company"] = company = values["company"] or self.setting.company
        self._read("currency", _check_currency, company)
        values["parts"] = self._read_parts(company)
        if not values["name"] and not values["customer_name"]:
            known = {problem.column for problem in self.problems}
            if not known & {self.places.get("name", -1), self.places.get("customer_name", -1)}:
                self.problems.append(Problem(None, "", RuleError("name_missing")))
        return values

    def _get_readers(self):
        setting, text = self.setting, cells.read_text
        return {
            "number": (_read_card_number,),
            "name": (text,),
            "company": (_read_company, setting),
            "customer_name": (text,),
            "customer_email": (_read_email,),
            "customer_ref": (text,),
            "discount": (cells.read_percentage, DISCOUNT_DECIMALS),
            "credit_rate": (cells.read_percentage, RATE_DECIMALS),
            "valid_until": (cells.read_day, setting.date_format),
            "blocked": (cells.read_yes_no, setting.words),
            "block_reason": (text,),
            "archived": (cells.read_yes_no, setting.words),
            "note": (_read_note,),
        }

    def _read(self, name, reader, *arguments):
        try:
            return reader(self.cells.get(name), *arguments)
        except RuleError as error:
            self._refuse(self.places.get(name), error, self.cells.get(name))
            return None

    def _read_parts(self, company):
        balance, expiry = (self.cells.get(name) for name in ("opening_balance", "credit_expiry"))
        try:
            parts = read_credit(balance, expiry, company.step, self.setting.date_format)
        except RuleError as error:
            about_expiry = error.code.startswith(("day_", "parts_", "expiry_"))
            name = "credit_expiry" if about_expiry else "opening_balance"
            self._refuse(self.places.get(name), error, expiry if about_expiry else balance)
            return []
        if any(day and day < company.today for _amount, day in parts):
            self._refuse(self.places.get("credit_expiry"), RuleError("credit_over"), expiry)
        return parts

    def _refuse(self, place, error, cell):
        shown = "" if cell is None or isinstance(cell, BadCell) else str(cell)
        self.problems.append(Problem(place, shown, error))


def _read_card_number(cell):
    text = cells.read_text(cell)
    return check_number(text) if text else ""


def _read_company(cell, setting):
    text = cells.read_text(cell)
    if not text:
        return None
    if text.casefold() not in setting.companies:
        raise RuleError("company_unknown")
    return setting.companies[text.casefold()]


def _check_currency(cell, company):
    text = cells.read_text(cell)
    if text and text.upper() != company.currency:
        raise RuleError("currency_other", company=company.name, currency=company.currency)


def _read_email(cell):
    text = cells.read_text(cell)
    if text and not _EMAIL.match(text):
        raise RuleError("email_invalid")
    return text


def _read_note(cell):
    return cells.read_text(cell, maximum=cells.MAX_NOTE, lines=True)
