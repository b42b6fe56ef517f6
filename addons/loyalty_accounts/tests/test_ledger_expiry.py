from datetime import date, timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import LedgerKeyMissing
from ..models.loyalty_batch import START
from .common import LoyaltyCommon, money

#: Differ between two ways to the same result: ids, keys, times, and what is made from them.
MOVE_IGNORED = {"id", "key", "account_id", "request_digest", "previous_hash", "hash", "date"}
BATCH = "odoo.addons.loyalty_accounts.models.loyalty_batch"


class ExpiryCase(LoyaltyCommon):
    """Time stands still on 1 June 2026, 12:00 UTC; the job's commits are left out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-06-01 12:00:00"))
        cls.today = date(2026, 6, 1)
        cls.yesterday = cls.today - timedelta(days=1)

    def setUp(self):
        super().setUp()
        self.commits = []

        def commit_progress(_cron, processed=0, *, remaining=None, **_options):
            self.env.flush_all()
            self.commits.append((processed, remaining))
            return float("inf")

        # A test's transaction cannot be committed.
        self.patch(type(self.env["ir.cron"]), "_commit_progress", commit_progress)

    def _top_up(self, account, amount, expiry=None):
        """Top up with credit whose last day may be over already."""
        with freeze_time("2026-01-01 12:00:00"):
            return self.ledger._top_up(account, amount, expiry_date=expiry)

    def _run(self):
        return self.env["loyalty.account"]._cron_expire_credit()

    def _expiries(self, account):
        return account.move_ids.filtered(lambda move: move.kind == "expire")


@tagged("post_install", "-at_install")
class TestLedgerExpiry(ExpiryCase):
    # === WHEN CREDIT EXPIRES === #

    def test_earned_credit_expires_the_companys_months_after_the_day_of_earning(self):
        self.company.loyalty_expiry_months = 1
        with freeze_time("2026-01-31 12:00:00"):
            self.ledger._earn(self.account, 5)
        self.assertEqual(self.account.lot_ids.expiry_date, date(2026, 2, 28))
        self._assert_account(self.account, 5)

    def test_earned_credit_never_expires_where_no_months_are_set(self):
        self.ledger._earn(self.account, 5)
        self.assertFalse(self.account.lot_ids.expiry_date)

    def test_caller_can_say_another_day_or_never(self):
        self.company.loyalty_expiry_months = 12
        self.ledger._earn(self.account, 5, expiry_date=date(2026, 7, 1))
        self.ledger._earn(self.account, 5, expiry_date=False)
        lots = self.account.lot_ids.sorted("id")
        self.assertEqual(lots.mapped("expiry_date"), [date(2026, 7, 1), False])

    def test_paid_credit_has_a_validity_of_its_own(self):
        self.company.write({"loyalty_expiry_months": 1, "loyalty_paid_expiry_months": 36})
        self.ledger._top_up(self.account, 5)
        self.assertEqual(self.account.lot_ids.expiry_date, date(2029, 6, 1))
        for origin, expiry in (("voucher", date(2029, 6, 1)), ("adjust", False)):
            self.assertEqual(self.company._get_loyalty_credit_expiry(origin), expiry)

    def test_day_of_earning_is_the_day_at_the_establishment(self):
        self.company.loyalty_expiry_months = 1
        self.company.partner_id.tz = "Pacific/Auckland"  # 2 June there
        self.ledger._earn(self.account, 5)
        self.assertEqual(self.account.lot_ids.expiry_date, date(2026, 7, 2))
        self.assertEqual(self.company._get_loyalty_credit_expiry(), date(2026, 7, 2))

    def test_order_earns_credit_with_the_companys_validity(self):
        self.company.loyalty_expiry_months = 6
        self.account.credit_rate = 0.1
        product = self.env["product.product"].create({"name": "Cup", "list_price": 50})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "loyalty_account_id": self.account.id,
                "order_line": [(0, 0, {"product_id": product.id, "tax_ids": False})],
            }
        )
        order.action_confirm()
        self.assertEqual(self.account.lot_ids.expiry_date, date(2026, 12, 1))

    @mute_logger("odoo.sql_db")
    def test_months_and_days_outside_their_range_are_refused(self):
        for name, value in (
            ("loyalty_expiry_months", -1),
            ("loyalty_expiry_months", 121),
            ("loyalty_paid_expiry_months", 121),
            ("loyalty_reminder_days", -1),
            ("loyalty_reminder_days", 366),
        ):
            with (
                self.subTest(name, value=value),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.cr.savepoint(),
            ):
                self.company.write({name: value})
                self.env.flush_all()

    def test_top_up_dialogue_proposes_the_last_day_and_takes_another_or_none(self):
        self.company.loyalty_paid_expiry_months = 24
        wizards = self.env["loyalty.account.top.up"].with_user(self.admin)
        given = [{}, {"expiry_date": "2026-09-01"}, {"expiry_date": False}]
        for vals in given:
            wizard = wizards.create(
                {"account_id": self.account.id, "amount": 1, "note": "receipt 1", **vals}
            )
            wizard.action_confirm()
        self.assertEqual(
            self.account.lot_ids.sorted("id").mapped("expiry_date"),
            [date(2028, 6, 1), date(2026, 9, 1), False],
        )

    # === THE NIGHTLY JOB === #

    def test_job_leaves_what_the_verb_leaves(self):
        self.maxDiff = None
        one, other = self._create_account(), self._create_account()
        for account in (one, other):
            self._fill(account)
        self.ledger._expire(one)
        self._run()
        self.assertEqual(self._snapshot(one), self._snapshot(other))
        self._assert_account(one, 61, held=12)
        self._assert_account(other, 61, held=12)

    def _fill(self, account):
        self._top_up(account, money("10.05"), self.yesterday)
        self._top_up(account, 20, self.yesterday - timedelta(days=9))
        with freeze_time("2026-01-02 12:00:00"):
            self.ledger._earn(account, 5, company=self.company, expiry_date=self.yesterday)
        self._top_up(account, 8, self.today)
        self._top_up(account, 41)
        with freeze_time("2026-01-03 12:00:00"):
            payment = self.ledger._charge(account, 7)
            self.ledger._refund(payment, 2)
            self.ledger._hold(account, 12)

    def _snapshot(self, account):
        """Everything the database has on an account, but for what cannot be equal."""
        self.env.flush_all()
        account_columns = "balance, held, debt, version, currency_id, write_uid"
        queries = (
            f"SELECT {account_columns} FROM loyalty_account WHERE id = %s",
            "SELECT * FROM loyalty_account_move WHERE account_id = %s ORDER BY seq",
            """SELECT l.amount, l.remaining, l.expiry_date, l.date, l.origin, l.company_id,
                      l.write_uid FROM loyalty_account_lot l WHERE account_id = %s ORDER BY id""",
            """SELECT m.seq, p.amount, p.currency_id, p.accrual_company_id, p.spend_company_id,
                      p.expiry_date, row_number() OVER (PARTITION BY m.id ORDER BY p.id)
                 FROM loyalty_account_allocation p
                 JOIN loyalty_account_move m ON m.id = p.move_id
                WHERE m.account_id = %s ORDER BY p.id""",
        )
        snapshot = []
        for query in queries:
            self.cr.execute(query, (account.id,))
            rows = self.cr.dictfetchall()
            for row in rows:  # of what it refers to, whether it does
                row.update({k: bool(row[k]) for k in row.keys() & {"hold_id", "reversal_of_id"}})
            snapshot.append([{k: v for k, v in r.items() if k not in MOVE_IGNORED} for r in rows])
        return snapshot

    def test_movement_says_who_where_when_and_for_whom_and_lists_every_lot(self):
        foreign = self._create_account(
            company_id=self.other_company.id, partner_id=self.partner.id, name="Harbour card"
        )
        for amount in (3, 4):
            with freeze_time("2026-01-01"):
                self.ledger._top_up(
                    foreign, amount, expiry_date=self.yesterday, company=self.other_company
                )
        self._run()
        move = self._expiries(foreign)
        self.assertRegex(move.key, r"^due/[0-9a-f]{32}$")
        self.assertEqual(move.user_id, self.env.user)
        self.assertEqual(move.company_id, self.other_company)
        self.assertEqual(move.partner_name, "Anna Berg")
        self.assertEqual(str(move.date), "2026-06-01 12:00:00")
        self.assertEqual(move.allocation_ids.mapped("amount"), [-3, -4])
        self.assertEqual(move.allocation_ids.spend_company_id, self.other_company)
        self._assert_account(foreign, 0)

    def test_customers_names_are_kept_as_they_are_spelt(self):
        names = ['Ann "the {boss}"', "back\\slash, O'Hara", "Žofia\tNULL", "NULL", ""]
        accounts = self.env["loyalty.account"]
        for name in names:
            partner = self.env["res.partner"].create({"name": name or "Nobody"})
            accounts += self._create_account(partner_id=partner.id if name else False)
            self._top_up(accounts[-1], 5, self.yesterday)
        self._run()
        for account in accounts:
            self.assertEqual(self._expiries(account).partner_name, account.partner_id.display_name)
        self.assertEqual(accounts._verify_ledger(), [])

    def test_running_again_expires_nothing_twice(self):
        self._top_up(self.account, 10, self.yesterday)
        self._run()
        self._run()
        self.assertEqual(len(self._expiries(self.account)), 1)
        self._assert_account(self.account, 0)

    def test_credit_lasts_until_the_end_of_its_last_day_at_its_establishment(self):
        east = self._create_account()
        west = self._create_account(company_id=self.other_company.id)
        self.company.partner_id.tz = "Pacific/Auckland"  # 2 June
        self.other_company.partner_id.tz = "Pacific/Honolulu"  # 1 June
        for account in (east, west):
            with freeze_time("2026-01-01"):
                self.ledger._top_up(account, 5, expiry_date=self.today, company=account.company_id)
        self._run()
        self._assert_account(east, 0)
        self._assert_account(west, 5)

    def test_reserved_credit_stays_until_its_reservation_ends(self):
        self._top_up(self.account, 10, self.yesterday)
        with freeze_time("2026-01-02"):
            hold = self.ledger._hold(self.account, 10).hold_id
        self._run()
        self._assert_account(self.account, 10, held=10)
        self.ledger._release(hold)
        self._run()
        self._assert_account(self.account, 0)

    def test_reservation_that_has_run_out_is_released_first(self):
        self._top_up(self.account, 10, self.yesterday)
        with freeze_time("2026-01-02"):
            self.ledger._hold(self.account, 10, expires_at="2026-01-02 01:00:00")
        self._run()
        self.assertEqual(
            self.account.move_ids.sorted("seq").mapped("kind"),
            ["top_up", "hold", "release", "expire"],
        )
        self._assert_account(self.account, 0)

    def test_account_with_a_debt_keeps_it(self):
        with freeze_time("2026-01-01"):
            earning = self.ledger._earn(self.account, 10)
            self.ledger._charge(self.account, 10)
            self.ledger._take_back(earning)
        self._top_up(self.account, 4, self.yesterday)
        self._run()
        self._assert_account(self.account, 0, debt=10)

    def test_blocked_expired_and_archived_accounts_are_no_refuge(self):
        accounts = self.env["loyalty.account"]
        for vals in (
            {"blocked": True},
            {"expiry_date": "2026-02-01"},
            {"active": False},
        ):
            account = self._create_account()
            self._top_up(account, 5, self.yesterday)
            account.write(vals)
            accounts += account
        self._run()
        for account in accounts:
            self._assert_account(account, 0)

    def test_account_in_another_currency_expires_in_its_own(self):
        yen = self.env["res.company"].create(
            {"name": "Tokyo", "currency_id": self.env.ref("base.JPY").id}
        )
        account = self._create_account(company_id=yen.id)
        with freeze_time("2026-01-01"):
            self.ledger._top_up(account, 500, expiry_date=self.yesterday, company=yen)
        self._run()
        self._assert_account(account, 0)
        self.assertEqual(self._expiries(account).currency_id, self.env.ref("base.JPY"))

    # === STEPS AND FAILURES === #

    def _many(self, count):
        accounts = self.env["loyalty.account"]
        for index in range(count):
            accounts += self._create_account(name=f"Card {index}")
            self._top_up(accounts[-1], 5, self.yesterday - timedelta(days=index % 3))
        self.env.flush_all()
        return accounts

    def test_small_steps_reach_every_account_and_report_their_progress(self):
        accounts = self._many(7)
        self._top_up(accounts[0], 5, self.yesterday - timedelta(days=20))
        with patch("odoo.addons.loyalty_accounts.models.loyalty_account_expiry.EXPIRY_BATCH", 3):
            self._run()
        self.assertEqual([rest for _done, rest in self.commits], [5, 2, 0])
        self.assertEqual(sum(accounts.mapped("balance")), 0)
        self.assertEqual(accounts._verify_ledger(), [])
        self.assertEqual(len(self._expiries(accounts[0])), 1, "one movement for an account")

    def test_job_stops_when_its_time_is_over_and_goes_on_in_the_next_run(self):
        accounts = self._many(5)
        hurry = patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 0)
        with (
            hurry,
            patch("odoo.addons.loyalty_accounts.models.loyalty_account_expiry.EXPIRY_BATCH", 2),
        ):
            self._run()
        self.assertEqual(sum(accounts.mapped("balance")), 15)
        self._run()
        self.assertEqual(sum(accounts.mapped("balance")), 0)
        self.assertEqual(accounts._verify_ledger(), [])

    def test_statements_do_not_grow_with_the_number_of_accounts(self):
        counts = []
        for number in (5, 50):
            self._many(number)
            self.env.invalidate_all()
            self.ledger._expire_due(1000, START)  # warms the caches up for both
            self._many(number)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.ledger._expire_due(1000, START)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 14)

    def test_account_that_fails_stops_none_of_the_others_and_is_named_in_the_log(self):
        accounts = self._many(5)
        bad = accounts[2]
        ledger_class = type(self.ledger)
        prepare = ledger_class._prepare_expiry

        def fail_on_bad(ledger, account, now):
            if account.account_id == bad.id:
                raise ZeroDivisionError
            return prepare(ledger, account, now)

        self.patch(ledger_class, "_prepare_expiry", fail_on_bad)
        with self.assertLogs(BATCH, "ERROR") as logs:
            self._run()
        self.assertEqual(len(logs.output), 1)
        self.assertIn(f"account_id={bad.id}", logs.output[0])
        self.assertEqual(bad.balance, 5)
        self.assertEqual(sum((accounts - bad).mapped("balance")), 0)
        self.assertEqual(accounts._verify_ledger(), [])

    def test_tampered_balance_is_refused_by_the_database_and_named(self):
        accounts = self._many(4)
        bad = accounts[1]
        self.cr.execute("UPDATE loyalty_account SET balance = 2 WHERE id = %s", (bad.id,))
        self.env.invalidate_all()
        with self.assertLogs(BATCH, "ERROR") as logs, mute_logger("odoo.sql_db"):
            self._run()
        self.assertIn(f"account_id={bad.id}", logs.output[0])
        self.assertEqual(sum((accounts - bad).mapped("balance")), 0)

    def test_lost_or_conflicting_transaction_is_not_swallowed(self):
        self._many(2)
        failure = psycopg2.errors.SerializationFailure
        with (
            patch.object(type(self.ledger), "_write_expiries", side_effect=failure),
            self.assertRaises(failure),
        ):
            self.ledger._expire_due(1000, START)

    def test_without_the_ledger_key_the_job_fails_at_once(self):
        self._many(2)
        with (
            patch.object(type(self.ledger), "_get_ledger_key", side_effect=LedgerKeyMissing("x")),
            self.assertRaises(LedgerKeyMissing),
        ):
            self._run()

    def test_no_stored_field_follows_from_what_is_written_past_the_orm(self):
        written = {
            "loyalty.account": ("balance", "version", "head_hash"),
            "loyalty.account.lot": ("remaining",),
        }
        for model, names in written.items():
            for name in names:
                field = self.env[model]._fields[name]
                followers = self.env.registry.get_dependent_fields(field)
                self.assertFalse([str(f) for f in followers if f.store], name)

    def test_job_is_scheduled_every_day_and_runs_as_a_program(self):
        for name in ("ir_cron_expire_credit", "ir_cron_remind_expiring"):
            job = self.env.ref(f"loyalty_accounts.{name}")
            self.assertTrue(job.active)
            self.assertEqual((job.interval_number, job.interval_type), (1, "days"))
            self.assertEqual(job.user_id, self.env.ref("base.user_root"))
