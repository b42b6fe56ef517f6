import ast
import random
import re
from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..const import MOVE_KINDS, STATISTICS
from ..models.loyalty_statistics import MEASURES
from .common import BooksCommon, money

#: Kinds that change a reservation or a debt, not the credit.
WITHOUT_CREDIT = {"hold", "release", "withhold"}


class StatisticsCase(BooksCommon):
    """Three establishments in two currencies and zones, and half a year of movements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-06-15 12:00:00"))
        yen = cls.env.ref("base.JPY")
        yen.active = True
        cls.tokyo = cls.env["res.company"].create({"name": "Tokyo", "currency_id": yen.id})
        cls.companies = cls.company | cls.other_company | cls.tokyo
        zones = ("Europe/Prague", "Pacific/Auckland", "Asia/Tokyo")
        for company, zone in zip(cls.companies, zones, strict=True):
            company.partner_id.tz = zone
        cls.env.user.company_ids |= cls.companies
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.companies.ids))
        cls.accounts = cls.env["loyalty.account"].create(
            [
                {"name": f"Card {place}", "company_id": company.id}
                for company in cls.companies
                for place in range(2)
            ]
        )
        cls._live(random.Random(7))
        # Rows of other tests were rolled back and still lie in the tables, which PostgreSQL takes
        # for empty: without fresh figures it joins them row by row, for minutes.
        cls.env.flush_all()
        for table in ("move", "allocation", "lot"):
            cls.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(f"loyalty_account_{table}")))

    @classmethod
    def _live(cls, dice):
        for month in range(1, 7):
            for account in cls.accounts:
                moment = f"2026-{month:02d}-{dice.choice(('01', '14'))} 0{dice.randint(0, 9)}:30:00"
                with freeze_time(moment):
                    cls._move_something(account, dice, f"{account.id}/{month}")

    @classmethod
    def _move_something(cls, account, dice, key):
        unit = account.currency_id.rounding * dice.randint(200, 900)
        unit = money(str(round(unit, 2)))
        options = {"company": account.company_id}
        ledger = cls.ledger.with_company(account.company_id)
        soon = fields.Date.add(fields.Date.today(), days=40)
        ledger._top_up(account, 3 * unit, expiry_date=soon, **options)
        earned = ledger._earn(account, unit, expiry_date=False, **options)
        ledger._open(account, unit, key=f"open/{key}", **options)
        payment = ledger._charge(account, 2 * unit, **options)
        ledger._refund(payment, unit, **options)
        ledger._hold(account, unit, expires_at=None, **options)
        if dice.random() < 0.5:
            ledger._take_back(earned, **options)
        ledger._adjust(account, unit, note="more", **options)

    def _groups(self, model, by, measures, domain=()):
        """``{keys: {measure: Decimal}}`` of a read_group."""
        groups = self.env[model]._read_group(domain, by, [f"{name}:sum" for name in measures])
        return {
            row[: len(by)]: {
                name: Decimal(repr(value))
                for name, value in zip(measures, row[len(by) :], strict=True)
            }
            for row in groups
        }

    def _expected(self, *key_names):
        """The same, computed from the movements in Python."""
        found = {}
        for line in self.env["loyalty.account.allocation"].search([]):
            move = line.move_id
            if move.company_id not in self.companies:
                continue
            measure, sign = STATISTICS[move.kind]
            day = self._day(move)
            keys = {
                "company_id": move.company_id,
                "currency_id": move.currency_id,
                "kind": move.kind,
                "origin": line.lot_id.origin,
                "account_id": move.account_id,
                "month": day.replace(day=1),
            }
            row = found.setdefault(
                tuple(keys[name] for name in key_names), dict.fromkeys(MEASURES, Decimal(0))
            )
            row[measure] += sign * Decimal(repr(line.amount))
        return found

    def _day(self, move):
        zone = move.company_id.partner_id.tz
        local = move.with_context(tz=zone)
        return type(move).date.context_timestamp(local, move.date).date()


@tagged("post_install", "-at_install")
class TestStatistics(StatisticsCase):
    def _mine(self):
        return [("company_id", "in", self.companies.ids)]

    def test_every_kind_of_movement_is_counted_or_known_to_move_no_credit(self):
        self.assertEqual(STATISTICS.keys() | WITHOUT_CREDIT, dict(MOVE_KINDS).keys())
        self.assertFalse(STATISTICS.keys() & WITHOUT_CREDIT)
        self.assertEqual({measure for measure, _sign in STATISTICS.values()}, set(MEASURES))

    def test_every_figure_is_the_sum_of_its_movements(self):
        for by in (
            ("company_id", "currency_id", "kind", "origin"),
            ("company_id", "currency_id"),
            ("account_id", "kind"),
            ("currency_id", "origin"),
        ):
            with self.subTest(by):
                found = self._groups("loyalty.statistics", by, MEASURES, self._mine())
                self.assertEqual(found, self._expected(*by))

    def test_months_are_those_of_the_establishment(self):
        by = ("company_id", "date:month")
        found = self._groups("loyalty.statistics", by, MEASURES, self._mine())
        self.assertEqual(found, self._expected("company_id", "month"))
        night = {key for key in found if key[0] == self.other_company}
        self.assertTrue(night)

    def test_measures_add_up_to_the_change_of_credit(self):
        for row in self.env["loyalty.statistics"].search(self._mine()):
            parts = row.issued + row.earned - row.spent - row.expired + row.corrected
            self.assertAlmostEqual(parts, row.change, 6)

    def test_signs_are_those_that_a_reader_expects(self):
        sums = self._groups(
            "loyalty.statistics", (), MEASURES, [("company_id", "=", self.company.id)]
        )
        for name in MEASURES:
            self.assertGreater(sums[()][name], 0, name)

    def test_sum_of_all_is_what_the_accounts_hold_and_the_liability_report_says(self):
        found = self._groups(
            "loyalty.statistics", ("company_id",), ("change", "liability"), self._mine()
        )
        for company in self.companies:
            held = sum(
                self.accounts.filtered(lambda a, mine=company: a.company_id == mine).mapped(
                    "balance"
                )
            )
            report = self.env["loyalty.books.liability"]._compute_liability(
                company, company._get_loyalty_today()
            )
            self.assertEqual(found[company,]["change"], Decimal(repr(round(held, 2))))
            self.assertEqual(found[company,]["liability"], report.ledger)

    # === BY MONTH === #

    def test_liability_at_each_months_end_is_that_of_the_liability_report(self):
        closing = self._groups(
            "loyalty.statistics.month", ("company_id", "month:month"), ("closing",), self._mine()
        )
        self.assertEqual(len(closing), 18)
        for (company, month), row in closing.items():
            last = date(2026, month.month + 1, 1).toordinal() - 1
            report = self.env["loyalty.books.liability"]._compute_liability(
                company, date.fromordinal(last)
            )
            self.assertEqual(row["closing"], report.ledger, (company.name, month))

    def test_each_month_goes_on_where_the_one_before_ended(self):
        names = (*MEASURES, "opening", "closing")
        by = ("company_id", "origin", "month:month")
        groups = self._groups("loyalty.statistics.month", by, names, self._mine())
        before = {}
        for (company, origin, _month), row in groups.items():
            self.assertEqual(row["opening"], before.get((company, origin), 0))
            change = row["issued"] + row["earned"] - row["spent"] - row["expired"]
            self.assertEqual(row["opening"] + change + row["corrected"], row["closing"])
            before[company, origin] = row["closing"]

    def test_over_months_the_first_opening_and_the_last_closing_count(self):
        names = ("opening", "closing")
        domain = [("company_id", "=", self.company.id), ("month", ">=", "2026-02-01")]
        months = self._groups("loyalty.statistics.month", ("month:month",), names, domain)
        (total,) = self._groups("loyalty.statistics.month", (), names, domain).values()
        ordered = [months[key] for key in sorted(months)]
        self.assertEqual(total["opening"], ordered[0]["opening"])
        self.assertEqual(total["closing"], ordered[-1]["closing"])
        quarters = self._groups("loyalty.statistics.month", ("month:quarter",), names, domain)
        self.assertEqual(quarters[date(2026, 1, 1),]["closing"], ordered[1]["closing"])

    def test_pivots_of_the_web_client_say_the_same(self):
        sets = [["company_id"], [], ["company_id", "month:month"]]
        found = self.env["loyalty.statistics.month"].formatted_read_grouping_sets(
            self._mine(), sets, ["closing:sum", "issued:sum"]
        )
        one = self._groups("loyalty.statistics.month", ("company_id",), ("closing",), self._mine())
        for group in found[0]:
            company = self.env["res.company"].browse(group["company_id"][0])
            self.assertEqual(Decimal(repr(group["closing:sum"])), one[company,]["closing"])

    def test_months_without_movements_are_there_and_the_list_is_empty_at_first(self):
        with freeze_time("2026-09-10 12:00:00"):
            months = self.env["loyalty.statistics.month"].search(
                [("company_id", "=", self.company.id), ("origin", "=", "earn")], order="month"
            )
            self.assertEqual(len(months), 9)
            self.assertEqual(months[5].closing, months[-1].closing)
        self.assertTrue(months[0].closing, "the same row in June")
        empty = self.env["res.company"].create({"name": "New"})
        for model in ("loyalty.statistics", "loyalty.statistics.month"):
            self.assertFalse(self.env[model].search([("company_id", "=", empty.id)]))

    # === CURRENCIES, SEARCHING === #

    def test_views_group_by_currency_first(self):
        self.env.user.group_ids |= self.env.ref("base.group_multi_currency")
        for model in ("loyalty.statistics", "loyalty.statistics.month"):
            for kind in ("pivot", "graph"):
                arch = self.env[model].get_view(view_type=kind)["arch"]
                self.assertIn("currency_id", arch, (model, kind))
                self.assertLess(arch.index("currency_id"), arch.index("measure"))

    def test_filters_of_the_search_view_can_be_used(self):
        for model in ("loyalty.statistics", "loyalty.statistics.month"):
            arch = self.env[model].get_view(view_type="search")["arch"]
            for text in re.findall(r'domain="([^"]+)"', arch):
                text = text.replace("&gt;", ">").replace("allowed_company_ids[0]", "1")
                count = self.env[model].search_count(ast.literal_eval(text))
                self.assertGreater(count, 0, text)

    def test_range_of_days_is_also_one_of_moments(self):
        domain = Domain("date", ">=", date(2026, 3, 1)) & Domain("date", "<=", date(2026, 3, 31))
        query = self.env["loyalty.statistics"]._search(domain)
        self.assertIn("moment", str(query.select()))
        found = self.env["loyalty.statistics"].search(domain)
        everything = self.env["loyalty.statistics"].search([])
        self.assertEqual(found, everything.filtered(lambda row: row.date.month == 3))
        self.assertTrue(found)
        outside = self.env["loyalty.statistics"].search(["!", *domain])
        self.assertEqual(found | outside, everything)

    def test_statements_do_not_grow_with_the_movements(self):
        for model in ("loyalty.statistics", "loyalty.statistics.month"):
            field = "date" if model == "loyalty.statistics" else "month"
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                self.env[model]._read_group([], ["currency_id", f"{field}:month"], ["issued:sum"])

    # === WHO SEES THEM === #

    def test_managers_and_accountants_see_statistics_sellers_do_not(self):
        readonly = new_test_user(
            self.env, login="auditor_s", groups="base.group_user,account.group_account_readonly"
        )
        for user, allowed in (
            (self.seller, False),
            (self.manager, True),
            (self.accountant, True),
            (readonly, True),
        ):
            for model in ("loyalty.statistics", "loyalty.statistics.month"):
                rows = self.env[model].with_user(user).with_context(allowed_company_ids=None)
                with self.subTest(user=user.login, model=model):
                    if allowed:
                        self.assertTrue(rows._read_group([], ["origin"], ["issued:sum"]))
                    else:
                        with self.assertRaises(AccessError):
                            rows.search([])

    def test_other_companies_are_not_counted(self):
        self.manager.company_ids = [Command.set(self.company.ids)]
        for model in ("loyalty.statistics", "loyalty.statistics.month"):
            rows = self.env[model].with_user(self.manager)
            rows = rows.with_context(allowed_company_ids=self.company.ids)
            self.assertEqual(rows.search([]).company_id, self.company)

    def test_card_of_another_establishment_is_not_named(self):
        account = self.accounts[0]
        self.cr.execute(
            "UPDATE loyalty_account SET company_id = %s WHERE id = %s",
            (self.other_company.id, account.id),
        )
        rows = self.env["loyalty.statistics"].search([("move_id.account_id", "=", account.id)])
        self.assertTrue(rows)
        self.assertFalse(rows.account_id)
        self.assertFalse(rows.partner_id)

    def test_row_opens_its_movement(self):
        row = self.env["loyalty.statistics"].search(self._mine(), limit=1)
        self.assertEqual(row.action_open_movement()["res_id"], row.move_id.id)
