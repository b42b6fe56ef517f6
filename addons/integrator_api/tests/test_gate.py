import inspect
import xmlrpc.client

from odoo.exceptions import AccessError
from odoo.service import model as service
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.rpc.controllers import json2

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestGate(IntegratorCommon):
    def test_no_public_method_of_any_model_can_be_called_but_the_operations(self):
        """Every method of every installed model, by the function behind every interface."""
        env = self.env(user=self.client.user_id)
        operations = env["integrator.api"]._get_operations()
        called, open_methods = 0, []
        for name in env.registry:
            model = env[name]
            for method in {method for cls in type(model).mro() for method in vars(cls)}:
                if method.startswith("_") or not callable(getattr(type(model), method)):
                    continue
                called += 1
                if name == "integrator.api" and method in operations:
                    continue
                try:
                    service.call_kw(model, method, [[]], {})
                    open_methods.append(f"{name}.{method}")
                except AccessError:
                    continue
        self.assertEqual(open_methods, [])
        self.assertGreater(called, 10_000)

    def test_every_operation_is_reached(self):
        env = self.env(user=self.client.user_id)
        for name in env["integrator.api"]._get_operations():
            with self.subTest(name):
                answer = service.call_kw(env["integrator.api"], name, [], {"no_such": 1})
                self.assertEqual(answer["error"]["code"], "invalid_argument")

    def test_an_employee_calls_what_they_may(self):
        env = self.env(user=self.env.ref("base.user_admin"))
        self.assertTrue(service.call_kw(env["res.users"], "search", [[("id", "=", env.uid)]], {}))

    def test_xml_rpc_opens_the_facade_only(self):
        self.assertIn("operations", self._xmlrpc("integrator.api", "describe"))
        for model, method, arguments in (
            ("res.partner", "search", [[]]),
            ("res.users", "read", [[self.client.user_id.id], ["login"]]),
            ("integrator.api", "search", [[]]),
            ("integrator.api", "_get_operations", []),
            ("integrator.client", "action_renew", [self.client.ids]),
            ("res.users.apikeys", "remove", [[]]),
        ):
            with self.subTest(f"{model}.{method}"):
                self.assertEqual(self._fault(model, method, *arguments).faultCode, 4)

    def test_json_2_opens_the_facade_only(self):
        for path in (
            "/json/2/res.partner/search",
            "/json/2/res.users/context_get",
            "/json/1/res.partner",
            "/doc-bearer/index.json",
        ):
            with self.subTest(path):
                status, answer = self._post(path, domain=[])
                self.assertIn(status, (403, 404), answer)
                self.assertNotIn("Traceback", str(answer))

    def test_what_is_no_operation_of_the_facade_is_refused_without_a_traceback(self):
        for method in ("search", "no_such_thing", "_call", "with_user"):
            with self.subTest(method):
                status, answer = self._post(f"/json/2/integrator.api/{method}")
                self.assertEqual((status, answer["error"]["code"]), (403, "not_permitted"))
                self.assertNotIn("Traceback", str(answer))
        status, answer = self._post("/json/2/integrator.api/describe", ids=[1])
        self.assertEqual((status, answer["error"]["code"]), (422, "invalid_call"))

    def test_a_wrong_key_is_told_without_a_traceback(self):
        status, answer = self._post("/json/2/integrator.api/describe", key="x" * 40)
        self.assertEqual((status, answer["error"]["code"]), (401, "not_permitted"))

    def test_a_key_opens_no_session(self):
        for password in (self.key, "", "admin"):
            self.assertIn("error", self._log_in(password))
        for path in ("/my", "/odoo", "/web/dataset/call_kw/res.partner/search"):
            answer = self.url_open(path, headers={"Authorization": f"bearer {self.key}"})
            self.assertNotIn(self.client.name, answer.text)

    def test_not_even_a_password_opens_a_session(self):
        self.client.user_id.sudo().password = "a long password of somebody"
        self.assertIn("error", self._log_in("a long password of somebody"))

    def _log_in(self, password):
        params = {
            "db": self.env.cr.dbname,
            "login": self.client.user_id.login,
            "password": password,
        }
        with mute_logger("odoo.http"):
            return self.url_open("/web/session/authenticate", json={"params": params}).json()

    def test_json_rpc_opens_the_facade_only(self):
        def call(model, method, *args):
            uid = self.client.user_id.id
            arguments = [self.env.cr.dbname, uid, self.key, model, method, list(args)]
            with mute_logger("odoo.http", "odoo.addons.rpc.controllers.jsonrpc"):
                return self.url_open(
                    "/jsonrpc",
                    json={
                        "params": {"service": "object", "method": "execute_kw", "args": arguments}
                    },
                ).json()

        self.assertIn("operations", call("integrator.api", "describe")["result"])
        self.assertIn("error", call("res.partner", "search", []))

    def test_malformed_calls_are_answered_without_a_traceback(self):
        credentials = (self.env.cr.dbname, self.client.user_id.id, self.key)
        for rest in (
            ("describe", 5),
            ("describe", [], "x"),
            ("describe", [], {"context": "x"}),
            ("describe",),
            (["describe"], []),
        ):
            arguments = [*credentials, "integrator.api", *rest]
            with self.subTest(rest), mute_logger("odoo.http", "odoo.addons.rpc.controllers.xmlrpc"):
                with self.assertRaises(xmlrpc.client.Fault) as caught:
                    self.xmlrpc_object.execute_kw(*arguments)
                self.assertNotIn("Traceback", caught.exception.faultString)
            params = {"service": "object", "method": "execute_kw", "args": arguments}
            with mute_logger("odoo.http", "odoo.addons.rpc.controllers.jsonrpc"):
                answer = self.url_open("/jsonrpc", json={"params": params}).json()
            self.assertIn("error", answer)
            self.assertNotIn("Traceback", str(answer))

    def test_the_gate_stands_where_odoo_looks_methods_up(self):
        for module in (service, json2):
            self.assertEqual(
                inspect.unwrap(module.get_public_method).__module__, "odoo.service.model"
            )
            self.assertNotEqual(module.get_public_method, inspect.unwrap(module.get_public_method))

    def test_a_stranger_s_malformed_call_is_answered_without_a_traceback(self):
        url = f"{self.base_url()}/xmlrpc/2"
        quiet = mute_logger("odoo.addons.rpc.controllers.xmlrpc")  # that XML-RPC is deprecated
        with quiet, self.assertNoLogs("odoo.http", "ERROR"):
            answers = [
                self.url_open(f"{url}/common", data="<methodCall>").text,
                self.url_open(f"{url}/object", data="").text,
                self.url_open(
                    f"{url}/no_such_service", data=xmlrpc.client.dumps((), "version")
                ).text,
            ]
        for answer in answers:
            self.assertNotIn("Traceback", answer)
