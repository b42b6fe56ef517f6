import io
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.tests import freeze_time, tagged

from ..exceptions import InvalidValue
from ..models import loyalty_statement
from .common_codes import page_sizes, words
from .common_portal import PortalCommon

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@tagged("post_install", "-at_install")
class TestPortalStatement(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for day, amount in (("2025-12-31", 100), ("2026-02-01", 50), ("2026-03-01", 7)):
            with freeze_time(f"{day} 12:00:00"):
                if amount == 7:
                    cls.ledger._charge(cls.own, amount)
                else:
                    cls.ledger._top_up(cls.own, amount)
        with freeze_time("2027-01-01 12:00:00"):
            cls.ledger._charge(cls.own, 1)

    def setUp(self):
        super().setUp()
        self.card = (
            self.env["loyalty.account"].with_user(self.customer)._find_portal_account(self.own.id)
        )
        self.statements = self.env["loyalty.statement"].with_user(self.customer)

    def _sheet(self, card=None, period=YEAR):
        content = self.statements._render("xlsx", card or self.card, period)
        return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))

    def test_sums_are_those_of_the_period(self):
        totals = self.statements._sum(self.card, YEAR)
        self.assertEqual(
            (totals.opening, totals.incoming, totals.outgoing, totals.closing, totals.count),
            (Decimal(100), Decimal(50), Decimal(-7), Decimal(143), 2),
        )

    def test_a_period_before_the_first_movement_is_all_zero(self):
        totals = self.statements._sum(self.card, (date(2020, 1, 1), date(2020, 12, 31)))
        self.assertEqual((totals.opening, totals.closing, totals.count), (0, 0, 0))

    def test_the_pdf_states_period_sums_and_movements(self):
        text = words(self.statements._render("pdf", self.card, YEAR))
        for part in (
            *("Statement", "Own card", self.own.number, "January 1, 2026 – December 31, 2026"),
            *("100.00", "50.00", "-7.00", "143.00", "+50.00", "Top-up", "Payment"),
        ):
            self.assertIn(part, text)

    def test_the_pdf_of_an_empty_period_says_so(self):
        period = (date(2020, 1, 1), date(2020, 12, 31))
        text = words(self.statements._render("pdf", self.card, period))
        self.assertIn("Nothing changed in this period", text)

    def test_the_spreadsheet_has_dates_and_numbers_to_compute_with(self):
        rows = self._sheet()
        self.assertIn(("Closing balance", 143, None, None, None), rows)
        self.assertEqual(
            [row for row in rows if isinstance(row[0], datetime)],
            [
                (datetime(2026, 2, 1, 12), "Top-up", self.company.name, 50, 150),
                (datetime(2026, 3, 1, 12), "Payment", self.company.name, -7, 143),
            ],
        )

    def test_text_of_users_never_becomes_a_formula(self):
        self.own.name = '=HYPERLINK("http://evil.example")'
        self.customer.partner_id.name = "+1+1"
        self.company.name = "@SUM(1)"
        content = self.statements._render("xlsx", self.card, YEAR)
        sheet = load_workbook(io.BytesIO(content)).active
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertIn("+1+1", {cell.value for cell in cells})

    def test_ten_thousand_movements_fit_and_add_up(self):
        self._insert_moves(self.firms, 10_000, day="2025-01-01")
        period = (date(2025, 1, 1), date(2026, 12, 31))
        card = (
            self.env["loyalty.account"].with_user(self.customer)._find_portal_account(self.firms.id)
        )
        rows = self._sheet(card, period)
        movements = [row for row in rows if isinstance(row[0], datetime)]
        self.assertEqual(len(movements), 10_000)
        self.assertEqual(sum(row[3] for row in movements), 10_000)
        self.assertEqual(movements[-1][4], 10_000)
        pdf = self.statements._render("pdf", card, period)
        self.assertGreater(len(page_sizes(pdf)), 150)

    def test_a_period_with_too_many_movements_is_refused_with_what_to_do(self):
        with (
            patch.object(loyalty_statement, "MAX_STATEMENT_MOVES", 1),
            self.assertRaisesRegex(InvalidValue, "Choose a shorter period"),
        ):
            self.statements._render("pdf", self.card, YEAR)

    def test_without_days_the_statement_is_of_this_year(self):
        with freeze_time("2026-11-22"):
            self.assertEqual(
                self.card._parse_portal_period("", ""), (date(2026, 1, 1), date(2026, 11, 22))
            )

    def test_days_begin_where_the_customer_lives(self):
        self.customer.tz = "Europe/Amsterdam"
        self.assertEqual(
            self.card._get_portal_bounds(date(2026, 3, 29), date(2026, 3, 29)),
            (datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 22)),
            "the day on which summer time begins has 23 hours",
        )
        self.customer.tz = False
        self.company.partner_id.tz = "America/New_York"
        self.assertEqual(self.card._get_portal_zone().zone, "America/New_York")

    def test_downloads_are_named_and_of_their_kind(self):
        for kind, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
            answer = self._get(f"/my/cards/{self.own.id}/statement.{kind}?date_end=2026-12-31")
            self.assertTrue(answer.content.startswith(start))
            name = f"statement-{self.own.number}-2026-12-31.{kind}"
            self.assertIn(name, answer.headers["Content-Disposition"])

    def test_a_download_with_wrong_days_shows_the_page_with_what_to_do(self):
        answer = self._get(f"/my/cards/{self.own.id}/statement.pdf?date_begin=x")
        self.assertIn("Enter days as year-month-day", answer.text)
