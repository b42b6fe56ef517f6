from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestErrors(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, "outside", "base.group_portal", password="outside-outside")
        new_test_user(cls.env, "inside", "base.group_user", password="inside-inside")

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
