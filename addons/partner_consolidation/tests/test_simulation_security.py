from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common_simulation import SimulationCommon

MODELS = ("", ".line", ".progress")


@tagged("post_install", "-at_install")
class TestSimulationSecurity(SimulationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell("2026-10-10 12:00:00")
        cls.seller = new_test_user(
            cls.env,
            login="seller_s",
            groups="base.group_user,loyalty_accounts.group_admin",
            company_id=cls.bistro.id,
            company_ids=[Command.set(cls.bistro.ids)],
        )
        cls.portal = new_test_user(cls.env, login="portal_s", groups="base.group_portal")

    def test_only_who_may_make_agreements_simulates(self):
        for user, allowed in (
            (self.portal, False),
            (self.seller, False),
            (self.bistro_clerk, True),
        ):
            for suffix in MODELS:
                records = self.env[f"consolidation.simulation{suffix}"].with_user(user)
                with self.subTest(user=user.login, model=records._name):
                    self.assertEqual(records.has_access("read"), allowed)
            self.assertEqual(self.simulations.with_user(user).has_access("create"), allowed)

    def test_menu_is_shown_to_who_may_make_agreements_only(self):
        menu = self.env.ref("partner_consolidation.consolidation_simulation_menu")
        for user, allowed in ((self.seller, False), (self.bistro_clerk, True)):
            seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertEqual(menu.id in seen, allowed)

    def test_months_and_progress_are_written_by_nobody(self):
        record = self._simulate()
        for lines in (record.line_ids, record.progress_ids):
            self.assertTrue(lines)
            for right in ("write", "create", "unlink"):
                with self.subTest(lines, right=right):
                    self.assertFalse(lines.with_user(self.bistro_clerk).has_access(right))

    def test_another_establishment_sees_nothing_of_it(self):
        record = self._simulate()
        for records in (record, record.line_ids, record.progress_ids):
            foreign = records.with_user(self.shop_clerk)
            self.assertFalse(foreign.search([("id", "in", records.ids)]))
            with self.subTest(records._name), self.assertRaises(AccessError):
                foreign.read(["id"])
        for action in ("action_run", "action_stop", "action_change"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(record.with_user(self.shop_clerk), action)()

    def test_sales_of_another_establishment_cannot_be_replayed(self):
        with self.assertRaises(AccessError):
            self._simulate(company_id=self.shop.id)
        record = self._simulate(run=False)
        with self.assertRaises(AccessError):
            record.write({"company_id": self.shop.id})

    def test_result_cannot_be_sent(self):
        record = self._simulate(run=False)
        for name, value in (
            ("state", "done"),
            ("cost", 1.0),
            ("exposure", 1.0),
            ("receipts", 7),
            ("date_from", date(2000, 1, 1)),
            ("user_id", self.shop_clerk.id),
            ("line_ids", [Command.clear()]),
            ("progress_ids", [Command.clear()]),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                record.write({name: value})
            with self.subTest(name), self.assertRaises(AccessError):
                self._simulate(run=False, **{name: value})
            default = self.simulations.with_context(**{f"default_{name}": value})
            created = default.create({"name": "By default"})
            self.assertEqual(created.read([name])[0][name], record.read([name])[0][name])

    def test_names_of_customers_are_nowhere_in_the_result(self):
        record = self._simulate()
        texts = [str(record.read()), str(record.line_ids.read()), str(record.progress_ids.read())]
        self.assertFalse([text for text in texts if self.customer.name in text])


@tagged("post_install", "-at_install")
class TestSimulationOverRpc(SimulationCommon, HttpCase):
    def _call(self, model, method, *args):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw", {"model": model, "method": method, "args": args, "kwargs": {}}
        )

    def test_private_methods_and_others_simulations_cannot_be_called(self):
        record = self._simulate(run=False)
        self.authenticate(self.shop_clerk.login, self.shop_clerk.login)
        name = "consolidation.simulation"
        for method in ("_get_action_for", "_replay_piece", "_start", "_iter_sales", "_finish"):
            with (
                self.subTest(method),
                self.assertRaises(JsonRpcException),
                mute_logger("odoo.http"),
            ):
                self._call(name, method, record.ids)
        for method in ("action_run", "read", "unlink"):
            with (
                self.subTest(method),
                self.assertRaises(JsonRpcException),
                mute_logger("odoo.http"),
            ):
                self._call(name, method, record.ids)
        self.assertEqual(record.state, "draft")

    def test_spreadsheet_is_for_its_own_establishment(self):
        record = self._simulate(run=False)
        url = record.action_download()["url"]
        self.authenticate(self.shop_clerk.login, self.shop_clerk.login)
        with mute_logger("odoo.http"):
            self.assertNotEqual(self.url_open(url).status_code, 200)
        self.authenticate(self.bistro_clerk.login, self.bistro_clerk.login)
        answer = self.url_open(url)
        self.assertEqual((answer.status_code, answer.content[:2]), (200, b"PK"))
