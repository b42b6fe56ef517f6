import json
import xmlrpc.client

from odoo.tests import HttpCase
from odoo.tools import mute_logger


class IntegratorCommon(HttpCase):
    """An integrator with its key, calling as its program would."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.client, cls.key = cls._issue("Web shop")

    @classmethod
    def _issue(cls, name, families=None, company=None, days=30):
        families = cls.env["integrator.family"].search([]) if families is None else families
        company = company or cls.env.company
        issued = cls.env["integrator.client"]._issue(name, company, families, days)
        cls.env.flush_all()
        return issued

    def _post(self, path, key=None, **arguments):
        """Call over JSON-2; return status and answer."""
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_http"):
            response = self.url_open(
                path,
                data=json.dumps(arguments),
                headers={
                    "Authorization": f"bearer {key or self.key}",
                    "Content-Type": "application/json",
                },
            )
        self.env.invalidate_all()
        return response.status_code, response.json()

    def _call(self, operation, key=None, **arguments):
        """Call an operation over JSON-2; return its answer."""
        status, answer = self._post(f"/json/2/integrator.api/{operation}", key, **arguments)
        self.assertEqual(status, 200, answer)
        return answer

    def _refused(self, operation, key=None, **arguments):
        """Call an operation that must be refused; return the code."""
        answer = self._call(operation, key, **arguments)
        self.assertEqual(list(answer), ["error"], answer)
        self.assertTrue(answer["error"]["message"])
        return answer["error"]["code"]

    def _xmlrpc(self, model, method, *args, **kwargs):
        """Call over XML-RPC."""
        models = self.xmlrpc_object
        with mute_logger("odoo.http", "odoo.addons.rpc.controllers.xmlrpc"):
            return models.execute_kw(
                self.env.cr.dbname, self.client.user_id.id, self.key, model, method, args, kwargs
            )

    def _fault(self, *call, **arguments):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            self._xmlrpc(*call, **arguments)
        self.assertNotIn("Traceback", caught.exception.faultString)
        return caught.exception
