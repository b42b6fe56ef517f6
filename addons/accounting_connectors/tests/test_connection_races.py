import threading
import time
from contextlib import closing
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config

from ..const import SECRET_KEY_OPTION
from ..exceptions import Throttled
from ..models import accounting_backend_connection
from . import standin
from .common import KEY
from .test_twinfield import SETTINGS

WORKERS = 4


class ConnectionRaceCase(standin.StandInCase, BaseCase):
    """Several workers with a transaction each, on a backend that is committed and removed again."""

    provider = ""

    def setUp(self):
        super().setUp()
        # The thread that loads the registry holds its lock while it runs tests.
        self.patch(Registry, "_lock", DummyRLock())
        self.enterContext(patch.dict(config.options, {SECRET_KEY_OPTION: KEY}))
        self.registry = Registry(get_db_name())
        self.there = self.enterContext(standin.serve(self.provider))
        self.backend_id = self._create_backend()

    def _create_backend(self):
        values = {"name": "Race", "provider": self.provider}
        values |= {"base_url": self.there.url, "auth_url": self.there.url}
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            backend = env["accounting.backend"].create(values)
            for setting in backend.setting_ids:
                setting.value = SETTINGS.get(setting.name, "")
        self.addCleanup(self._remove, backend.id)
        with self.registry.cursor() as cr:
            standin.agree(backend.with_env(backend.env(cr=cr)))
        return backend.id

    def _remove(self, backend_id):
        with self.registry.cursor() as cr:
            self._browse(cr, backend_id).unlink()

    def _browse(self, cr, backend_id=None):
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["accounting.backend"].browse(backend_id or self.backend_id)

    def _together(self, action, backend_ids=None):
        """Let workers act at once on a backend each; return their answers and exceptions."""
        backend_ids = backend_ids or [self.backend_id] * WORKERS
        answers, start = [], threading.Barrier(len(backend_ids))

        def work(backend_id):
            with self.registry.cursor() as cr:
                connection = self._browse(cr, backend_id)._connect()
                start.wait()
                try:
                    answers.append(action(connection))
                except Throttled as error:
                    answers.append(error)

        threads = [threading.Thread(target=work, args=[one]) for one in backend_ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(answers), len(backend_ids))
        return answers

    def _count_refreshes(self):
        return sum("grant_type=refresh_token" in one["body"] for one in self.there.requests)


class TokenRaces:
    """What holds for every provider whose refresh tokens are used once."""

    def test_workers_that_refresh_at_once_end_with_one_valid_token(self):
        with self.registry.cursor() as cr:
            old = self._browse(cr)._connect().backend.get_tokens()
        self.there.expire()
        answers = self._together(lambda one: one.backend.get_tokens(not_these=old))
        self.assertEqual([one == answers[0] for one in answers], [True] * WORKERS)
        self.assertIn(answers[0]["access_token"], self.there.access)
        self.assertIn(answers[0]["refresh_token"], self.there.refresh)
        self.assertEqual(self._count_refreshes(), 1)

    def test_workers_whose_calls_are_refused_at_once_refresh_once_and_all_go_on(self):
        self.there.expire()
        names = self._together(lambda one: one.fetch_company()[1])
        self.assertEqual(len(set(names)), 1)
        self.assertEqual(self._count_refreshes(), 1)

    def test_a_worker_that_ends_between_rotation_and_use_loses_no_token(self):
        self.there.expire()
        with closing(self.registry.cursor()) as cr:
            connection = self._browse(cr)._connect().backend
            old = connection.get_tokens()
            fresh = connection.get_tokens(not_these=old)
            cr.rollback()  # as when the process is killed: nothing of its own transaction stays
        with self.registry.cursor() as cr:
            self.assertEqual(self._browse(cr)._connect().backend.get_tokens(), fresh)
        self.assertEqual(self._count_refreshes(), 1)
        self.assertIn(fresh["refresh_token"], self.there.refresh)


@tagged("post_install", "-at_install")
class TestFortnoxRaces(TokenRaces, ConnectionRaceCase):
    provider = "fortnox"
    allow_inherited_tests_method = True


@tagged("post_install", "-at_install")
class TestTwinfieldRaces(TokenRaces, ConnectionRaceCase):
    provider = "twinfield"
    allow_inherited_tests_method = True

    def test_calls_of_one_organisation_take_turns_also_from_two_backends(self):
        with self.registry.cursor() as cr:
            # the same books for the same company twice: only one of the two may export
            self._browse(cr).active = False
        backend_ids = [self.backend_id, self._create_backend()] * 2
        self.there.most_busy = 0
        self.there.faults.configure({"planned": ["slow"] * WORKERS, "slow_seconds": 0.2})
        names = self._together(lambda one: one.fetch_customer("1000").name, backend_ids)
        self.assertEqual(set(names), {"Bloemen & Zo B.V."})
        self.assertEqual(self.there.most_busy, 1)

    def test_whoever_does_not_get_a_turn_comes_again_later_having_sent_nothing(self):
        self.patch(accounting_backend_connection, "MAX_WAIT", 1)
        self.there.faults.configure({"planned": ["slow"], "slow_seconds": 2})
        self.there.requests.clear()
        answers = self._together(lambda one: one.fetch_customer("1000"), [self.backend_id] * 2)
        (late,) = [one for one in answers if isinstance(one, Throttled)]
        self.assertEqual(late.seconds, accounting_backend_connection.RETRY_TURN)
        self.assertEqual(len(self.there.requests), 1)

    def test_a_worker_that_dies_gives_its_turn_away(self):
        with self.registry.cursor() as cr:
            connection = self._browse(cr)._connect().backend
            name = connection.get_tokens()["organisation"]
        before = time.monotonic()
        with self.assertRaises(KeyError), self.registry.cursor() as cr:
            with self._browse(cr)._connect().backend.hold(name):
                raise KeyError(name)
        with self.registry.cursor() as cr:
            self.assertTrue(self._browse(cr)._connect().fetch_company())
        self.assertLess(time.monotonic() - before, 5)
