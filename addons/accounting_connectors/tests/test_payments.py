import dataclasses
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from ..const import SYNC_OVERLAP
from ..exceptions import Refused, Throttled, Unauthorised, Unavailable
from .common import ConnectorCommon, Paper

INVOICING = "account.group_account_invoice"


@tagged("post_install", "-at_install")
class TestPayments(ConnectorCommon, TransactionCase):
    def setUp(self):
        super().setUp()
        self.backend.write(
            {
                "registers_payments": True,
                "payment_journal_id": self.company_data["default_journal_bank"].id,
            }
        )

    def _pay(self, amount, move=None, **options):
        """Let a new invoice be paid there, look, and return its export."""
        export = self._send(move)
        self._pay_there(export, amount, **options)
        export._look()
        return export

    def test_a_payment_there_is_registered_on_the_invoice_with_amount_and_date(self):
        export = self._pay("34.47")
        (payment,) = export.payment_ids
        self.assertEqual(payment.state, "registered", payment.reason)
        self.assertEqual(payment.payment_id.date, fields.Date.to_date("2026-11-21"))
        self.assertEqual(payment.payment_id.amount, 34.47)
        self.assertEqual(export.move_id.amount_residual, 0)

    def test_the_balance_shown_is_what_the_provider_says_not_what_payments_sum_to(self):
        export = self._send()
        self._change_there(export, balance=12)
        export._look()
        self.assertEqual((export.external_balance, export.move_id.accounting_balance), (12, 12))
        self.assertEqual(export.move_id.accounting_synced_at, export.synced_at)
        self.assertEqual(export.move_id.amount_residual, export.move_id.amount_total)

    def test_partial_payments_leave_the_rest_open_and_are_taken_once_each(self):
        export = self._pay("10")
        export._look()
        self._pay_there(export, "5.50")
        export._look()
        self.assertEqual(export.payment_ids.mapped("state"), ["registered"] * 2)
        self.assertAlmostEqual(export.move_id.amount_residual, 18.97)
        self.assertAlmostEqual(export.external_balance, 18.97)

    def test_a_payment_in_the_invoices_foreign_currency_closes_it(self):
        currency = self.setup_other_currency("EUR")
        move = self._create_invoice(currency_id=currency.id)
        export = self._pay("34.47", move)
        self.assertEqual(export.payment_ids.currency_id, currency)
        self.assertEqual(export.payment_ids.payment_id.currency_id, currency)
        self.assertEqual(move.amount_residual, 0)

    def test_a_payment_in_another_currency_than_the_invoice_is_left_to_staff(self):
        self.setup_other_currency("EUR")
        export = self._pay("3", currency="EUR")
        self.assertEqual(export.payment_ids.state, "failed")
        self.assertIn("EUR", export.payment_ids.reason)
        self.assertEqual(len(export.move_id.activity_ids), 1)

    def test_a_payment_taken_back_books_nothing_and_is_told_to_staff(self):
        export = self._pay("34.47")
        paid = export.payment_ids.payment_id
        self._pay_there(export, "-34.47")
        export._look()
        back = export.payment_ids.filtered(lambda one: one.amount < 0)
        self.assertEqual((back.state, bool(back.payment_id)), ("failed", False))
        self.assertIn("Taken back", back.reason)
        self.assertEqual(export.move_id.amount_residual, 0, "nothing is undone by itself")
        self.assertTrue(paid.exists())
        self.assertEqual(len(export.move_id.activity_ids), 1)
        self.assertAlmostEqual(export.external_balance, 34.47)

    def test_a_payment_of_a_credit_note_is_below_0_there_and_pays_out_here(self):
        move = self._create_invoice(move_type="out_refund")
        export = self._send(move)
        self._change_there(export, total=Decimal("-34.47"), balance=Decimal("-34.47"))
        export.external_total = -export.external_total
        self._pay_there(export, "-34.47")
        export._look()
        self.assertEqual(export.payment_ids.state, "registered", export.payment_ids.reason)
        self.assertEqual(export.payment_ids.payment_id.payment_type, "outbound")
        self.assertEqual(move.amount_residual, 0)

    def test_an_invoice_paid_here_already_keeps_the_payment_as_seen(self):
        export = self._send()
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=export.move_id.ids
        )
        register.create({})._create_payments()
        self._pay_there(export, "34.47")
        export._look()
        self.assertEqual((export.payment_ids.state, bool(export.payment_ids.payment_id)),
                         ("seen", False))  # fmt: skip
        self.assertIn("paid here", export.payment_ids.reason)

    def test_a_payment_that_somebody_registered_by_hand_is_not_booked_twice(self):
        export = self._send()
        move = export.move_id
        dialogue = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        dialogue.create(
            {"amount": 10, "payment_difference_handling": "open"}
        ).action_create_payments()
        self._pay_there(export, "10")
        export._look()
        self.assertEqual(export.payment_ids.state, "failed")
        self.assertIn("registered by hand", export.payment_ids.reason)
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 10)

    def test_a_payment_that_is_gone_or_changed_there_is_told_until_it_is_back(self):
        export = self._pay("10")
        (paid,) = Paper.payments[export.external_id]
        for there, sentence in (
            ([], "is gone there"),
            ([dataclasses.replace(paid, amount=Decimal(9))], "is 9 there, not 10"),
        ):
            with patch.object(Paper, "payments", {export.external_id: there}):
                export._look()
            drift = export.drift_ids.filtered(lambda one: one.state == "open")
            self.assertEqual(drift.kind, "payments")
            self.assertIn(sentence, drift.difference)
        with self.assertRaises(UserError):
            drift.action_send_again()
        export._look()
        self.assertEqual(drift.state, "solved")
        self.assertAlmostEqual(export.move_id.amount_residual, export.move_id.amount_total - 10)

    def test_a_payment_that_is_gone_there_and_undone_here_is_no_difference_any_more(self):
        export = self._pay("10")
        with patch.object(Paper, "payments", {}):
            export._look()
            self.assertEqual(export.drift_ids.state, "open")
            export.payment_ids.payment_id.action_draft()
            export.payment_ids.payment_id.action_cancel()
            export._look()
        self.assertEqual(export.drift_ids.state, "solved")

    def test_more_than_is_open_here_is_left_to_staff(self):
        export = self._pay("40")
        self.assertEqual(export.payment_ids.state, "failed")
        self.assertIn("More than", export.payment_ids.reason)
        self.assertEqual(export.move_id.amount_residual, export.move_id.amount_total)

    def test_what_core_refuses_fails_with_its_reason_and_is_registered_once_mended(self):
        with patch.object(
            type(self.env["account.payment.register"]),
            "_create_payments",
            side_effect=UserError("No method."),
        ):
            export = self._pay("10")
        self.assertEqual((export.payment_ids.state, export.payment_ids.reason),
                         ("failed", "No method."))  # fmt: skip
        export.payment_ids.with_user(self._create_user(INVOICING)).action_register()
        self.assertEqual(export.payment_ids.state, "registered")
        self.assertFalse(export.payment_ids.reason)

    def test_where_the_company_does_not_want_it_payments_are_seen_only(self):
        self.backend.registers_payments = False
        export = self._pay("10")
        self.assertEqual(export.payment_ids.state, "seen")
        self.assertEqual(export.move_id.amount_residual, export.move_id.amount_total)

    def test_registering_needs_a_journal_before_it_is_switched_on(self):
        with self.assertRaisesRegex(ValidationError, "journal"):
            self.backend.payment_journal_id = False

    def test_what_the_provider_said_is_never_changed_or_deleted(self):
        payment = self._pay("10").payment_ids
        for values in ({"amount": 1}, {"date": "2026-01-01"}, {"external_id": "x"}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "not changed"):
                payment.write(values)
        with self.assertRaisesRegex(UserError, "kept"):
            payment.unlink()

    def test_a_payment_is_taken_once_by_whoever_looks(self):
        export = self._pay("10")
        again = self.env["accounting.payment"]._take(export, Paper.payments[export.external_id])
        self.assertFalse(again)
        self.assertEqual(len(export.payment_ids), 1)

    def test_without_payments_nothing_is_asked_but_the_invoice(self):
        export = self._send()
        with patch.object(Paper, "fetch_payments", side_effect=AssertionError):
            self.assertEqual(export._look(), "looked")
        self.assertTrue(export.synced_at)

    def test_a_limit_or_an_outage_brings_the_look_back_and_changes_nothing(self):
        export = self._send()
        for error in (Throttled("Too many", 17), Unavailable("Away")):
            with self.subTest(str(error)), patch.object(Paper, "fetch_invoice", side_effect=error):
                with self.assertRaises(RetryableJobError):
                    export._look()
                self.assertFalse(export.synced_at)
                self.assertFalse(export.drift_ids)

    def test_an_ended_connection_is_told_on_the_backend(self):
        export = self._send()
        with patch.object(Paper, "fetch_invoice", side_effect=Unauthorised("Token expired")):
            export._look()
        self.env.invalidate_all()
        self.assertEqual(self.backend.state, "reconnect")
        self.assertFalse(export.synced_at)

    # --- which are looked at ---

    def test_the_cron_queues_one_job_for_each_connected_backend(self):
        self._create_backend(name="Second").sudo().state = "draft"
        with trap_jobs() as trap:
            self.env["accounting.backend"]._cron_fetch_payments()
            trap.assert_enqueued_job(self.backend._sync)
            self.assertEqual(len(trap.enqueued_jobs), 1)

    def test_at_first_all_unpaid_documents_are_looked_at(self):
        exports = self._send() + self._send()
        exports[0]._look()
        self._change_there(exports[1], balance=0)
        exports[1]._look()
        with trap_jobs() as trap:
            self.assertEqual(self.backend._sync(), 1)
            trap.assert_enqueued_job(exports[0]._look)
        self.assertTrue(self.backend.last_sync)

    def test_afterwards_only_what_changed_is_with_an_overlap(self):
        exports = self._send() + self._send()
        self.backend.last_sync = last = fields.Datetime.to_datetime("2026-11-20 10:00:00")
        Paper.changed = [exports[1].external_id, "of somebody else"]
        with (
            trap_jobs() as trap,
            patch.object(Paper, "fetch_changed", autospec=True, side_effect=lambda one, since: (
                self.assertEqual(since, last - timedelta(seconds=SYNC_OVERLAP)), one.changed)[1],
            ),
        ):  # fmt: skip
            self.assertEqual(self.backend._sync(), 1)
            trap.assert_enqueued_job(exports[1]._look)
        self.assertGreater(self.backend.last_sync, last)

    def test_a_sync_that_fails_does_not_move_the_time(self):
        self.backend.last_sync = last = fields.Datetime.to_datetime("2026-11-20 10:00:00")
        for error, happens in ((Unavailable("Away"), RetryableJobError), (Refused("No"), None)):
            with self.subTest(str(error)), patch.object(Paper, "fetch_changed", side_effect=error):
                if happens:
                    with self.assertRaises(happens):
                        self.backend._sync()
                else:
                    self.assertEqual(self.backend._sync(), 0)
                    self.env.invalidate_all()
                    self.assertEqual(self.backend.last_error, "No")
        self.assertEqual(self.backend.last_sync, last)

    def test_what_staff_did_by_hand_is_closed_and_nothing_is_booked(self):
        payment = self._pay("9999").payment_ids
        self.assertEqual((payment.state, self.backend.payment_count), ("failed", 1))
        payment.with_user(self._create_user(INVOICING)).action_done()
        self.assertEqual((payment.state, payment.payment_id.id), ("seen", False))
        self.assertIn("by hand", payment.reason)
        self.env.invalidate_all()
        self.assertEqual(self.backend.payment_count, 0)
        with self.assertRaisesRegex(UserError, "could not be registered"):
            payment.action_done()

    # --- exports whose job is gone ---

    def test_an_export_whose_job_is_gone_is_queued_again_and_others_are_left(self):
        lost, kept = self._export(), self._export()
        jobs = self.env["queue.job"].sudo().search([("identity_key", "=", lost._get_job_key())])
        jobs.state = "cancelled"
        with trap_jobs() as trap:
            self.assertEqual(self.env["accounting.backend"]._cron_requeue(), lost)
            trap.assert_enqueued_job(lost._run)
        self.assertNotEqual(lost, kept)

    def test_what_waits_for_a_connection_is_not_queued_in_vain(self):
        export = self._export()
        self.env["queue.job"].sudo().search(
            [("identity_key", "=", export._get_job_key())]
        ).state = "done"
        self.backend.sudo().state = "reconnect"
        self.assertFalse(self.env["accounting.backend"]._cron_requeue())

    # --- rights ---

    def test_those_who_invoice_see_payments_of_their_company_and_change_none(self):
        payment = self._pay("10").payment_ids
        user = self._create_user(INVOICING)
        self.assertEqual(payment.with_user(user).amount, 10)
        for refused in (
            lambda: payment.with_user(user).write({"reason": "x"}),
            lambda: payment.with_user(user).unlink(),
            lambda: payment.with_user(user).create({}),
            lambda: payment.with_user(self._create_user()).read(["amount"]),
            lambda: payment.with_user(self._create_user()).action_register(),
            lambda: payment.with_user(self._create_user()).action_done(),
            lambda: self.backend.with_user(user).action_sync(),
            lambda: self.backend.with_user(user).write({"registers_payments": False}),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                refused()

    def test_payments_of_another_company_are_not_seen(self):
        payment = self._pay("10").payment_ids
        other = self.env["res.company"].create({"name": "Other"})
        user = self._create_user(INVOICING)
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(self.env["accounting.payment"].with_user(user).search([]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            payment.with_user(user).read(["amount"])
