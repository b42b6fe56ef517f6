from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from ..exceptions import Unavailable
from ..providers.base import RemoteInvoice
from .common import ConnectorCommon, Paper

INVOICING = "account.group_account_invoice"


@tagged("post_install", "-at_install")
class TestDrift(ConnectorCommon, TransactionCase):
    def _lose(self):
        """Return the open difference of a document that is gone."""
        export = self._send()
        Paper.invoices[export.key] = []
        export._look()
        return export.drift_ids

    def _alter(self, **values):
        """Return the open difference of a document that was changed there."""
        export = self._send()
        self._change_there(export, **(values or {"total": Decimal("30.00")}))
        export._look()
        return export.drift_ids

    def test_what_is_as_it_was_sent_makes_no_difference(self):
        export = self._send()
        self._pay_there(export, "10")
        export._look()
        self.assertFalse(export.drift_ids)

    def test_each_kind_of_difference_is_told_in_a_sentence(self):
        self.assertEqual(self._lose().kind, "missing")
        for values, kind, sentence in (
            ({"state": "cancelled"}, "deleted", "cancelled"),
            ({"total": Decimal("30.00")}, "changed", "30.00, not $\N{NO-BREAK SPACE}34.47"),
            ({"customer": "8"}, "changed", "customer 8 there, not 7"),
            ({"fingerprint": "other"}, "changed", "content"),
        ):
            with self.subTest(values):
                drift = self._alter(**values)
                self.assertEqual((drift.kind, drift.state), (kind, "open"))
                self.assertIn(sentence, drift.difference)

    def test_a_provider_that_cannot_be_reached_makes_no_difference(self):
        export = self._send()
        with patch.object(Paper, "fetch_invoice", side_effect=Unavailable("Away")):
            with self.assertRaises(RetryableJobError):
                export._look()
        self.assertFalse(export.drift_ids)

    def test_looking_again_keeps_one_difference_and_one_activity(self):
        drift = self._alter()
        drift.export_id._look()
        self.assertEqual(drift.export_id.drift_ids, drift)
        self.assertEqual(len(self.backend.activity_ids), 1)

    def test_what_is_right_again_is_solved_by_itself_with_its_activity(self):
        drift = self._alter()
        self._change_there(drift.export_id, total=Decimal("34.47"))
        drift.export_id._look()
        self.assertEqual(drift.state, "solved")
        self.assertTrue(drift.closed_on)
        self.assertFalse(self.backend.activity_ids)

    def test_accepting_theirs_compares_with_that_from_now_on(self):
        drift = self._alter()
        drift.with_user(self._create_user(INVOICING)).action_accept()
        self.assertEqual((drift.state, drift.export_id.external_total), ("solved", 30))
        drift.export_id._look()
        self.assertEqual(drift.export_id.drift_ids.mapped("state"), ["solved"])

    def test_sending_again_makes_one_new_document_and_notes_the_old_one(self):
        drift = self._lose()
        export, old = drift.export_id, drift.export_id.key
        with trap_jobs() as trap:
            drift.with_user(self._create_user(INVOICING)).action_send_again()
            trap.assert_enqueued_job(export.sudo()._run)
        self.assertEqual((drift.state, export.state), ("solved", "pending"))
        self.assertNotEqual(export.key, old)
        self.assertIn("what was there before was 1 (1)", export.message_ids[0].body)
        self._run(export)
        self.assertEqual((export.state, len(self._documents())), ("sent", 1))

    def test_what_only_moved_is_taken_over_not_sent_twice(self):
        drift = self._lose()
        export = drift.export_id
        total = Decimal("34.47")
        moved = RemoteInvoice("77", "77", "7", "USD", total, total)
        with patch.object(Paper, "find_invoice", return_value=moved):
            drift.action_send_again()
        self.assertEqual((export.state, export.external_id), ("sent", "77"))
        self.assertEqual(Paper.pushes, 1)

    def test_ignoring_needs_a_reason_and_holds_until_something_else_is_there(self):
        drift = self._alter()
        action = drift.action_ignore()
        dialogue = self.env[action["res_model"]].with_context(**action["context"])
        with self.assertRaisesRegex(UserError, "why"):
            dialogue.create({"reason": " "}).action_ignore()
        dialogue.create({"reason": "Agreed by phone"}).action_ignore()
        export = drift.export_id
        export._look()
        self.assertEqual((export.drift_ids, drift.state), (drift, "ignored"))
        self.assertEqual(drift.reason, "Agreed by phone")
        self._change_there(export, total=Decimal("31.00"))
        export._look()
        self.assertEqual(export.drift_ids.filtered(lambda one: one.state == "open").kind, "changed")

    def test_an_ignored_document_that_is_gone_stays_ignored_until_it_is_back(self):
        drift = self._lose()
        drift._close("ignored", "Agreed")
        drift.export_id._look()
        self.assertEqual((drift.export_id.drift_ids, drift.state), (drift, "ignored"))
        Paper.accept(self.backend._connect(), drift.export_id._build())
        drift.export_id.external_id = Paper.invoices[drift.export_id.key][0].external_id
        drift.export_id._look()
        self.assertEqual(drift.state, "solved")

    def test_a_repair_for_another_kind_or_a_closed_one_is_refused(self):
        changed = self._alter()
        with self.assertRaisesRegex(UserError, "that this repairs"):
            changed.action_send_again()
        with self.assertRaisesRegex(UserError, "that this repairs"):
            self._lose().action_accept()
        changed.action_accept()
        with self.assertRaisesRegex(UserError, "that this repairs"):
            changed.action_ignore()

    def test_a_repair_that_cannot_ask_the_provider_changes_nothing(self):
        drift = self._lose()
        with (
            patch.object(Paper, "fetch_invoice", side_effect=Unavailable("Away")),
            self.assertRaisesRegex(UserError, "Away"),
        ):
            drift.action_send_again()
        self.assertEqual((drift.state, drift.export_id.state), ("open", "sent"))

    def test_every_night_young_and_unpaid_and_different_documents_are_looked_at(self):
        young, old, unpaid = self._send(), self._send(), self._send()
        self._change_there(old, balance=0)
        old._look()
        unpaid._look()
        (old + unpaid).sent_at = "2020-01-01"
        with trap_jobs() as trap:
            self.env["accounting.backend"]._cron_look()
            self.assertEqual({job.recordset for job in trap.enqueued_jobs}, {young, unpaid})

    def test_those_who_invoice_see_differences_and_others_repair_none(self):
        drift = self._alter()
        user = self._create_user(INVOICING)
        self.assertEqual(drift.with_user(user).kind, "changed")
        stranger = drift.with_user(self._create_user())
        for refused in (
            lambda: drift.with_user(user).write({"state": "solved"}),
            lambda: drift.with_user(user).create({}),
            lambda: drift.with_user(user).unlink(),
            lambda: stranger.read(["kind"]),
            stranger.action_accept,
            stranger.action_send_again,
            stranger.action_ignore,
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                refused()

    def test_differences_of_another_company_are_not_seen(self):
        drift = self._alter()
        other = self.env["res.company"].create({"name": "Other"})
        user = self._create_user(INVOICING)
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(self.env["accounting.drift"].with_user(user).search([]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            drift.with_user(user).action_accept()
