"""The whole way back over HTTP: payments, deletions, mails and PDFs at Fortnox's stand-in."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..exceptions import NotFound
from .common import ConnectorCommon
from .standin import StandInCase, serve

LOGIN = {"client_id": "standin-client", "client_secret": "standin-secret", "tenant": "42"}


@tagged("post_install", "-at_install")
class TestFortnoxPayments(StandInCase, ConnectorCommon, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stand_in = cls.enterClassContext(serve("fortnox"))
        cls.backend = cls.env["accounting.backend"].create(
            {
                "name": "Fortnox",
                "provider": "fortnox",
                "base_url": cls.stand_in.url,
                "auth_url": cls.stand_in.url,
                "registers_payments": True,
                "payment_journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        for setting in cls.backend.setting_ids:
            setting.value = LOGIN[setting.name]
        cls.env.flush_all()
        cls.backend.action_connect()
        cls.tax.amount = 25
        cls.env["accounting.partner.link"].create(
            {"backend_id": cls.backend.id, "partner_id": cls.partner.id, "external_id": "1"}
        )
        cls.env["accounting.tax.map"].create(
            {"backend_id": cls.backend.id, "tax_id": cls.tax.id, "code": "25"}
        )
        cls.env["accounting.account.map"].create(
            {
                "backend_id": cls.backend.id,
                "account_id": cls.company_data["default_account_revenue"].id,
                "code": "3001",
            }
        )

    def setUp(self):
        super().setUp()
        # what we counted is rolled back after each test, what the stand-in counted is not
        self.stand_in.calls.clear()

    def test_a_payment_there_is_found_by_asking_for_changes_and_registered_once(self):
        move = self._create_invoice(currency_id=self._get_sek().id)
        export = self._send(move)
        export._look()
        self.assertFalse(export.drift_ids, "what was just sent is as it was sent")
        self.backend.last_sync = export.sent_at
        self.stand_in.do_pay(export.external_id, 20.0, "2026-11-22")
        self.assertEqual(self.backend._sync(), 1)
        export._look()
        export._look()
        self.assertEqual(export.payment_ids.mapped("state"), ["registered"])
        self.assertAlmostEqual(export.external_balance, move.amount_total - 20)
        self.assertAlmostEqual(move.amount_residual, move.amount_total - 20)
        self.assertFalse(export.drift_ids)

    def test_a_document_deleted_there_is_told_and_sent_once_more(self):
        export = self._send()
        self.stand_in.do_delete(export.external_id)
        export._look()
        self.assertEqual(export.drift_ids.kind, "missing")
        export.drift_ids.action_send_again()
        self.assertEqual(self._run(export), "sent")
        export._look()
        self.assertEqual(export.drift_ids.mapped("state"), ["solved"])
        self.assertIn(export.external_id, self.stand_in.invoices)

    def test_fortnox_sends_it_to_the_customer_once_and_gives_its_pdf(self):
        self.stand_in.mails.clear()
        self.stand_in.customers["1"]["Email"] = ""
        self.backend.write({"sender": "provider", "keeps_pdf": True})
        export = self._send()
        self.assertEqual(export._deliver(), "failed", "the customer there has no address")
        self.assertIn("e-postadress", export.delivery_reason)
        self.stand_in.customers["1"]["Email"] = "faktura@example.com"
        self.env["ir.config_parameter"].set_param("accounting_connectors.settle_seconds", "0")
        export.action_deliver()
        self.assertEqual(export._deliver(), "done")
        self.assertEqual(
            self.stand_in.mails, [{"invoice": export.external_id, "to": "faktura@example.com"}]
        )
        self.assertEqual(export._fetch_pdf(), "kept")
        self.assertTrue(export.pdf_id.raw.startswith(b"%PDF-"))

    def test_a_mail_whose_answer_was_lost_is_not_sent_twice(self):
        self.stand_in.mails.clear()
        self.backend.sender = "provider"
        self.stand_in.customers["1"]["Email"] = "faktura@example.com"
        self.env["ir.config_parameter"].set_param("accounting_connectors.settle_seconds", "0")
        export = self._send()
        for fault in ("drop_before", "drop_after"):
            self.stand_in.faults.configure({"planned": [fault]})
            self.assertIsInstance(self._run(export, "_deliver"), RetryableJobError)
        self.assertEqual(self._run(export, "_deliver"), "done")
        self.assertEqual(len(self.stand_in.mails), 1)

    def test_an_account_that_fortnox_cannot_have_is_told_before_anything_is_sent(self):
        self.backend.account_map_ids.code = "3001.01"
        move = self._create_invoice()
        export = self._export(move)
        self.assertEqual(self._run(export), "failed")
        self.assertIn("3001.01", export.reason)
        self.assertFalse(export.is_uncertain)
        wizard = self.env["accounting.preview"].create(
            {"move_ids": [(6, 0, move.ids)], "backend_id": self.backend.id}
        )
        self.assertEqual(wizard.line_ids.state, "problem")

    def test_customers_may_have_any_number_that_is_no_other_address(self):
        provider = self.backend._connect()
        for number in ("Å-7 1%2F2", "x?y=1#z"):
            known = self.stand_in.customers["1"] | {"CustomerNumber": number}
            self.stand_in.customers[number] = known
            self.assertEqual(provider.fetch_customer(number).external_id, number)
        for number in ("", ".", "..", "../invoices", "1/2", "1\n"):
            with self.subTest(number), self.assertRaises(NotFound):
                provider.fetch_customer(number)

    def _get_sek(self):
        sek = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", "SEK")])
        )
        sek.active = True
        return sek
