import json
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..exceptions import Refused
from ..providers.base import RemoteCustomer
from .common import ConnectorCommon, Paper
from .test_export_run import accident

INVOICING = "account.group_account_invoice"
SHOWN = (
    "waiting_count", "failed_count", "sent_count", "drift_count", "payment_count", "calls_left",
    "call_limit", "sent_graph", "last_sync", "state",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestOverview(ConnectorCommon, TransactionCase):
    def _fail(self, move=None):
        export = self._export(move)
        with self._accident(accident(Refused("No"))):
            self._run(export)
        return export

    def test_the_overview_counts_what_waits_failed_was_sent_and_differs(self):
        self._export()
        self._fail()
        sent = self._send()
        Paper.invoices[sent.key] = []
        sent._look()
        self.assertEqual(
            self.backend.read(SHOWN[:4])[0] | {"id": 0},
            {"id": 0, "waiting_count": 1, "failed_count": 1, "sent_count": 1, "drift_count": 1},
        )

    def test_the_graph_shows_what_was_sent_on_each_of_14_days(self):
        self._send()
        (graph,) = json.loads(self.backend.sent_graph)
        self.assertEqual([one["value"] for one in graph["values"]], [0] * 13 + [1])
        today = fields.Date.context_today(self.backend)
        self.assertEqual(graph["values"][-1]["label"], str(today.day))

    def test_calls_left_are_the_providers_limit_less_those_made_lately(self):
        self.assertEqual(self.backend.calls_left, 60)
        self.backend._connect().backend.take_call(3)
        self.env.invalidate_all()
        self.assertEqual(self.backend.calls_left, 57)
        self.assertEqual(self.backend.call_limit, "60 in 60 s")

    def test_more_backends_need_no_more_queries(self):
        def count(backends):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            backends.with_user(user).read(SHOWN)
            return self.cr.sql_log_count - before

        user = self._create_user(INVOICING)
        self._send()
        many = self.backend
        for number in range(4):
            many |= self._create_backend(name=f"Paper {number}")
        count(many)
        self.assertEqual(count(many), count(self.backend))

    def test_its_buttons_show_the_records_of_one_backend(self):
        user = self._create_user(INVOICING)
        for action, model in (
            ("action_show_sent", "accounting.export"),
            ("action_show_waiting", "accounting.export"),
            ("action_show_failed", "accounting.export"),
            ("action_show_drifts", "accounting.drift"),
            ("action_show_payments", "accounting.payment"),
        ):
            shown = getattr(self.backend.with_user(user), action)()
            self.assertEqual(
                (shown["res_model"], shown["domain"]),
                (model, [("backend_id", "=", self.backend.id)]),
            )

    # --- fix and retry ---

    def test_fixing_opens_the_dialogue_that_links_the_customer_there_and_then_tries_again(self):
        self.link.unlink()
        export = self._export()
        self.assertEqual(self._run(export), "failed")
        action = export.action_fix()
        dialogue = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((dialogue._name, dialogue.backend_id), ("accounting.link", self.backend))
        Paper.customers["7"] = RemoteCustomer("7", "Bean Ltd")
        dialogue.typed = "7"
        dialogue.action_fetch()
        dialogue.action_link()
        self.assertEqual(export.state, "pending", "what waited for the link is tried again")

    def test_fixing_asks_for_the_code_of_a_tax_that_has_none_and_then_tries_again(self):
        self.tax_map.unlink()
        export = self._export()
        self.assertEqual(self._run(export), "failed")
        with patch.object(Paper, "propose_tax_code", return_value="15"):
            action = export.action_fix()
        dialogue = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertEqual(dialogue.code, "15")
        self.assertEqual(dialogue.action_save()["type"], "ir.actions.client")
        self.assertEqual(export.state, "pending")
        self.assertEqual(self._run(export), "sent")

    def test_fixing_a_code_is_up_to_managers(self):
        self.tax_map.unlink()
        export = self._export()
        self._run(export)
        for user in (self._create_user(INVOICING), self._create_user()):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                export.with_user(user).action_fix()
