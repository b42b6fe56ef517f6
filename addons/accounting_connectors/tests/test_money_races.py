"""Two workers, or a worker and a person, at the same invoice at the same moment."""

import threading
import time
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, config, mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import SECRET_KEY_OPTION
from ..providers import registry
from ..providers.base import RemoteCustomer, RemotePayment
from .common import KEY
from .paper import Paper

WORKERS = 3


@tagged("post_install", "-at_install")
class TestMoneyRaces(BaseCase):
    """An invoice on its way; all is committed, and removed again."""

    def setUp(self):
        super().setUp()
        # The thread that loads the registry holds its lock while it runs tests.
        self.patch(Registry, "_lock", DummyRLock())
        self.enterContext(patch.dict(config.options, {SECRET_KEY_OPTION: KEY}))
        self.enterContext(patch.dict(registry._PROVIDERS, {"paper": Paper}))
        self.enterContext(
            patch.multiple(Paper, invoices={}, accidents=[], pushes=0, payments={}, changed=None)
        )
        self.registry = Registry(get_db_name())
        self.ids = self._commit(self._make)
        self.addCleanup(self._commit, self._remove)

    def _commit(self, action):
        """Run an action as a request or a job does: again when another one was faster."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            return retrying(lambda: action(env), env)

    def _together(self, *actions):
        """Run actions at once; return what each returned, None for what was refused."""
        answers, start = {}, threading.Barrier(len(actions))

        def work(number):
            start.wait()
            try:
                answers[number] = self._commit(actions[number])
            except (UserError, RetryableJobError):
                answers[number] = None

        threads = [threading.Thread(target=work, args=[one]) for one in range(len(actions))]
        # The loser of a race is run again; that it lost is logged as an error of the database.
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return [answers[number] for number in range(len(actions))]

    def _make(self, env):
        journal = env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
        )
        backend = env["accounting.backend"].create(
            {
                "name": "Race", "provider": "paper", "registers_payments": True,
                "payment_journal_id": journal.id,
            }
        )  # fmt: skip
        for setting in backend.setting_ids:
            setting.value = f"race-{setting.name}"
        backend.state = "connected"
        partner = env["res.partner"].create({"name": "Race Ltd"})
        backend.link_ids.create(
            {"backend_id": backend.id, "partner_id": partner.id, "external_id": "7"}
        )
        line = {"name": "Tea", "quantity": 1, "price_unit": 100, "tax_ids": [Command.clear()]}
        move = env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": partner.id, "invoice_date": "2026-11-20",
                "invoice_line_ids": [Command.create(line)],
            }
        )  # fmt: skip
        move.action_post()
        export = env["accounting.export"].create({"backend_id": backend.id, "move_id": move.id})
        return {"backend": backend.id, "partner": partner.id, "move": move.id, "export": export.id}

    def _remove(self, env):
        for table in ("accounting_drift", "accounting_payment", "accounting_export"):
            # SQL: nobody may delete these otherwise.
            env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE backend_id = %s",
                    SQL.identifier(table),
                    self.ids["backend"],
                )
            )
        job = f"accounting_export_{self.ids['export']}"
        env["queue.job"].search([("identity_key", "=", job)]).unlink()
        ours = [("partner_id", "=", self.ids["partner"])]
        env["account.payment.register"].search(ours).unlink()
        payments = env["account.payment"].search(ours)
        payments.action_draft()
        moves = env["account.move"].search(ours)
        moves.filtered(lambda move: move.state == "posted").button_draft()
        payments.unlink()
        moves.exists().with_context(force_delete=True).unlink()
        env["accounting.backend"].browse(self.ids["backend"]).unlink()
        env["res.partner"].browse(self.ids["partner"]).unlink()

    def _export(self, env):
        return env["accounting.export"].browse(self.ids["export"])

    def _read(self, question):
        return self._commit(lambda env: question(self._export(env)))

    def _send(self):
        self.assertEqual(self._commit(lambda env: self._export(env)._run()), "sent")

    def _pay(self, *amounts):
        """Let the document be paid there, which takes as long to tell as a call does."""
        number = self._read(lambda export: export.external_id)
        paid = [
            RemotePayment(f"{number}-{place}", number, Decimal(amount), "", date(2026, 11, 21))
            for place, amount in enumerate(amounts)
        ]

        def tell(_provider, _external_id):
            time.sleep(0.3)
            return paid

        self.enterContext(patch.object(Paper, "fetch_payments", tell))
        (key,) = Paper.invoices
        (remote,) = Paper.invoices[key]
        left = remote.total - sum(map(Decimal, amounts))
        Paper.invoices[key] = [type(remote)(**(vars(remote) | {"balance": left}))]

    def test_one_invoice_that_several_workers_send_at_once_is_there_once(self):
        self._together(*[lambda env: self._export(env)._run()] * WORKERS)
        self.assertEqual((self._read(lambda export: export.state), Paper.pushes), ("sent", 1))

    def test_payments_that_several_workers_find_at_once_are_booked_once_each(self):
        self._send()
        self._pay("30", "20")
        self._together(*[lambda env: self._export(env)._look()] * WORKERS)
        kept = self._read(
            lambda export: [(one.state, one.payment_id.amount) for one in export.payment_ids]
        )
        self.assertCountEqual(kept, [("registered", 30), ("registered", 20)])
        count = self._commit(
            lambda env: env["account.payment"].search_count(
                [("partner_id", "=", self.ids["partner"])]
            )
        )
        self.assertEqual(count, 2)
        self.assertEqual(self._read(lambda export: export.move_id.amount_residual), 50)

    def test_a_payment_that_two_people_register_at_once_is_booked_once(self):
        self._send()
        self._commit(lambda env: setattr(self._export(env).backend_id, "registers_payments", False))
        self._pay("30")
        self._commit(lambda env: self._export(env)._look())
        self._together(*[lambda env: self._export(env).payment_ids.action_register()] * 2)
        self.assertEqual(self._read(lambda export: export.move_id.amount_residual), 70)

    def test_a_customer_that_two_people_create_at_once_is_there_once(self):
        def prepare(env):
            backend = self._export(env).backend_id
            backend.pushes_customers = True
            backend.link_ids.unlink()

        def create(_provider, values, external_id=""):
            time.sleep(0.3)
            created.append(external_id or values["reference"])
            return RemoteCustomer("8", values["name"])

        created = []
        self._commit(prepare)
        with patch.object(Paper, "push_customer", create):
            self._together(
                *[
                    lambda env: (
                        self._export(env)
                        .partner_id._push_to_accounting(self._export(env).backend_id)
                        .external_id
                    )
                ]
                * 2
            )
        self.assertEqual(created, [f"odoo/{self.ids['partner']}", "8"])

    def test_an_invoice_is_either_reset_or_sent_never_both(self):
        def reset(env):
            self._export(env).move_id.button_draft()
            env.flush_all()
            time.sleep(0.5)  # not committed while the job begins
            return "reset"

        outcomes = self._together(reset, lambda env: self._export(env)._run())
        state = self._read(lambda export: export.move_id.state)
        self.assertEqual(state, "draft" if outcomes[0] else "posted", outcomes)
        self.assertEqual(Paper.pushes, 0 if state == "draft" else 1)

    def test_a_difference_that_two_people_repair_at_once_is_repaired_once(self):
        self._send()
        Paper.invoices.clear()
        self._commit(lambda env: self._export(env)._look())
        key = self._read(lambda export: export.key)
        answers = self._together(*[lambda env: self._export(env).drift_ids.action_send_again()] * 2)
        self.assertCountEqual(answers, [True, None])
        self.assertEqual(self._commit(lambda env: self._export(env)._run()), "sent")
        self.assertNotEqual(self._read(lambda export: export.key), key)
        self.assertEqual([len(found) for found in Paper.invoices.values()], [1])
