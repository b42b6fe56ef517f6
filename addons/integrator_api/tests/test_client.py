from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .. import hooks
from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestClient(IntegratorCommon):
    def test_an_integrator_is_neither_an_employee_nor_a_portal_user(self):
        user = self.client.user_id
        self.assertTrue(user.share)
        self.assertEqual(user.all_group_ids, self.env.ref("integrator_api.group_integrator"))
        self.assertEqual(user.company_ids, self.company)

    def test_an_integrator_gets_no_other_right(self):
        for group in ("base.group_user", "base.group_portal", "base.group_system"):
            with self.subTest(group), self.assertRaises(ValidationError):
                self.client.user_id.group_ids = [Command.link(self.env.ref(group).id)]

    def test_a_person_does_not_become_an_integrator(self):
        person = new_test_user(self.env, "person", "base.group_user")
        with self.assertRaises(ValidationError):
            person.group_ids = [Command.link(self.env.ref("integrator_api.group_integrator").id)]

    def test_only_administrators_give_renew_and_revoke_keys(self):
        clerk = new_test_user(self.env, "clerk", "base.group_user,base.group_erp_manager")
        clients = self.env["integrator.client"].with_user(clerk)
        families = self.env["integrator.family"]
        with self.assertRaises(AccessError):
            clients._issue("Mine", self.company, families, 1)
        for action in ("action_renew", "action_revoke"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.client.with_user(clerk), action)()
        with self.assertRaises(AccessError):
            self.client.with_user(clerk).read(["name"])

    def test_a_new_key_ends_the_old_one(self):
        renewed = self.client._renew(10)
        self.env.flush_all()
        self.assertEqual(self._post("/json/2/integrator.api/describe")[0], 401)
        self.assertIn("operations", self._call("describe", key=renewed))

    def test_a_revoked_key_is_refused_and_a_new_one_admits_again(self):
        self._call("describe")
        self.client.action_revoke()
        self.assertEqual(self.client.state, "revoked")
        with mute_logger("odoo.http"):
            self.assertEqual(self._post("/json/2/integrator.api/describe")[0], 401)
        self.assertIn("operations", self._call("describe", key=self.client._renew(1)))

    def test_uninstalling_ends_every_key(self):
        hooks.uninstall_hook(self.env)
        self.assertEqual(self.client.state, "revoked")
        self.assertFalse(self.client.user_id.active)
        self.assertEqual(self._post("/json/2/integrator.api/describe")[0], 401)

    def test_the_key_is_kept_nowhere(self):
        self.env.cr.execute(
            "SELECT key FROM res_users_apikeys WHERE user_id = %s", [self.client.user_id.id]
        )
        (hashed,) = self.env.cr.fetchone()
        self.assertNotIn(self.key, hashed)
        self.assertNotIn(self.key, str(self.client.sudo().read()))

    def test_a_key_is_no_key_of_plug_ins(self):
        keys = self.env["res.users.apikeys"]
        self.assertFalse(keys._check_credentials(scope="odoo.plugin.outlook", key=self.key))
        self.assertEqual(keys._check_credentials(scope="rpc", key=self.key), self.client.user_id.id)

    def test_days_and_name_are_checked(self):
        issue = self.env["integrator.client"]._issue
        families = self.env["integrator.family"]
        for name, days in (("", 1), (" ", 1), ("x", 0), ("x", -1), ("x", 731)):
            with self.subTest(name=name, days=days), self.assertRaises(ValidationError):
                issue(name, self.company, families, days)

    def test_other_companies_do_not_see_the_integrator(self):
        other = self.env["res.company"].create({"name": "Other"})
        admin = new_test_user(
            self.env,
            "other_admin",
            "base.group_system",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        found = self.env["integrator.client"].with_user(admin).search([])
        self.assertNotIn(self.client, found)
