import xmlrpc.client

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestRpc(HttpCase):
    """What is told over XML-RPC of calls that fail, by who calls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, group in (("inside", "base.group_user"), ("outside", "base.group_portal")):
            new_test_user(cls.env, name, group, password=f"{name}-{name}-9x")

    def _told(self, *params, method="execute_kw", version="/2"):
        """Return what is told of a call that fails."""
        data = xmlrpc.client.dumps(params, methodname=method)
        headers = {"Content-Type": "text/xml"}
        with mute_logger("odoo.http", "odoo.registry", "odoo.sql_db"):
            answer = self.url_open(f"/xmlrpc{version}/object", data=data, headers=headers)
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            xmlrpc.client.loads(answer.content)
        return f"{caught.exception.faultCode} {caught.exception.faultString}"

    def _mistake_of(self, name):
        """Call with a right password; the method fails inside."""
        user = self.env["res.users"].search([("login", "=", name)])
        call = ("res.users", "read", ["x"], {"no_such": 1})
        return self._told(self.env.cr.dbname, user.id, f"{name}-{name}-9x", *call)

    def test_strangers_are_shown_no_traceback_however_well_formed_their_call_is(self):
        database = self.env.cr.dbname
        for version in ("", "/2"):
            for params in (
                (database,),
                (database, "abc", "x", "res.partner", "read", [[1]]),
                (database, 2, "x", "res.partner", "read", 1, 2, 3),
                ("no_such_database", 2, "x", "res.partner", "read", [[1]]),
            ):
                with self.subTest(version=version, params=params):
                    told = self._told(*params, version=version)
                    self.assertNotIn("Traceback", told)
                    self.assertIn("could not be answered", told)

    def test_a_wrong_password_is_told_as_ever_also_after_a_call_that_got_through(self):
        self._mistake_of("inside")
        told = self._told(self.env.cr.dbname, 2, "wrong", "res.partner", "read", [[1]])
        self.assertTrue(told.startswith("3 "), told)

    def test_people_outside_are_shown_no_traceback_and_staff_are(self):
        self.assertNotIn("Traceback", self._mistake_of("outside"))
        self.assertIn("Traceback", self._mistake_of("inside"))
