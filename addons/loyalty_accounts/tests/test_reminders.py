from datetime import date, timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from ..models import loyalty_account_expiry
from ..models.loyalty_batch import START
from .test_ledger_expiry import BATCH, ExpiryCase

TEMPLATE = "loyalty_accounts.mail_template_credit_expiring"


class ReminderCase(ExpiryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"loyalty_reminder_days": 30, "name": "Corner Shop"})
        cls.partner.write({"email": "anna@example.com", "lang": "en_US"})
        cls.soon = cls.today + timedelta(days=30)

    def _remind(self):
        return self.env["loyalty.account"]._cron_remind_expiring()

    def _mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", "loyalty.account.reminder")], order="id"
        )

    def _text(self, mail):
        return html2plaintext(mail.body_html)


@tagged("post_install", "-at_install")
class TestReminders(ReminderCase):
    # === WHO IS TOLD WHAT, WHEN === #

    def test_customer_is_told_amount_and_last_day_before_credit_expires(self):
        self._top_up(self.account, 12.5, self.soon)
        self.assertEqual(self._remind(), 1)
        mail = self._mails()
        self.assertEqual(mail.recipient_ids, self.partner)
        self.assertEqual(mail.state, "outgoing", "the mail queue sends it")
        text = self._text(mail)
        for word in ("Anna Berg", "Corner Shop", "July 1, 2026", "12.50", "Gold card"):
            self.assertIn(word, text)
        self.assertIn("12.50", mail.subject)

    def test_card_number_is_hidden_but_for_its_last_four_digits(self):
        self._top_up(self.account, 5, self.soon)
        self._remind()
        mail = self._mails()
        self.assertIn(f"•••• {self.account.number[-4:]}", self._text(mail))
        for text in (mail.body_html, mail.subject, mail.record_name or ""):
            self.assertNotIn(self.account.number, text)

    def test_nobody_is_told_earlier_or_on_the_day_after(self):
        self._top_up(self.account, 5, self.soon + timedelta(days=1))
        self._top_up(self.account, 5, self.yesterday)
        self.assertEqual(self._remind(), 0)

    def test_last_day_itself_is_told(self):
        self._top_up(self.account, 5, self.today)
        self.assertEqual(self._remind(), 1)

    def test_what_expires_soon_after_it_is_in_the_same_mail_and_not_told_again(self):
        for days, amount in ((30, 1), (30, 2), (45, 4), (60, 8), (61, 16)):
            self._top_up(self.account, amount, self.today + timedelta(days=days))
        self.assertEqual(self._remind(), 1)
        reminder = self.account.reminder_ids
        self.assertEqual(
            reminder.days,
            [
                {"date": "2026-07-01", "amount": 3},
                {"date": "2026-07-16", "amount": 4},
                {"date": "2026-07-31", "amount": 8},
            ],
        )
        self.assertEqual((reminder.amount, reminder.first_day), (15, self.soon))
        self.assertEqual(self._remind(), 0)

    def test_no_mail_where_the_company_wants_none(self):
        self.company.loyalty_reminder_days = 0
        self._top_up(self.account, 5, self.today)
        self.assertEqual(self._remind(), 0)

    def test_no_mail_for_cards_that_are_not_accepted_or_customers_without_an_address(self):
        unreachable = self.env["res.partner"].create({"name": "Letters only"})
        gone = self.env["res.partner"].create({"name": "Gone", "email": "gone@example.com"})
        for vals in (
            {"blocked": True},
            {"active": False},
            {"expiry_date": self.yesterday},
            {"partner_id": unreachable.id},
            {"partner_id": False},
            {"partner_id": gone.id},
        ):
            account = self._create_account()
            self._top_up(account, 5, self.soon)
            account.write(vals)
        gone.active = False
        self.assertEqual(self._remind(), 0)
        unreachable.email = "post@example.com"
        self.assertEqual(self._remind(), 1, "told as soon as there is an address")

    def test_spent_and_reserved_credit_is_not_announced(self):
        spent, reserved, partly = (self._create_account() for _number in range(3))
        for account in (spent, reserved, partly):
            self._top_up(account, 10, self.soon)
        self.ledger._charge(spent, 10)
        self.ledger._hold(reserved, 10)
        self.ledger._hold(partly, 4)
        self.assertEqual(self._remind(), 1)
        self.assertEqual(partly.reminder_ids.amount, 6)

    def test_each_company_has_its_own_days_and_its_own_today(self):
        self.other_company.write({"loyalty_reminder_days": 3})
        self.other_company.partner_id.tz = "Pacific/Auckland"  # 2 June there
        foreign = self._create_account(company_id=self.other_company.id)
        for account, day in ((self.account, 20), (foreign, 5)):
            self.ledger._top_up(
                account, 5, expiry_date=date(2026, 6, day), company=account.company_id
            )
        self.assertEqual(self._remind(), 2)
        self.assertEqual(foreign.reminder_ids.company_id, self.other_company)
        self.assertNotIn("Corner Shop", self._text(self._mails()[-1]))

    # === NEVER TWICE === #

    def test_same_credit_is_announced_once(self):
        self._top_up(self.account, 5, self.soon)
        self.assertEqual((self._remind(), self._remind()), (1, 0))
        self.company.loyalty_reminder_days = 90
        self.assertEqual(self._remind(), 0, "another setting does not tell it again")
        self.assertEqual(len(self._mails()), 1)

    def test_credit_given_later_is_announced_even_if_it_expires_earlier(self):
        self._top_up(self.account, 5, self.soon)
        self._remind()
        self._top_up(self.account, 7, self.soon - timedelta(days=9))
        self.assertEqual(self._remind(), 1)
        self.assertEqual(self.account.reminder_ids.sorted("id")[-1].amount, 7)

    def test_lot_that_a_refund_made_last_longer_is_announced_with_its_new_day(self):
        self.company.loyalty_refund_grace_days = 10
        self._top_up(self.account, 5, self.soon)
        self._remind()
        payment = self.ledger._charge(self.account, 5)
        after = self.soon + timedelta(days=5)
        with patch.object(type(self.company), "_get_loyalty_today", lambda company: after):
            self.ledger._refund(payment)
            self.assertEqual(self._remind(), 1)
            self.assertEqual(self._remind(), 0)
        self.assertEqual(
            self.account.reminder_ids.sorted("id").mapped("first_day"),
            [self.soon, after + timedelta(days=10)],
        )

    def test_refund_before_the_last_day_is_no_news(self):
        self._top_up(self.account, 5, self.soon)
        self._remind()
        self.ledger._refund(self.ledger._charge(self.account, 5))
        self.assertEqual(self._remind(), 0)

    def test_mark_and_mail_stand_or_fall_together(self):
        self._top_up(self.account, 5, self.soon)
        reminders = self.env["loyalty.account.reminder"]
        with (
            patch.object(type(reminders), "_create_mails", side_effect=ZeroDivisionError),
            self.assertLogs(BATCH, "ERROR"),
        ):
            self.assertEqual(self._remind(), 0)
        self.assertFalse(self.account.reminder_ids)
        self.assertEqual(self._remind(), 1)

    @mute_logger("odoo.sql_db")
    def test_database_itself_refuses_to_tell_a_lot_twice(self):
        self._top_up(self.account, 5, self.soon)
        self._remind()
        line = self.account.reminder_ids.line_ids
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            line.copy()

    # === MANY === #

    def _many(self, count):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Customer {index}", "email": f"c{index}@example.com", "lang": "en_US"}
                for index in range(count)
            ]
        )
        accounts = self.env["loyalty.account"]
        for partner in partners:
            accounts += self._create_account(partner_id=partner.id)
            self._top_up(accounts[-1], 5, self.soon)
        return accounts

    def test_small_steps_reach_everyone(self):
        accounts = self._many(5)
        with patch.object(loyalty_account_expiry, "REMINDER_BATCH", 2):
            self.assertEqual(self._remind(), 5)
        self.assertEqual(len(accounts.reminder_ids), 5)
        self.assertEqual(len(self.commits), 3)

    def test_one_failing_customer_stops_none_of_the_others(self):
        accounts = self._many(4)
        reminders = self.env["loyalty.account.reminder"]
        create_mails = type(reminders)._create_mails

        def fail_on_second(records):
            if accounts[1] in records.account_id:
                raise ZeroDivisionError
            return create_mails(records)

        with (
            patch.object(type(reminders), "_create_mails", fail_on_second),
            self.assertLogs(BATCH, "ERROR") as logs,
        ):
            self.assertEqual(self._remind(), 3)
        self.assertEqual(len(logs.output), 1)
        self.assertFalse(accounts[1].reminder_ids)

    def test_broken_template_stops_the_job_after_one_step(self):
        self._many(4)
        self.env.ref(TEMPLATE).body_html = "<t t-out='1 / 0'/>"
        with (
            patch.object(loyalty_account_expiry, "REMINDER_BATCH", 2),
            self.assertLogs(BATCH, "ERROR") as logs,
        ):
            self.assertEqual(self._remind(), 0)
        self.assertEqual(len(logs.output), 2)

    def test_statements_do_not_grow_with_the_number_of_mails(self):
        reminders, counts = self.env["loyalty.account.reminder"], []
        self._many(2)
        reminders._remind_due(100, START)  # warms the caches up
        for number in (5, 50):
            self._many(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(reminders._remind_due(100, START).done, number)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # === LANGUAGE === #

    def test_mail_is_written_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("sk_SK")
        template = self.env.ref(TEMPLATE)
        template.with_context(lang="sk_SK").write(
            {
                "subject": "Kredit: {{ object.company_id.name }}",
                "body_html": "<p t-out=\"format_date(object.first_day, date_format='long')\"/>",
            }
        )
        self.partner.lang = "sk_SK"
        self._top_up(self.account, 5, self.soon)
        self._remind()
        mail = self._mails()
        self.assertEqual(mail.subject, "Kredit: Corner Shop")
        self.assertIn("1. júla 2026", self._text(mail))

    # === WHAT STAFF SEE === #

    def test_account_says_what_expires_next(self):
        for day, amount in ((self.soon, 2), (self.soon, 3), (self.yesterday, 9), (None, 7)):
            self._top_up(self.account, amount, day)
        self._top_up(self.account, 4, self.soon + timedelta(days=1))
        account = self.account.with_user(self.seller)
        self.assertEqual((account.next_expiry_date, account.next_expiry_amount), (self.soon, 5))
        self.ledger._charge(self.account, 5)
        self.assertEqual(account.next_expiry_amount, 4)

    def test_account_without_expiring_credit_says_nothing(self):
        self._top_up(self.account, 5)
        self.assertEqual(
            (self.account.next_expiry_date, self.account.next_expiry_amount), (False, 0)
        )
        self.assertFalse(self.env["loyalty.account"].new({}).next_expiry_date)

    def test_staff_find_accounts_whose_credit_expires_soon(self):
        self.company.loyalty_expiring_days = 30
        late, never, empty = (self._create_account() for _number in range(3))
        self._top_up(self.account, 5, self.soon)
        self._top_up(late, 5, self.soon + timedelta(days=1))
        self._top_up(never, 5)
        self._top_up(empty, 5, self.soon)
        self.ledger._charge(empty, 5)
        accounts = self.account + late + never + empty
        found = (
            self.env["loyalty.account"]
            .with_user(self.seller)
            .search([("credit_expires_soon", "=", True), ("id", "in", accounts.ids)])
        )
        self.assertEqual(found, self.account)
        self.assertEqual(accounts.filtered("credit_expires_soon"), self.account)

    def test_next_expiry_of_a_list_takes_no_more_statements_than_of_one(self):
        accounts = self._many(12)
        counts = []
        for chosen in (accounts[:2], accounts[2:]):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            chosen.mapped("next_expiry_date")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_staff_of_the_company_read_reminders_and_nobody_writes_them(self):
        self._top_up(self.account, 5, self.soon)
        self._remind()
        reminder = self.account.reminder_ids
        self.assertEqual(reminder.with_user(self.seller).amount, 5)
        self.assertEqual(reminder.with_user(self.seller).line_ids.amount, 5)
        stranger = self._create_user(
            "stranger",
            "loyalty_accounts.group_admin",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        plain = self._create_user("plain", "base.group_user")
        for user in (stranger, plain):
            for record in (reminder, reminder.line_ids):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    record.with_user(user).read(["amount"])
        for user in (self.seller, self.admin):
            for record in (reminder, reminder.line_ids):
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"amount": 1})
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()
