from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from ..exceptions import Ambiguous, Refused
from ..models.accounting_export_document import AccountingExport
from .common import ConnectorCommon, Paper


@tagged("post_install", "-at_install")
class TestMoveGuard(ConnectorCommon, TransactionCase):
    """An invoice here and its document there stay the same, or somebody is told."""

    def _credit(self, move):
        wizard = self.env["account.move.reversal"].create(
            {"move_ids": move.ids, "journal_id": move.journal_id.id, "date": "2026-11-21"}
        )
        credit = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        credit.action_post()
        return credit

    def test_an_exported_invoice_is_reset_by_no_way_before_it_is_released(self):
        export = self._send()
        move = export.move_id
        for change in (
            move.button_draft,
            move.button_cancel,
            lambda: move.write({"state": "draft"}),
            lambda: move.write({"state": "cancel"}),
        ):
            with self.assertRaisesRegex(UserError, "Make a credit note"):
                change()
        export.action_release()
        move.button_draft()
        self.assertEqual(move.state, "draft")

    def test_what_is_posted_again_after_its_release_says_what_to_do_and_is_guarded_again(self):
        export = self._send()
        move = export.move_id
        export.action_release()
        move.button_draft()
        move.invoice_line_ids[:1].price_unit = 12
        move.action_post()
        self.assertIn("Correct it there", export.reason)
        with self.assertRaisesRegex(UserError, "Make a credit note"):
            move.button_draft()
        self.assertEqual(len(self._documents()), 1)

    def test_only_managers_release(self):
        export = self._send()
        accountant = self._create_user("account.group_account_invoice")
        with self.assertRaises(AccessError):
            export.with_user(accountant).action_release()
        self.assertFalse(export.is_released)

    def test_an_invoice_that_changes_after_it_was_read_is_not_sent_as_it_was(self):
        export = self._export()
        build = AccountingExport._build

        def build_and_change(record):
            document = build(record)
            # as another user's transaction would, which the job's snapshot does not see
            self.env.cr.execute(
                "UPDATE account_move SET write_date = write_date + interval '1 s' WHERE id = %s",
                [record.move_id.id],
            )
            return document

        with patch.object(AccountingExport, "_build", build_and_change):
            self.assertIsInstance(self._run(export), RetryableJobError)
        self.assertEqual((export.state, Paper.pushes), ("pending", 0))
        self.assertEqual(self._run(export), "sent")

    def test_a_reset_makes_a_new_version_of_a_waiting_export_so_that_its_job_begins_anew(self):
        export = self._export()
        self.env.flush_all()
        self.env.cr.execute("SELECT ctid FROM accounting_export WHERE id = %s", [export.id])
        before = self.env.cr.fetchone()
        export.move_id.button_draft()
        self.env.cr.execute("SELECT ctid FROM accounting_export WHERE id = %s", [export.id])
        self.assertNotEqual(self.env.cr.fetchone(), before)

    def test_a_credit_note_waits_for_its_invoice_and_then_names_it(self):
        invoice = self._create_invoice()
        first, second = self._export(invoice), self._export(self._credit(invoice))
        self.assertIsInstance(self._run(second), RetryableJobError)
        self.assertEqual((second.state, Paper.pushes), ("pending", 0))
        self.assertIn(invoice.name, second.reason)
        self._run(first)
        with patch.object(Paper, "accept", autospec=True, side_effect=Paper.accept) as accept:
            self.assertEqual(self._run(second), "sent")
        self.assertEqual(accept.call_args.args[1].credited, first.external_id)

    def test_a_credit_note_of_an_invoice_that_failed_says_what_to_do_first(self):
        def refuse(_provider, _document):
            raise Refused("Closed period")

        invoice = self._create_invoice()
        first, second = self._export(invoice), self._export(self._credit(invoice))
        with self._accident(refuse):
            self._run(first)
        self.assertEqual(self._run(second), "failed")
        self.assertIn(f"Send {invoice.name} first", second.reason)

    def test_a_credit_note_of_an_invoice_that_was_never_exported_is_sent_without_it(self):
        self.assertEqual(self._run(self._export(self._credit(self._create_invoice()))), "sent")

    def test_a_document_that_belongs_to_another_invoice_is_not_taken_twice(self):
        self._send()
        export = self._export()
        theirs = self._documents()[0]
        with (
            patch.object(Paper, "push_invoice", return_value=theirs),
            mute_logger("odoo.sql_db"),
        ):
            self.assertEqual(self._run(export), "failed")
        self.assertIn("belongs to another invoice", export.reason)
        self.assertTrue(export.is_uncertain)

    def test_a_request_that_was_cut_off_late_is_given_its_time_from_then_on(self):
        export = self._export()
        with freeze_time("2026-11-20 12:00") as clock:

            def slow(_provider, _document):
                clock.tick(timedelta(seconds=50))
                raise Ambiguous("The connection broke before the answer.")

            with self._accident(slow):
                self._run(export)
        self.assertEqual(str(export.attempted_at), "2026-11-20 12:00:50")
