"""Calls of the facade that are malformed before it is reached are answered without a traceback."""

import xmlrpc.client
from http import HTTPStatus

from odoo.exceptions import UserError
from odoo.http import Response, request, route

from odoo.addons.rpc.controllers import RPC
from odoo.addons.rpc.controllers.xmlrpc import RPC_FAULT_CODE_APPLICATION_ERROR, dumps

from ..const import FACADE_MODEL


class FacadeRpc(RPC):
    """XML-RPC, where the facade is called. JSON-RPC's answers are made by ``ir.http``."""

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
            if FACADE_MODEL.encode() in request.httprequest.get_data():
                fault = xmlrpc.client.Fault(code, "The call could not be answered: check its form.")
                error.error_response = Response(
                    dumps(fault), mimetype="text/xml", status=HTTPStatus.OK
                )
            raise
