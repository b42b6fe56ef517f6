from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestWizard(IntegratorCommon):
    def test_the_dialogue_makes_an_integrator_whose_key_works(self):
        self.env = self.env(user=self.env.ref("base.user_admin"))
        with Form(self.env["integrator.key"]) as form:
            form.name = "Booking system"
            form.days = 7
        action = form.record.action_issue()
        self.env.flush_all()
        answer = self._call("describe", key=action["context"]["default_key"])
        self.assertEqual(answer["integrator"], "Booking system")
        shown = Form(self.env["integrator.key.show"].with_context(**action["context"]))
        self.assertEqual(shown.key, action["context"]["default_key"])
        self.assertTrue(shown.login.startswith("integrator-"))

    def test_the_dialogue_of_an_integrator_renews_its_key(self):
        context = self.client.action_renew()["context"]
        with Form(self.env["integrator.key"].with_context(**context)) as form:
            form.days = 7
        action = form.record.action_issue()
        self.env.flush_all()
        self.assertEqual(
            self._call("describe", key=action["context"]["default_key"])["integrator"], "Web shop"
        )

    def test_an_employee_cannot_open_the_dialogue(self):
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["integrator.key"].with_user(clerk).create({"name": "x"})

    def test_a_dialogue_is_its_users_own_and_a_shown_key_is_kept_nowhere(self):
        second = new_test_user(self.env, "second", "base.group_system")
        admin = self.env.ref("base.user_admin")
        dialogue = self.env["integrator.key"].with_user(admin).create({"name": "x"})
        with self.assertRaises(AccessError):
            dialogue.with_user(second).check_access("read")
        shown = self.env["integrator.key.show"]
        self.assertFalse(shown.with_user(second).create({"key": "x"}))
        with self.assertRaises(AccessError):
            shown.with_user(new_test_user(self.env, "third", "base.group_user")).create({})
