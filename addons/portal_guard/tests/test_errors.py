from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestErrors(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outside = new_test_user(
            cls.env, "outside", "base.group_portal", password="outside-outside"
        )
        cls.inside = new_test_user(cls.env, "inside", "base.group_user", password="inside-inside")

    def _fail(self):
        """Return what a script is told of a mistake inside."""
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/web/dataset/call_kw/res.partner/read",
                json={"params": {"model": "res.partner", "method": "no_such", "args": []}},
            )
        return answer.json()["error"]

    def test_an_address_that_no_link_has_is_refused_plainly(self):
        for address in ("/my/%00", "/my/%2E%2E%2Fx", "/my/0%2F.%2Fx"):
            with self.subTest(address):
                self.assertEqual(self.url_open(address).status_code, 400)

    def test_a_field_named_self_is_left_out(self):
        self.assertEqual(self.url_open("/web/login?self=1").status_code, 200)

    def test_people_outside_are_not_told_how_things_are_made(self):
        for login in (None, "outside"):
            self.authenticate(login, login and "outside-outside")
            with self.subTest(login):
                error = self._fail()
                self.assertNotIn("debug", error["data"])
                self.assertNotIn("no_such", str(error))

    def test_staff_are_told_as_ever(self):
        self.authenticate("inside", "inside-inside")
        self.assertIn("Traceback", self._fail()["data"]["debug"])

    def _call_with_key(self, key=None, path="res.partner/read", **values):
        """Return the answer to a call over JSON-2."""
        headers = {"Authorization": f"bearer {key}"} if key else {}
        with mute_logger("odoo.http"):
            return self.url_open(f"/json/2/{path}", json=values, headers=headers)

    def _give_key(self, user):
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        return keys._generate("rpc", "Key", fields.Datetime.add(fields.Datetime.now(), hours=1))

    def test_json_2_tells_strangers_only_that_a_key_is_needed(self):
        for key in (None, "0" * 40):
            with self.subTest(key):
                answer = self._call_with_key(key, ids=[1])
                self.assertEqual(answer.status_code, 401)
                self.assertIn("bearer", answer.headers["WWW-Authenticate"].lower())
                self.assertNotIn("debug", answer.json())
                self.assertNotIn("Traceback", answer.text)
                self.assertTrue(answer.json()["message"])

    def test_json_2_tells_a_portal_users_key_no_mistake_inside_and_staffs_all(self):
        outside = self._call_with_key(self._give_key(self.outside), fields=5)
        inside = self._call_with_key(self._give_key(self.inside), fields=5)
        self.assertEqual((outside.status_code, inside.status_code), (500, 500))
        self.assertNotIn("debug", outside.json())
        self.assertEqual(outside.json()["message"], "")
        self.assertIn("Traceback", inside.json()["debug"])
