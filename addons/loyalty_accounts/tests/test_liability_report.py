import io
from datetime import date, timedelta

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import BooksCommon, money


@tagged("post_install", "-at_install")
class TestLiabilityReport(BooksCommon):
    """Ledger = general ledger + not yet posted, or the report says where not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owed = cls.company.loyalty_deposit_account_id

    def setUp(self):
        super().setUp()
        self.clock = self.startPatcher(freeze_time("2026-03-04 10:00:00"))

    def _report(self, day=None, **values):
        return self.env["loyalty.liability.report"].create(
            {"company_id": self.company.id, "date": day or fields.Date.today(), **values}
        )

    def _amounts(self, report):
        self.assertEqual(
            report.currency_id.round(report.general + report.not_posted + report.difference),
            report.ledger,
        )
        return report.ledger, report.general, report.not_posted, report.difference

    # === AGREEMENT === #

    def test_credit_stands_by_origin_and_age(self):
        for days, amount in ((400, 1), (300, 2), (100, 4), (60, 8), (30, 16), (0, 32)):
            with freeze_time(date(2026, 3, 4) - timedelta(days=days)):
                self.ledger._earn(self.account, amount)
                self.ledger._open(self.account, amount, key=f"o/{days}")
        report = self._report()
        self.assertEqual(
            [(line.origin, line._get_ages()) for line in report.age_line_ids],
            [("earn", [48, 8, 4, 2, 1]), ("opening", [48, 8, 4, 2, 1])],
        )
        self.assertEqual(report.ledger, 126)

    def test_what_is_booked_and_what_is_not_make_up_the_ledger(self):
        self.ledger._earn(self.account, 10)
        self._book_all()
        self.ledger._top_up(self.account, money("5.50"))
        report = self._report()
        self.assertEqual(self._amounts(report), (15.5, 10, 5.5, 0))
        line = report.unposted_line_ids
        self.assertEqual((line.kind, line.amount, line.status), ("top_up", 5.5, "open"))
        self.assertFalse(report.entry_line_ids)
        report.action_book_now()
        self.assertEqual(self._amounts(report), (15.5, 15.5, 0, 0))
        self.assertFalse(report.unposted_line_ids)

    def test_past_days_are_as_they_were(self):
        self.ledger._top_up(self.account, 10)
        self._book_all()
        self.clock.tick(timedelta(days=10))
        self.ledger._charge(self.account, 4)
        self._book_all()
        self.assertEqual(self._amounts(self._report(date(2026, 3, 3))), (0, 0, 0, 0))
        self.assertEqual(self._amounts(self._report(date(2026, 3, 4))), (10, 10, 0, 0))
        self.assertEqual(self._amounts(self._report(date(2026, 3, 13))), (10, 10, 0, 0))
        self.assertEqual(self._amounts(self._report(date(2026, 3, 14))), (6, 6, 0, 0))
        ages = self._report(date(2026, 3, 14)).age_line_ids._get_ages()
        self.assertEqual(ages, [6, 0, 0, 0, 0])

    def test_days_are_the_establishments_in_ledger_and_books(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-04 11:30:00"):  # the fifth in Auckland
            self.ledger._top_up(self.account, 10)
            self._book_all()
            self.assertEqual(self._amounts(self._report(date(2026, 3, 4))), (0, 0, 0, 0))
            self.assertEqual(self._amounts(self._report(date(2026, 3, 5))), (10, 10, 0, 0))

    def test_what_a_locked_period_dates_later_is_not_a_difference(self):
        self.ledger._top_up(self.account, 10)
        self.clock.tick(timedelta(days=40))
        self.company.fiscalyear_lock_date = "2026-03-31"
        self._book_all()
        report = self._report(date(2026, 3, 4))
        self.assertEqual(self._amounts(report), (10, 0, 10, 0))
        self.assertEqual(report.unposted_line_ids.status, "later")
        self.assertEqual(self._amounts(self._report()), (10, 10, 0, 0))

    def test_credit_of_branches_is_included(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        self.cr.precommit.run()  # loads the chart of the branch
        account = self._create_account(company_id=branch.id)
        self.ledger._top_up(account, 5, company=branch)
        self.ledger._top_up(self.account, 6)
        report = self._report()
        self.assertEqual(self._amounts(report), (11, 0, 11, 0))
        report.action_book_now()
        self.assertEqual(self._amounts(report), (11, 11, 0, 0))

    def test_other_companies_are_not(self):
        account = self._create_account(company_id=self.other_company.id)
        self.ledger._top_up(account, 5, company=self.other_company)
        self.assertEqual(self._amounts(self._report()), (0, 0, 0, 0))

    def test_company_without_a_chart_shows_its_ledger_alone(self):
        self.env.user.company_ids |= self.other_company
        account = self._create_account(company_id=self.other_company.id)
        self.ledger._top_up(account, 5, company=self.other_company)
        report = self._report(company_id=self.other_company.id)
        self.assertFalse(report.has_books)
        self.assertEqual((report.ledger, report.age_line_ids.amount), (5, 5))
        self.assertTrue(report._render_xlsx())

    # === WHERE IT DOES NOT AGREE === #

    def test_entry_by_hand_is_named_with_its_difference(self):
        self.ledger._top_up(self.account, 10)
        self._book_all()
        entry = self._entry(self.owed, -3, date="2026-03-04")
        report = self._report()
        self.assertEqual(self._amounts(report), (10, 13, 0, -3))
        line = report.entry_line_ids
        self.assertEqual(
            (line.entry_id, line.booked, line.explained, line.amount, line.status),
            (entry, 3, 0, -3, "foreign"),
        )
        self.assertEqual(line.action_open()["res_id"], entry.id)
        self.assertEqual(line.entry_name, entry.name)

    def test_drafts_do_not_count(self):
        entry = self._entry(self.owed, -3, date="2026-03-04")
        entry.button_draft()
        self.assertFalse(self._report().entry_line_ids)

    def test_altered_entry_is_named_with_what_its_movements_say(self):
        self.ledger._top_up(self.account, 10)
        entry = self._book_all()
        self.cr.execute(
            "UPDATE account_move_line SET balance = -9 WHERE move_id = %s AND account_id = %s",
            (entry.id, self.owed.id),
        )
        report = self._report()
        self.assertEqual(self._amounts(report), (10, 9, 0, 1))
        line = report.entry_line_ids
        self.assertEqual((line.booked, line.explained, line.status), (9, 10, "altered"))

    def test_entry_that_is_no_longer_posted_is_named_by_its_movements(self):
        self.ledger._top_up(self.account, 10)
        entry = self._book_all()
        self.env.flush_all()
        for table in ("account_move SET state", "account_move_line SET parent_state"):
            name = "id" if "line" not in table else "move_id"
            self.cr.execute(f"UPDATE {table} = 'draft' WHERE {name} = %s", (entry.id,))
        self.env.invalidate_all()
        report = self._report()
        self.assertEqual(self._amounts(report), (10, 0, 10, 0))
        self.assertEqual(report.unposted_line_ids.status, "broken")

    def test_differences_that_make_up_for_each_other_are_still_named(self):
        self._entry(self.owed, -3, date="2026-03-04")
        self._entry(self.owed, 3, date="2026-03-04")
        report = self._report()
        self.assertEqual(self._amounts(report), (0, 0, 0, 0))
        self.assertEqual(report.entry_line_ids.mapped("amount"), [3, -3])

    def test_movements_of_earlier_days_that_nobody_booked_are_overdue(self):
        self.ledger._top_up(self.account, 10)
        self.assertFalse(self._report().overdue_count)
        self.clock.tick(timedelta(days=1))
        report = self._report()
        self.assertEqual(report.overdue_count, 1)
        self.assertEqual(report.unposted_line_ids.status, "overdue")

    # === WHAT IT OFFERS === #

    def test_lines_open_what_they_are_made_of(self):
        self.ledger._top_up(self.account, 10)
        report = self._report()
        for line, records in (
            (report.age_line_ids, self.account.lot_ids),
            (report.unposted_line_ids, self.account.move_ids),
        ):
            action = line.action_open()
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), records)
        self._book_all()
        action = report.action_view_items()
        items = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(items.mapped("balance"), [-10])

    def test_spreadsheet_has_the_amounts_as_numbers(self):
        self.ledger._top_up(self.account, money("10.50"))
        sheet = load_workbook(io.BytesIO(self._report()._render_xlsx())).active
        rows = {}
        for row in sheet.iter_rows(values_only=True):
            rows.setdefault(row[0], row[1:])
        self.assertEqual(rows["Top-up"][:6], (10.5, 0, 0, 0, 0, 10.5))
        self.assertEqual(rows["Difference"][0], 0)
        self.assertEqual(rows["Not yet posted"][0], 10.5)

    def test_document_for_print_says_whether_both_agree(self):
        self.ledger._top_up(self.account, 10)
        report = self._report()
        reports = self.env["ir.actions.report"]
        name = "loyalty_accounts.liability_report_document"
        html = reports._render_qweb_html(name, report.ids)[0].decode()
        self.assertIn("Ledger and general ledger agree.", html)
        self._entry(self.owed, -3, date="2026-03-04")
        report.action_refresh()
        html = reports._render_qweb_html(name, report.ids)[0].decode()
        self.assertIn("do not agree", html)
        self.assertIn(report.entry_line_ids.entry_name, html)

    # === WHO MAY, AND WHAT IT COSTS === #

    def test_accountants_and_loyalty_administrators_may_see_it(self):
        for user, allowed in (
            (self.accountant, True),
            (self.admin, True),
            (self._create_user("reader", "account.group_account_readonly"), True),
            (self.manager, False),
            (self.seller, False),
        ):
            with self.subTest(user=user.login):
                reports = self.env["loyalty.liability.report"].with_user(user)
                if allowed:
                    action = reports.action_open_report()
                    self.assertTrue(reports.browse(action["res_id"]).read(["ledger"]))
                else:
                    with self.assertRaises(AccessError):
                        reports.action_open_report()

    def test_only_bookkeepers_book_now(self):
        report = self.env["loyalty.liability.report"].with_user(self.admin).create({})
        self.assertFalse(report.can_book)
        with self.assertRaises(AccessError):
            report.action_book_now()
        report = self.env["loyalty.liability.report"].with_user(self.accountant).create({})
        self.assertTrue(report.can_book)
        self.ledger._top_up(self.account, 10)
        report.action_book_now()
        self.assertTrue(self.account.move_ids.posting_ids)

    def test_reports_of_others_and_of_other_companies_are_not_seen(self):
        report = self.env["loyalty.liability.report"].with_user(self.accountant).create({})
        with self.assertRaises(AccessError):
            report.with_user(self.admin).read(["ledger"])
        with self.assertRaises(AccessError):
            self.env["loyalty.liability.report"].with_user(self.accountant).create(
                {"company_id": self.other_company.id}
            )
        with self.assertRaises(AccessError):
            report.company_id = self.other_company

    def test_many_movements_cost_no_more_queries(self):
        liabilities, counts = self.env["loyalty.books.liability"], []
        for number in (2, 2, 60):
            account = self._create_account()
            for _time in range(number):
                self.ledger._earn(account, 1)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            liabilities._compute_liability(self.company, date(2026, 3, 4))
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], "the first round only warms caches up")


@tagged("post_install", "-at_install")
class TestLiabilityReportDownload(HttpCase, BooksCommon):
    """The report as files, over HTTP."""

    def _open(self, login):
        self.authenticate(login, login)
        return self.env["loyalty.liability.report"].with_user(self.accountant).create({})

    def test_pdf_and_spreadsheet_are_downloaded_by_who_made_the_report(self):
        report = self._open("loyalty_accountant")
        action = report.action_print()
        # The renderer fetches styles, which a test must not make in its read-only request.
        for bundle in ("web.report_assets_pdf", "web.report_assets_common"):
            for autoprefix in (True, False):
                assets = self.env["ir.qweb"]._get_asset_bundle(bundle, autoprefix=autoprefix)
                assets.css()
                assets.js()
        # Tests get HTML otherwise.
        options = 'context={"force_report_rendering": true}'
        answer = self.url_open(f"/report/pdf/{action['report_name']}/{report.id}?{options}")
        self.assertEqual(answer.content[:4], b"%PDF")
        answer = self.url_open(report.action_download()["url"])
        self.assertEqual(answer.content[:2], b"PK")
        self.assertIn(".xlsx", answer.headers["Content-Disposition"])

    def test_others_get_no_spreadsheet(self):
        report = self._open("seller")
        answer = self.url_open(report.action_download()["url"])
        self.assertNotEqual(answer.status_code, 200)
