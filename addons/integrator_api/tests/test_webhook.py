import json
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .. import sender
from ..rules import delivery


@tagged("post_install", "-at_install")
class TestWebhook(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.company_id = cls.env.company
        cls.family = cls.env["integrator.family"].create({"code": "test", "name": "Test"})
        cls.topic = cls.env["integrator.topic"].create(
            {"code": "test.happened", "name": "It happened", "family_id": cls.family.id}
        )
        cls.client, _key = cls.env["integrator.client"]._issue(
            "Web shop", cls.env.company, cls.family, 30
        )
        cls.hook = cls._create_hook("https://shop.example/events")

    @classmethod
    def _create_hook(cls, url, **values):
        return cls.env["integrator.webhook"].create(
            {"client_id": cls.client.id, "url": url, "topic_ids": cls.topic.ids, **values}
        )

    def _emit(self, **data):
        self.env["integrator.webhook"]._emit("test.happened", self.env.company, lambda: data)
        return self.env["integrator.event"].search([], limit=1)

    @contextmanager
    def _receiver(self, *failing):
        """Receive what is sent as ``[(url, body, headers)]``; addresses of `failing` refuse."""
        received = []

        def receive(url, body, headers, **_options):
            received.append((url, body, headers))
            if url in failing:
                raise sender.NotDelivered("answer", "HTTP 500: out of paper")

        progress = patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60)
        with progress, patch.object(sender, "send", receive):
            yield received

    def _deliver(self, *failing):
        with self._receiver(*failing) as received:
            self.env["integrator.event"]._deliver()
        return received

    # === WRITING === #

    def test_an_event_is_written_for_everyone_who_listens(self):
        other = self._create_hook("https://other.example/")
        self._create_hook("https://deaf.example/", topic_ids=False)
        self._emit(amount="1.00")
        events = self.env["integrator.event"].search([("topic", "=", "test.happened")])
        self.assertEqual(events.webhook_id, self.hook | other)
        message = json.loads(events[0].body)
        self.assertEqual(message["data"], {"amount": "1.00"})
        self.assertEqual((message["id"], message["topic"]), (events[0].uid, "test.happened"))

    def test_without_listeners_nothing_is_asked_or_written(self):
        emit = self.env["integrator.webhook"]._emit
        emit("test.unheard", self.env.company, dict)
        with self.assertQueryCount(0):
            emit("test.unheard", self.env.company, self.fail)

    def test_another_company_is_told_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["integrator.webhook"]._emit("test.happened", other, self.fail)
        self.assertFalse(self.hook.event_ids)

    # === SENDING === #

    def test_what_is_sent_is_signed_and_told_once(self):
        event = self._emit(amount="1.00")
        ((url, body, headers),) = self._deliver()
        self.assertEqual((url, body.decode()), (self.hook.url, event.body))
        signature = delivery.sign(self.hook._get_secret(), int(headers["X-Timestamp"]), body)
        self.assertEqual((headers["X-Signature"], headers["X-Event-Id"]), (signature, event.uid))
        self.assertEqual((event.state, event.tries), ("sent", 1))
        self.assertEqual(self._deliver(), [])

    def test_a_failure_is_tried_again_later_and_given_up_with_a_reason(self):
        event, waits = self._emit(), []
        for _try in range(delivery.MAX_TRIES):
            event.due_at = fields.Datetime.now()
            self.assertEqual(len(self._deliver(self.hook.url)), 1)
            waits.append(event.due_at - fields.Datetime.now())
        self.assertGreater(waits[1], waits[0])
        self.assertEqual(
            (event.state, event.reason), ("dead", "The server answered: HTTP 500: out of paper")
        )
        self.assertEqual(self._deliver(), [])

    def test_what_was_put_off_by_a_clock_that_was_ahead_is_sent(self):
        event = self._emit()
        event.due_at = fields.Datetime.add(fields.Datetime.now(), years=1)
        self.assertEqual(len(self._deliver()), 1)
        self.assertEqual(event.state, "sent")

    def test_what_was_given_up_is_sent_again_on_demand(self):
        event = self._emit()
        event.sudo().write({"state": "dead", "tries": delivery.MAX_TRIES})
        event.action_send_again()
        ((_url, _body, headers),) = self._deliver()
        self.assertEqual((headers["X-Event-Id"], event.state), (event.uid, "sent"))

    def test_what_failed_waits_for_its_time(self):
        self._emit()
        self._deliver(self.hook.url)
        self.assertEqual(self._deliver(), [])

    def test_a_webhook_that_fails_delays_no_other(self):
        other = self._create_hook("https://other.example/")
        for _event in range(3):
            self._emit()
        called = [url for url, _body, _headers in self._deliver(self.hook.url)]
        self.assertEqual(called.count(self.hook.url), 1)
        self.assertEqual(called.count(other.url), 3)

    def test_a_webhook_switched_off_or_deleted_gets_nothing(self):
        event = self._emit()
        self.hook.active = False
        self._emit()
        self.assertEqual(self.hook.event_ids, event)
        self.assertEqual(self._deliver(), [])
        self.hook.unlink()
        self.assertFalse(event.exists())
        self.assertEqual(self._deliver(), [])

    def test_events_wait_while_the_key_has_ended(self):
        self._emit()
        self.client.valid_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self._deliver(), [])
        self.client._renew(1)
        self.assertEqual(len(self._deliver()), 1)

    def test_old_events_go_and_waiting_ones_stay(self):
        sent, waiting = self._emit(), self._emit()
        long_ago = fields.Datetime.now() - timedelta(days=31)
        sent.sudo().write({"state": "sent", "due_at": long_ago})
        waiting.sudo().due_at = long_ago
        self.env["integrator.event"]._gc_events()
        self.assertEqual((sent | waiting).exists(), waiting)

    # === WHO AND WHERE === #

    def test_only_safe_addresses_are_taken(self):
        for url in ("http://shop.example/", "https://10.0.0.1/", "https://u:p@x.example/", "x"):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.hook.url = url

    def test_programs_on_this_machine_are_told_where_the_administrator_allows_it(self):
        with self.assertRaises(ValidationError):
            self.hook.url = "http://127.0.0.1:9000/"
        self.env["ir.config_parameter"].set_param("integrator_api.allow_loopback", "1")
        self.hook.url = "http://127.0.0.1:9000/"
        self.assertTrue(self.hook._allows_loopback())

    def test_an_integrator_is_told_only_of_what_its_families_show(self):
        foreign = self.env["integrator.family"].create({"code": "foreign", "name": "Foreign"})
        self.topic.copy({"code": "foreign.happened", "family_id": foreign.id})
        topic = self.env["integrator.topic"].search([("code", "=", "foreign.happened")])
        with self.assertRaises(ValidationError):
            self.hook.topic_ids = topic

    def test_a_family_that_a_webhook_needs_stays(self):
        self.hook.active = False
        with self.assertRaises(ValidationError):
            self.client.family_ids = False

    def test_the_secret_is_shown_to_administrators_and_changes(self):
        before = self.hook._get_secret()
        shown = self.hook.action_new_secret()["context"]["default_key"]
        self.assertEqual(shown, self.hook._get_secret())
        self.assertNotEqual(shown, before)
        with self.assertRaises(AccessError):
            self.hook.with_user(self.env.ref("base.user_admin")).read(["salt"])

    def test_an_employee_sees_no_webhook_and_sends_nothing(self):
        clerk = new_test_user(self.env, "clerk", "base.group_user,base.group_erp_manager")
        event = self._emit()
        for record in (self.hook, event):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(clerk).read(["create_date"])
        for action in (self.hook.action_new_secret, event.action_send_again):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                action.__func__(action.__self__.with_user(clerk))

    def test_other_companies_do_not_see_webhooks_and_events(self):
        event, other = self._emit(), self.env["res.company"].create({"name": "Other"})
        admin = new_test_user(
            self.env, "o", "base.group_system", company_id=other.id, company_ids=other.ids
        )
        for record in (self.hook, event):
            self.assertFalse(record.with_user(admin).search([("id", "=", record.id)]))
