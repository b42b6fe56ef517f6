"""Calls that fail before a model is reached are answered without a traceback.

So are all calls of the facade, wherever they fail. Others, of those who have a login, are Odoo's.
"""

import xmlrpc.client
from http import HTTPStatus

from odoo.exceptions import UserError
from odoo.http import Response, request, route

from odoo.addons.rpc.controllers import RPC
from odoo.addons.rpc.controllers.xmlrpc import RPC_FAULT_CODE_APPLICATION_ERROR, dumps

from ..const import FACADE_MODEL

#: What can be called over XML-RPC.
SERVICES = {"common", "db", "object"}


class FacadeRpc(RPC):
    """XML-RPC, for strangers and the facade. JSON-RPC's answers are made by ``ir.http``."""

    @route()
    def xmlrpc_1(self, service):
        """Override: see the module's text."""
        return self._answer_plainly(super().xmlrpc_1, service, "malformed")

    @route()
    def xmlrpc_2(self, service):
        """Override: see the module's text."""
        return self._answer_plainly(super().xmlrpc_2, service, RPC_FAULT_CODE_APPLICATION_ERROR)

    def _answer_plainly(self, answer, service, code):
        try:
            return answer(service)
        except UserError:
            raise
        except Exception as error:
            fault = xmlrpc.client.Fault(code, "The call could not be answered: check its form.")
            response = Response(dumps(fault), mimetype="text/xml", status=HTTPStatus.OK)
            if not self._is_call(service):
                # Nothing was reached that had to be undone, and the log is not for strangers to fill.
                return response
            if service != "object" or FACADE_MODEL.encode() in request.httprequest.get_data():
                error.error_response = response
            raise

    def _is_call(self, service):
        """Tell whether what was sent is a call, of a service that there is."""
        try:
            xmlrpc.client.loads(request.httprequest.get_data())
        except Exception:  # noqa: BLE001 -- whatever is wrong with it, no model was reached
            return False
        return service in SERVICES
