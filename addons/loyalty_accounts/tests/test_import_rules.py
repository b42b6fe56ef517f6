import io
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..rules import csv_files, file_writers, import_cells, import_credit, xlsx_files
from ..rules.errors import RuleError

CENT = Decimal("0.01")
texts = st.text(max_size=40)
amounts = st.integers(1, 99_999_999_900).map(lambda cents: Decimal(cents) * CENT)
days = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2099, 12, 31)))


class TestImportRules(BaseCase):
    """What no example shows: whatever is in a cell, it comes back, or is refused in words."""

    @given(st.lists(st.lists(texts, min_size=2, max_size=4), min_size=1, max_size=5))
    @settings(max_examples=200, deadline=None)
    def test_texts_written_as_csv_are_read_back_and_are_never_formulas(self, rows):
        clean = [[import_cells.clean_ends(cell.replace("\0", "")) for cell in row] for row in rows]
        stream = io.BytesIO()
        try:
            stream_text = "".join(cell for row in clean for cell in row)
            stream_text.encode()
        except UnicodeEncodeError:
            return  # half of a surrogate pair is no text
        file_writers.write_csv(stream, clean)
        text = stream.getvalue().decode("utf-8-sig")
        found = [cells for _number, cells in csv_files.read_rows(text, ",")]
        self.assertEqual(found, clean)

    @given(texts)
    def test_protecting_is_undone_and_what_is_protected_is_no_formula(self, text):
        protected = csv_files.protect(text)
        self.assertEqual(csv_files.unprotect(protected), text)
        self.assertFalse(protected.startswith(("=", "+", "-", "@", "\t", "\r")))

    @given(st.lists(st.tuples(amounts, days), max_size=6))
    def test_credit_that_is_spelt_is_read_back(self, parts):
        total = sum((amount for amount, _day in parts), Decimal(0))
        if total > 999_999_999:
            return
        balance, expiry = import_credit.spell_credit(parts)
        found = import_credit.read_credit(str(balance), expiry, CENT, "")
        by_day = {}
        for amount, day in parts:
            by_day[day] = by_day.get(day, 0) + amount
        self.assertEqual({day: amount for amount, day in found}, by_day)

    @given(amounts)
    def test_doubles_of_spreadsheets_are_read_as_the_amount_that_was_written(self, amount):
        self.assertEqual(import_cells.read_number(float(amount)), amount)

    @given(amounts)
    def test_every_way_of_grouping_that_is_understood_means_the_same(self, amount):
        for spelt in (
            f"{amount:.2f}",
            f"{amount:,.2f}",
            f"{amount:,.2f}".replace(",", " "),
            f"{amount:,.2f}".translate(str.maketrans(",.", ".,")),
            f"{amount:.2f}".replace(".", ","),
        ):
            self.assertEqual(import_cells.read_number(spelt), amount, spelt)

    @given(st.one_of(texts, st.floats(), st.integers(), st.booleans(), st.none(), st.datetimes()))
    def test_any_cell_is_read_or_refused_with_a_code(self, cell):
        for read in (
            import_cells.read_text,
            import_cells.read_number,
            lambda value: import_cells.read_percentage(value, 2),
            lambda value: import_cells.read_day(value, "%d.%m.%Y"),
            lambda value: import_cells.read_yes_no(value, {}),
            lambda value: import_credit.read_credit(value, value, CENT, ""),
        ):
            try:
                read(cell)
            except RuleError as error:
                self.assertTrue(error.code)

    @given(st.binary(max_size=300))
    @settings(max_examples=300, deadline=None)
    def test_any_bytes_are_read_or_refused_with_a_code(self, data):
        for start in (b"", b"PK\x03\x04"):
            try:
                if xlsx_files.is_archive(start + data):
                    xlsx_files.check_archive(start + data)
                else:
                    xlsx_files.check_is_text(data)
                    text, _encoding = csv_files.decode(data)
                    list(csv_files.read_rows(text, csv_files.find_delimiter(text)))
            except RuleError as error:
                self.assertTrue(error.code)
