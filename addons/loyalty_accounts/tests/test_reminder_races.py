from contextlib import closing
from datetime import timedelta

import psycopg2

from odoo import api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..models.loyalty_batch import START


@tagged("post_install", "-at_install")
class TestReminderRaces(BaseCase):
    """Reminders on two real transactions; what they leave is cleaned up by hand."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            partner = env["res.partner"].create({"name": "Race", "email": "race@example.com"})
            account = env["loyalty.account"].create({"name": "Race", "partner_id": partner.id})
            soon = fields.Date.today() + timedelta(days=5)
            self.days = account.company_id.loyalty_reminder_days
            account.company_id.loyalty_reminder_days = 30
            env["loyalty.ledger"]._top_up(account, 100, expiry_date=soon)
            self.company_id, self.account_id = account.company_id.id, account.id
            self.partner_id = partner.id
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            env["res.company"].browse(self.company_id).loyalty_reminder_days = self.days
            reminders = env["loyalty.account.reminder"].search(self._domain())
            mails = env["mail.mail"].search([("recipient_ids", "=", self.partner_id)])
            mails.mail_message_id.unlink()
            reminders.unlink()
            env.flush_all()
            cr.execute("SET LOCAL session_replication_role = replica")
            for query in (
                """DELETE FROM loyalty_account_allocation WHERE lot_id IN
                   (SELECT id FROM loyalty_account_lot WHERE account_id = %s)""",
                "DELETE FROM loyalty_account_move WHERE account_id = %s",
                "DELETE FROM loyalty_account_lot WHERE account_id = %s",
                "DELETE FROM loyalty_account WHERE id = %s",
            ):
                cr.execute(query, (self.account_id,))
            cr.execute("DELETE FROM res_partner WHERE id = %s", (self.partner_id,))

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {})

    def _domain(self):
        return [("account_id", "=", self.account_id)]

    def _remind(self, cr):
        env = self._env(cr)
        done = env["loyalty.account.reminder"]._remind_due(100, START).done
        env.flush_all()
        return done

    def _assert_told_once(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            self.assertEqual(env["loyalty.account.reminder"].search_count(self._domain()), 1)
            mails = env["mail.mail"].search([("recipient_ids", "=", self.partner_id)])
            self.assertEqual(len(mails), 1)

    @mute_logger("odoo.sql_db")
    def test_second_of_two_jobs_starts_again_and_finds_nothing_to_tell(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")  # its snapshot is older than the first one's commit
            self.assertEqual(self._remind(first), 1)
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._remind(second)
            second.rollback()
            self.assertEqual(self._remind(second), 0)
        self._assert_told_once()

    def test_killed_before_its_commit_it_has_told_nobody_and_tells_everybody_later(self):
        with closing(self.registry.cursor()) as job:
            self.assertEqual(self._remind(job), 1)
            job.rollback()
            self.assertEqual(self._remind(job), 1)
            job.commit()
            self.assertEqual(self._remind(job), 0)
        self._assert_told_once()

    def test_tills_do_not_wait_for_reminders(self):
        with closing(self.registry.cursor()) as job, closing(self.registry.cursor()) as till:
            self._remind(job)
            till.execute("SET LOCAL lock_timeout = '200ms'")
            env = self._env(till)
            account = env["loyalty.account"].browse(self.account_id)
            env["loyalty.ledger"]._charge(account, 40)
            env.flush_all()
            till.commit()
            job.commit()
            self.assertEqual(account.balance, 60)
            self.assertEqual(account._verify_ledger(), [])
        self._assert_told_once()
