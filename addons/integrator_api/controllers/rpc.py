"""Calls that fail before a model is reached are answered without a traceback.

So are all calls of the facade, wherever they fail, and those of people outside. Staff's are Odoo's.
"""

import logging
import xmlrpc.client
from http import HTTPStatus

from odoo import api
from odoo.exceptions import UserError
from odoo.http import Response, request, route
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.service.server import thread_local

from odoo.addons.rpc.controllers import RPC
from odoo.addons.rpc.controllers.xmlrpc import RPC_FAULT_CODE_APPLICATION_ERROR, dumps

from ..const import FACADE_MODEL

_logger = logging.getLogger(__name__)

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
        # Threads are used again: it would still be that of an earlier call.
        thread_local.rpc_model_method = ""
        try:
            return answer(service)
        except UserError:
            raise
        except Exception as error:
            fault = xmlrpc.client.Fault(code, "The call could not be answered: check its form.")
            response = Response(dumps(fault), mimetype="text/xml", status=HTTPStatus.OK)
            params = self._read_params(service)
            if params is None or self._failed_outside(service, error):
                # Nothing was reached that had to be undone, and the log is not for strangers to fill.
                _logger.info("A call reached nothing: %s", type(error).__name__)
                return response
            if not (service == "object" and self._may_see_inside(params)):
                error.error_response = response
            raise

    def _read_params(self, service):
        """Return what a call was sent with; None where it is no call, of a service that there is."""
        try:
            params, _method = xmlrpc.client.loads(request.httprequest.get_data())
        except Exception:  # noqa: BLE001 -- whatever is wrong with it, no model was reached
            return None
        return params if service in SERVICES else None

    def _failed_outside(self, service, error):
        """Tell whether a call failed before its password was found right.

        Odoo notes the method only then. What two at once made fail is left to run again.
        """
        return (
            service == "object"
            and not thread_local.rpc_model_method
            and not isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)
        )

    def _may_see_inside(self, params):
        """Tell whether the caller, who is known by now, is shown how things are made inside."""
        is_facade = FACADE_MODEL.encode() in request.httprequest.get_data()
        if is_facade or not thread_local.rpc_model_method:
            return False
        database, uid = params[0], int(params[1])
        # A cursor of its own, which only reads: the call's is closed. The password was this user's.
        with Registry(database).cursor(readonly=True) as cr:
            return api.Environment(cr, uid, {}).user._is_internal()
