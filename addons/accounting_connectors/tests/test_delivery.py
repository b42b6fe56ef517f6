"""Who sends the invoice to the customer, and the provider's own PDF of it."""

import dataclasses
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from ..exceptions import Ambiguous, Refused, Throttled, Unavailable
from .common import ConnectorCommon, Paper


@tagged("post_install", "-at_install")
class TestDelivery(ConnectorCommon, TransactionCase):
    def setUp(self):
        super().setUp()
        self.mails, self.accidents = [], []
        self.startPatcher(
            patch.multiple(
                Paper,
                sending="asked",
                prints=True,
                send_invoice=lambda _paper, number: self._mail(number),
                is_invoice_sent=lambda _paper, number: number in self.mails,
                fetch_pdf=lambda _paper, number: b"%PDF-1.4 " + number.encode(),
            )
        )
        self.env["ir.config_parameter"].set_param("accounting_connectors.settle_seconds", "0")
        self.backend.sender = "provider"

    def _mail(self, number):
        accident = self.accidents.pop(0) if self.accidents else None
        if accident and accident[0] == "before":
            raise accident[1]
        self.mails.append(number)
        if accident:
            raise accident[1]

    def _deliver(self, export):
        return self._run(export, "_deliver")

    def test_the_provider_sends_what_it_was_sent_once(self):
        with trap_jobs() as trap:
            export = self._send()
            trap.assert_jobs_count(1, only=export._deliver)
        self.assertEqual(export.delivery, "pending")
        self.assertEqual([self._deliver(export), self._deliver(export)], ["done", "done"])
        self.assertEqual(self.mails, [export.external_id])
        self.assertEqual(export.move_id.accounting_delivery, "done")

    def test_a_document_that_is_another_one_there_reaches_no_customer_by_itself(self):
        for values in ({"total": 1}, {"customer": "8"}, {"currency": "NOK"}):
            push = Paper.push_invoice

            def change(provider, document, notes, values=values, push=push):
                return dataclasses.replace(push(provider, document, notes), **values)

            with patch.object(Paper, "push_invoice", change), trap_jobs() as trap:
                export = self._send()
                trap.assert_jobs_count(0, only=export._deliver)
            self.assertEqual((export.delivery, self.mails), ("failed", []))
            self.assertIn("Look at both", export.delivery_reason)
        export.action_deliver()
        self.assertEqual(self._deliver(export), "done")
        self.assertEqual(self.mails, [export.external_id])

    def test_nothing_is_sent_where_odoo_sends(self):
        self.backend.sender = "odoo"
        with trap_jobs() as trap:
            export = self._send()
            trap.assert_jobs_count(0, only=export._deliver)
        self.assertFalse(export.delivery)

    def test_a_provider_that_sends_what_it_creates_is_not_asked_again(self):
        with patch.object(Paper, "sending", "created"), trap_jobs() as trap:
            export = self._send()
            trap.assert_jobs_count(0, only=export._deliver)
        self.assertTrue(export._build().sends)
        self.assertEqual(export.delivery, "done")

    def test_a_lost_answer_is_looked_up_before_it_is_sent_again(self):
        for moment in ("before", "after"):
            with self.subTest(moment):
                self.mails.clear()
                export = self._send()
                self.accidents.append((moment, Ambiguous("no answer")))
                self.assertIsInstance(self._deliver(export), RetryableJobError)
                self.assertEqual(export.delivery, "attempting")
                self.assertEqual(self._deliver(export), "done")
                self.assertEqual(self.mails, [export.external_id])

    def test_an_attempt_that_may_be_under_way_is_left_to_settle(self):
        export = self._send()
        self.accidents.append(("before", Ambiguous("no answer")))
        self._deliver(export)
        self.env["ir.config_parameter"].set_param("accounting_connectors.settle_seconds", "60")
        self.assertIsInstance(self._deliver(export), RetryableJobError)
        self.assertFalse(self.mails)

    def test_what_passes_by_itself_is_tried_again_and_given_up_in_the_end(self):
        export = self._send()
        self.accidents += [("before", Throttled("wait", 3)), ("before", Unavailable("down"))]
        self.assertEqual(self._deliver(export).seconds, 3)
        self.assertIsInstance(self._deliver(export), RetryableJobError)
        self.assertEqual(self._deliver(export), "done")
        other = self._send()
        self.env["ir.config_parameter"].set_param("accounting_connectors.retry_seconds", "1")
        self.accidents += [("before", Unavailable("down"))] * 2
        self.assertIsInstance(self._deliver(other), RetryableJobError)
        self.assertEqual(self._deliver(other), "failed")
        self.assertIn("down", other.delivery_reason)

    def test_a_refusal_waits_for_a_person_who_sends_it_by_a_button(self):
        export = self._send()
        self.accidents.append(("before", Refused("no address")))
        self.assertEqual(self._deliver(export), "failed")
        self.assertEqual(export.delivery_reason, "no address")
        self.assertEqual(self.backend.undelivered_count, 1)
        self.assertEqual(export.search(self.backend.action_show_undelivered()["domain"]), export)
        with trap_jobs() as trap:
            export.action_deliver()
            trap.assert_jobs_count(1, only=export._deliver)
        self.assertEqual(self._deliver(export), "done")
        with self.assertRaises(UserError):
            export.action_deliver()

    def test_only_who_invoices_has_it_sent_again(self):
        export = self._send()
        self.accidents.append(("before", Refused("no address")))
        self._deliver(export)
        stranger = self._create_user()
        with self.assertRaises(AccessError):
            export.with_user(stranger).action_deliver()
        biller = self._create_user("account.group_account_invoice")
        self.assertTrue(export.with_user(biller).action_deliver())

    def test_a_delivery_whose_job_is_gone_is_queued_again(self):
        export = self._send()
        # as superuser: the queue belongs to its own managers
        self.env["queue.job"].sudo().search([("method_name", "=", "_deliver")]).unlink()
        self.assertEqual(self.env["accounting.backend"]._cron_requeue(), export)
        self.assertFalse(self.env["accounting.backend"]._cron_requeue())

    def test_a_warning_stands_where_odoo_would_send_it_a_second_time(self):
        export = self._send()
        self.assertIn("twice", str(self._open_send_dialogue(export.move_id).alerts))
        self.accidents.append(("before", Refused("no address")))
        self._deliver(export)
        self.assertNotIn("twice", str(self._open_send_dialogue(export.move_id).alerts))

    def _open_send_dialogue(self, move):
        return self.env["account.move.send.wizard"].create({"move_id": move.id})

    def test_the_providers_pdf_is_attached_to_the_invoice(self):
        self.backend.write({"sender": "odoo", "keeps_pdf": True})
        with trap_jobs() as trap:
            export = self._send()
            trap.assert_jobs_count(1, only=export._fetch_pdf)
        self.assertEqual(export._fetch_pdf(), "kept")
        self.assertEqual(export.pdf_id.raw, b"%PDF-1.4 " + export.external_id.encode())
        self.assertEqual(export.pdf_id.res_id, export.move_id.id)
        self.assertFalse(export.pdf_id.public)
        kept = export.pdf_id
        self.assertIsNone(export._fetch_pdf())
        self.assertEqual(export.pdf_id, kept, "a job that comes twice attaches it once")

    def test_the_pdf_of_what_is_sent_anew_waits_for_its_new_number(self):
        self.backend.write({"sender": "odoo", "keeps_pdf": True})
        export = self._send()
        Paper.invoices.clear()
        export._send_anew()
        with patch.object(Paper, "fetch_pdf", side_effect=AssertionError):
            self.assertIsNone(export._fetch_pdf())

    def test_what_is_no_pdf_is_not_attached(self):
        self.backend.keeps_pdf = True
        export = self._send()
        with patch.object(Paper, "fetch_pdf", lambda _paper, _number: b"<html>"):
            with self.assertRaises(RetryableJobError):
                export._fetch_pdf()
        self.assertFalse(export.pdf_id)

    def test_a_provider_that_neither_sends_nor_prints_cannot_be_chosen_to(self):
        with patch.multiple(Paper, sending="", prints=False):
            self.backend.invalidate_recordset()
            for values in ({"sender": "provider"}, {"keeps_pdf": True}):
                with self.subTest(values), self.assertRaises(ValidationError):
                    self.backend.write({"sender": "odoo", "keeps_pdf": False, **values})

    def test_the_page_there_is_found_where_the_backend_says(self):
        export = self._send()
        self.assertFalse(export.external_url)
        self.backend.invoice_page = "https://books.example/app#/invoice/{id}?tab=1"
        self.assertEqual(
            export.external_url, f"https://books.example/app#/invoice/{export.external_id}?tab=1"
        )

    @mute_logger("odoo.sql_db")
    def test_an_address_that_is_none_is_no_page(self):
        for page in ("javascript:alert({id})", "https://a.example/", "http://a.example/{id}",
                     "https://a.example/{id}/{id}"):  # fmt: skip
            with self.subTest(page), self.assertRaises(ValidationError):
                self.backend.invoice_page = page
