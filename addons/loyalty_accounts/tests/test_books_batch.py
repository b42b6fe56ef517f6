from contextlib import closing
from datetime import date, timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger

from ..const import LOT_ORIGINS, MOVE_KINDS
from ..models.res_company_books import PLANS
from ..rules import books as rules
from .common import BooksCommon, money

BATCH = "odoo.addons.loyalty_accounts.models.loyalty_books_batch.LoyaltyBooksBatch"


@tagged("post_install", "-at_install")
class TestBooksBatch(BooksCommon):
    """Movements that no document booked are booked by the day."""

    def setUp(self):
        super().setUp()
        self.clock = self.startPatcher(freeze_time("2026-03-04 10:00:00"))

    def _run_cron(self):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.batch._cron_post_batches()

    def _entries(self, company=None):
        journal = (company or self.company).root_id.loyalty_journal_id
        return self.env["account.move"].search([("journal_id", "=", journal.id)], order="id")

    # === WHAT IS BOOKED === #

    def test_earned_credit_is_booked_the_day_after_by_one_entry(self):
        self.ledger._earn(self.account, money("3.10"))
        self.ledger._earn(self._create_account(), 2)
        self._run_cron()
        self.assertFalse(self._entries(), "the day is not over")
        self.clock.tick(timedelta(days=1))
        self._run_cron()
        entry = self._entries()
        self.assertEqual(
            (entry.date, entry.state, entry.company_id),
            (date(2026, 3, 4), "posted", self.company),
        )
        label = "Earned credit, 2 movements"
        self.assertEqual(
            self._lines(entry), {("marketing", label): 5.10, ("deposit", label): -5.10}
        )
        self.assertEqual(self.account.move_ids.posting_ids.entry_id, entry)

    def test_every_kind_of_movement_has_its_counterpart(self):
        ledger, account = self.ledger, self.account
        ledger._top_up(account, 100)
        earning = ledger._earn(account, 10)
        ledger._take_back(earning, 4)
        ledger._adjust(account, 7, note="x")
        ledger._adjust(account, -2, note="x")
        payment = ledger._charge(account, 20)
        ledger._refund(payment, 5)
        hold = ledger._hold(account, 9).hold_id
        ledger._capture(hold, 8)
        lines = self._lines(self._book_all())
        self.assertEqual(
            {key: value for key, value in lines.items() if key[0] != "deposit"},
            {
                ("elsewhere", "Top-ups by programs, 1 movement"): 100,
                ("marketing", "Earned credit, 1 movement"): 10,
                ("marketing", "Earned credit taken back, 1 movement"): -4,
                ("marketing", "Manual entries, credit added, 1 movement"): 7,
                ("marketing", "Manual entries, credit removed, 1 movement"): -2,
                ("elsewhere", "Payments by programs, 1 movement"): -20,
                ("elsewhere", "Refunds by programs, 1 movement"): 5,
                ("elsewhere", "Payments by programs, reserved before, 1 movement"): -8,
            },
        )
        owed = sum(value for key, value in lines.items() if key[0] == "deposit")
        self.assertEqual(self.company.currency_id.round(owed), -account.balance)

    def test_expired_credit_is_income_if_it_was_paid_for_else_less_marketing(self):
        self.ledger._top_up(self.account, 30, expiry_date="2026-03-04")
        self.ledger._earn(self.account, 6, expiry_date="2026-03-04")
        self._book_all()
        self.clock.tick(timedelta(days=1))
        self.ledger._expire(self.account)
        self.assertEqual(
            self._lines(self._book_all()),
            {
                ("expired", "Expired credit that had been paid for, 1 movement"): -30,
                ("marketing", "Expired credit that had been given, 1 movement"): -6,
                ("deposit", "Expired credit that had been paid for, 1 movement"): 30,
                ("deposit", "Expired credit that had been given, 1 movement"): 6,
            },
        )

    def test_movements_that_change_no_balance_need_no_posting(self):
        self.ledger._top_up(self.account, 10)
        self._book_all()
        hold = self.ledger._hold(self.account, 5)
        self.ledger._release(hold.hold_id)
        self.assertFalse(self._book_all())

    def test_ups_and_downs_of_one_day_are_both_shown(self):
        self.ledger._adjust(self.account, 5, note="x")
        self.ledger._adjust(self.account, -5, note="x")
        self.assertEqual(len(self._book_all().line_ids), 4)

    def test_labels_are_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        with patch.object(type(self.env), "_", lambda env, text, *a, **k: env.lang + str(a or k)):
            self.assertIn("fr_FR", self.batch._in_language_of(self.company).env._("x"))

    def test_a_kind_without_a_counterpart_is_not_booked_by_half(self):
        self.ledger._earn(self.account, 3)
        with (
            patch.dict(rules.USES, clear=True),
            mute_logger(BATCH.rsplit(".", 1)[0]),
        ):
            self.assertFalse(self.batch._try_post_day(self.company, date(2026, 3, 4)))
        self.assertFalse(self.env["loyalty.account.posting"].search([]))

    def test_every_kind_that_moves_credit_has_a_counterpart(self):
        for kind in dict(MOVE_KINDS).keys() - {"hold", "release"}:
            for origin, _label in LOT_ORIGINS:
                use = rules.get_use(kind, origin)
                self.assertIn(f"loyalty_{use}_account_id", PLANS)

    # === EXACTLY ONCE === #

    def test_what_is_booked_is_not_booked_again(self):
        self.ledger._earn(self.account, 3)
        self.assertTrue(self._book_all())
        self.assertFalse(self._book_all())
        self.clock.tick(timedelta(days=1))
        self._run_cron()
        self.assertEqual(len(self._entries()), 1)

    def test_movement_committed_late_is_booked_on_its_own_day(self):
        self.ledger._earn(self.account, 3)
        self.clock.tick(timedelta(days=1))
        self._run_cron()
        with freeze_time("2026-03-04 23:59:00"):
            late = self.ledger._earn(self._create_account(), 4)
        self.clock.tick(timedelta(days=1))
        self._run_cron()
        self.assertEqual(late.posting_ids.entry_id.date, date(2026, 3, 4))
        self.assertEqual(len(self._entries()), 2)

    def test_the_mark_moves_on_where_nothing_happened_too(self):
        self._run_cron()
        marks = self.env["loyalty.books.mark"].search([("company_id", "=", self.company.id)])
        self.assertEqual(marks.booked_until, date(2026, 3, 3))

    def test_book_everything_finds_what_a_batch_would_no_longer_look_for(self):
        self.clock.tick(timedelta(days=30))
        self._book_all()
        with freeze_time("2026-03-01 08:00:00"):
            lost = self.ledger._earn(self.account, 4)
        self.assertFalse(self._book_all())
        self.batch._post_batches(self.company, self.company._get_loyalty_today(), everything=True)
        self.assertEqual(lost.posting_ids.entry_id.date, date(2026, 3, 1))

    def test_a_batch_that_breaks_off_leaves_nothing(self):
        self.ledger._earn(self.account, 3)
        with (
            patch.object(type(self.env["account.move"]), "_post", side_effect=ValueError("no")),
            mute_logger(BATCH.rsplit(".", 1)[0]),
        ):
            self.assertFalse(self.batch._try_post_day(self.company, date(2026, 3, 4)))
        self.assertFalse(self.env["loyalty.account.posting"].search([]))
        self.assertFalse(self._entries())
        self.assertTrue(self._book_all())

    def test_what_a_document_will_book_is_left_alone(self):
        till = self.ledger._charge(self._topped_up(), 5, document=self.partner)
        pending = SQL("m.document_model = %s", "res.partner")
        with patch(f"{BATCH}._get_pending_sql", lambda batch: pending):
            self._book_all()
        self.assertFalse(till.posting_ids)
        self._book_all()
        self.assertTrue(till.posting_ids)

    def _topped_up(self):
        self.ledger._top_up(self.account, 50)
        return self.account

    # === WHEN AND WHERE === #

    def test_the_day_is_the_establishments(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-04 10:59:00"):
            self.ledger._earn(self.account, 1)
        with freeze_time("2026-03-04 11:00:00"):  # midnight in Auckland
            self.ledger._earn(self.account, 2)
            self.batch._post_batches(self.company, date(2026, 3, 4))
        first = self._entries()
        self.assertEqual((first.date, first.amount_total), (date(2026, 3, 4), 1))
        with freeze_time("2026-03-05 11:00:00"):
            second = self._book_all()
        self.assertEqual((second.date, second.amount_total), (date(2026, 3, 5), 2))

    def test_in_a_locked_period_the_next_open_date_is_taken(self):
        self.ledger._earn(self.account, 1)
        self.clock.tick(timedelta(days=40))
        self.company.fiscalyear_lock_date = "2026-03-31"
        entry = self._book_all()
        self.assertGreater(entry.date, date(2026, 3, 31))
        self.assertEqual(entry.state, "posted")

    def test_without_a_chart_nothing_is_booked_until_there_is_one(self):
        company = self.other_company
        account = self._create_account(company_id=company.id)
        self.ledger._top_up(account, 5, company=company)
        self.clock.tick(timedelta(days=400))
        self.ledger._top_up(account, 6, company=company)
        self.clock.tick(timedelta(days=1))
        self._run_cron()
        self.assertFalse(account.move_ids.posting_ids)
        self._install_chart(company)
        self._run_cron()
        self.assertEqual(
            self._entries(company).mapped("date"), [date(2026, 3, 4), date(2027, 4, 8)]
        )

    def test_branch_is_booked_for_itself_in_the_journal_of_its_head_office(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        self.cr.precommit.run()  # loads the chart of the branch
        account = self._create_account(company_id=branch.id)
        self.ledger._top_up(account, 5, company=branch)
        entry = self._book_all(branch)
        self.assertEqual(entry.company_id, branch)
        self.assertEqual(entry.journal_id, self.company.loyalty_journal_id)

    def test_one_company_that_fails_does_not_stop_the_others(self):
        company = self._company_with_chart("Fine")
        self.ledger._top_up(self.account, 5)
        self.ledger._top_up(self._create_account(company_id=company.id), 5, company=company)
        self.clock.tick(timedelta(days=1))
        post_day = type(self.batch)._post_day

        def fail(batch, failing, day):
            if failing == self.company:
                raise ValueError("no")
            return post_day(batch, failing, day)

        with (
            patch.object(type(self.batch), "_post_day", fail),
            mute_logger(BATCH.rsplit(".", 1)[0]),
        ):
            self._run_cron()
        self.assertFalse(self._entries())
        self.assertTrue(self._entries(company))
        self._run_cron()
        self.assertTrue(self._entries(), "the next run books it")

    # === COST === #

    def test_booking_many_movements_costs_no_more_queries(self):
        counts = []
        for number in (2, 2, 60):
            account = self._create_account()
            for _time in range(number):
                self.ledger._earn(account, 1)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            entry = self._book_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(entry.line_ids), 2)
        self.assertEqual(counts[1], counts[2], "the first round only warms caches up")


@tagged("post_install", "-at_install")
class TestBooksBatchRaces(BaseCase):
    """Two real transactions at once; nothing is committed but a row of the books, removed again."""

    @mute_logger("odoo.sql_db")
    def test_second_of_two_batches_starts_again(self):
        registry = Registry(get_db_name())
        with closing(registry.cursor()) as first, closing(registry.cursor()) as second:
            environments = [api.Environment(cr, api.SUPERUSER_ID, {}) for cr in (first, second)]
            company = environments[0].ref("base.main_company")
            environments[0]["loyalty.books.mark"]._lock_books(company)
            first.commit()
            self.addCleanup(self._forget, company.id)
            second.execute("SELECT 1")  # its snapshot is older than the first one's next commit
            environments[0]["loyalty.books.mark"]._lock_books(company)
            second.execute("SET LOCAL lock_timeout = '200ms'")
            with self.assertRaises(psycopg2.errors.LockNotAvailable):
                environments[1]["loyalty.books.mark"]._lock_books(company)
            second.rollback()
            second.execute("SELECT 1")
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                environments[1]["loyalty.books.mark"]._lock_books(company)
            second.rollback()
            self.assertTrue(environments[1]["loyalty.books.mark"]._lock_books(company))
            second.rollback()

    def _forget(self, company_id):
        with Registry(get_db_name()).cursor() as cr:
            cr.execute("DELETE FROM loyalty_books_mark WHERE company_id = %s", (company_id,))
