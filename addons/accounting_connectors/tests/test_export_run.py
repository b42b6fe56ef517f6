from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from ..const import RETRY_AFTER, SETTLE_SECONDS
from ..exceptions import Ambiguous, Refused, Throttled, Unauthorised, Unavailable
from .common import ConnectorCommon, Paper, total_of


def lost_before(provider, document):
    raise Ambiguous("The connection broke before the answer.")


def lost_after(provider, document):
    provider.accept(document)
    raise Ambiguous("The connection broke before the answer.")


def accident(error):
    def happen(provider, document):
        raise error

    return happen


@tagged("post_install", "-at_install")
class TestExportRun(ConnectorCommon, TransactionCase):
    def test_posting_queues_one_job_where_the_backend_says_so(self):
        with trap_jobs() as trap:
            self._create_invoice()
            trap.assert_jobs_count(0)
            self.backend.export_on = "posting"
            move = self._create_invoice()
            trap.assert_jobs_count(1, only=move.accounting_export_ids._run)

    def test_an_invoice_is_sent_once_however_often_it_is_queued(self):
        move = self._create_invoice()
        export = self._export(move)
        self.assertFalse(move._export_to(self.backend))
        self.assertEqual([export._run(), export._run()], ["sent", "sent"])
        (remote,) = self._documents()
        self.assertEqual((remote.total, remote.customer), (total_of(move), "7"))
        self.assertEqual((export.external_id, export.external_number), ("1", "1"))
        self.assertFalse(export.reason)

    def test_an_answer_lost_after_acceptance_is_adopted_not_repeated(self):
        export = self._export()
        with self._accident(lost_after):
            self.assertIsInstance(self._run(export), RetryableJobError)
        self.assertEqual(export.state, "attempting")
        with freeze_time(export.attempted_at + timedelta(seconds=SETTLE_SECONDS)):
            self._run(export)
        self.assertEqual((export.state, len(self._documents()), Paper.pushes), ("sent", 1, 1))

    def test_a_request_lost_before_acceptance_is_sent_again_after_looking(self):
        export = self._export()
        with self._accident(lost_before):
            self.assertIsInstance(self._run(export), RetryableJobError)
        with freeze_time(export.attempted_at + timedelta(seconds=SETTLE_SECONDS)):
            self._run(export)
        self.assertEqual((export.state, len(self._documents()), Paper.pushes), ("sent", 1, 2))

    def test_whatever_goes_wrong_while_looking_an_uncertain_attempt_is_never_repeated(self):
        for error in (
            Throttled("Too many", 1),
            Unavailable("The provider cannot be reached."),
            Unauthorised("Token expired"),
            Refused("No licence"),
        ):
            with self.subTest(type(error).__name__), self.cr.savepoint():
                self.backend.action_connect()
                export = self._export(self._create_invoice())
                before = len(self._documents())
                with self._accident(lost_after):
                    self._run(export)
                with freeze_time(export.attempted_at + timedelta(seconds=SETTLE_SECONDS)):
                    with patch.object(Paper, "find_invoice", side_effect=error):
                        self._run(export)
                    if export.state == "failed":
                        export.action_retry()
                    self.backend.action_connect()
                    self._run(export)
                self.assertEqual((export.state, len(self._documents())), ("sent", before + 1))

    def test_an_answer_of_another_shape_is_no_end_but_looked_up_and_says_so(self):
        def odd(provider, document):
            provider.accept(document)
            return {}["Invoice"]

        export = self._export()
        with self._accident(odd), self.assertLogs("odoo.addons.accounting_connectors", "ERROR"):
            self.assertIsInstance(self._run(export), RetryableJobError)
        self.assertEqual(export.state, "attempting")
        self.assertIn("not what the provider documents", export.reason)
        with freeze_time(export.attempted_at + timedelta(seconds=SETTLE_SECONDS)):
            self._run(export)
        self.assertEqual((export.state, len(self._documents())), ("sent", 1))

    def test_nothing_is_asked_or_sent_while_a_lost_request_may_still_be_under_way(self):
        export = self._export()
        with self._accident(lost_before):
            self.assertIsInstance(self._run(export), RetryableJobError)
        with freeze_time(export.attempted_at + timedelta(seconds=SETTLE_SECONDS - 1)):
            self.assertTrue(0 < self._run(export).seconds <= 2)
        self.assertEqual(Paper.pushes, 1)

    def test_an_attempt_is_written_down_before_its_request_leaves(self):
        export = self._export()
        seen = []

        def look(provider, document):
            self.env.cr.execute(
                "SELECT state, attempts, key FROM accounting_export WHERE id = %s", [export.id]
            )
            seen.append(self.env.cr.fetchone())

        with self._accident(look):
            self._run(export)
        self.assertEqual(seen, [("attempting", 1, export.key)])

    def test_a_refusal_keeps_its_reason_and_waits_for_a_person(self):
        export = self._export()
        with self._accident(accident(Refused("Kontot 3001 finns inte (2001304)", "2001304"))):
            self.assertEqual(self._run(export), "failed")
        self.assertIn("2001304", export.reason)
        export.action_retry()
        self.assertEqual((export.state, export.reason), ("pending", False))
        self.assertEqual(export._run(), "sent")

    def test_a_limit_postpones_by_what_the_provider_says_and_counts_as_no_failure(self):
        export = self._export()
        with self._accident(accident(Throttled("Too many", 17))):
            again = self._run(export)
        self.assertEqual((again.seconds, again.ignore_retry), (17, True))
        self.assertEqual(export.state, "pending")

    def test_an_ended_connection_keeps_exports_and_goes_on_when_connected_again(self):
        export = self._export()
        with self._accident(accident(Unauthorised("Token expired"))):
            self._run(export)
        self.assertEqual((self.backend.state, export.state), ("reconnect", "pending"))
        with trap_jobs() as trap:
            self.backend.action_connect()
            trap.assert_enqueued_job(export.sudo()._run)
        export._run()
        self.assertEqual(export.state, "sent")

    def test_after_many_failures_it_waits_for_a_person_who_is_told_why(self):
        export = self._export()
        for _attempt in RETRY_AFTER:
            with self._accident(accident(Unavailable("The provider cannot be reached."))):
                self.assertIsInstance(self._run(export), RetryableJobError)
        with self._accident(accident(Unavailable("The provider cannot be reached."))):
            self.assertEqual(self._run(export), "failed")
        self.assertEqual(export.reason, "The provider cannot be reached.")

    def test_waiting_times_follow_system_parameters_and_nonsense_is_told_and_ignored(self):
        set_param = self.env["ir.config_parameter"].set_param
        set_param("accounting_connectors.settle_seconds", "5")
        set_param("accounting_connectors.retry_seconds", "3, 4")
        export = self._export()
        for seconds in (3, 4):
            with self._accident(accident(Unavailable("The provider cannot be reached."))):
                self.assertEqual(self._run(export).seconds, seconds)
        self.assertEqual(self.backend._get_settle_seconds(), 5)
        set_param("accounting_connectors.retry_seconds", "soon")
        with self.assertLogs("odoo.addons.accounting_connectors", "WARNING") as logs:
            self.assertEqual(self.backend._get_retry_seconds(), RETRY_AFTER)
        self.assertIn("soon", logs.output[0])

    def test_what_may_exist_is_looked_up_even_after_a_person_tries_again(self):
        export = self._export()
        export._note({"attempts": len(RETRY_AFTER)})
        with self._accident(lost_after):
            self.assertEqual(self._run(export), "failed")
        export.action_retry()
        with freeze_time(export.attempted_at + timedelta(seconds=SETTLE_SECONDS)):
            self._run(export)
        self.assertEqual((export.state, len(self._documents())), ("sent", 1))

    def test_everything_that_is_missing_is_told_at_once_before_anything_is_sent(self):
        self.link.unlink()
        self.tax_map.unlink()
        export = self._export()
        export._run()
        self.assertEqual((export.state, Paper.pushes), ("failed", 0))
        self.assertIn("Bean Ltd", export.reason)
        self.assertIn(self.tax.name, export.reason)

    def test_a_document_that_differs_there_is_taken_over_and_told(self):
        export = self._export()
        document = export._build()
        remote = Paper(None, None).accept(document)
        export._adopt(
            type(remote)("1", "1", "8", remote.currency, remote.total, remote.balance), document
        )
        self.assertEqual(export.state, "sent")
        self.assertIn("customer 8 there, not 7", export.reason)

    def test_only_failed_exports_are_tried_again(self):
        with self.assertRaises(UserError):
            self._export().action_retry()
