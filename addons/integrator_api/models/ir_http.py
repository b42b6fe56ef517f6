from http import HTTPStatus

from werkzeug.exceptions import Forbidden

from odoo import models
from odoo.http import request

from ..const import FACADE_MODEL

#: Where JSON-2 answers calls of the facade.
FACADE_PATH = f"/json/2/{FACADE_MODEL}/"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        """Override: a key of an integrator opens no route but the facade's."""
        super()._authenticate(endpoint)
        if cls._is_facade_request() or not request.env.uid:
            return
        if request.env.user._is_integrator():
            message = request.env._(
                "An integrator may call the operations of %s only.", FACADE_MODEL
            )
            raise Forbidden(
                response=cls._make_facade_error("not_permitted", message, HTTPStatus.FORBIDDEN)
            )

    @classmethod
    def _handle_error(cls, exception):
        """Override: what goes wrong before an operation is reached is told without a traceback."""
        response = super()._handle_error(exception)
        if request.httprequest.path == "/jsonrpc":
            return cls._without_traceback(response)
        if not cls._is_facade_request():
            return response
        status = getattr(response, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
        code = {401: "not_permitted", 403: "not_permitted", 404: "unknown_operation"}
        if status >= 500:
            message = request.env._("The call could not be answered.")
        else:
            message = getattr(exception, "description", None) or str(exception)
        return cls._make_facade_error(
            code.get(status, "internal" if status >= 500 else "invalid_call"), message, status
        )

    @classmethod
    def _without_traceback(cls, response):
        """Return an answer of JSON-RPC without what is for developers, where the facade is called."""
        if FACADE_MODEL.encode() not in request.httprequest.get_data():
            return response
        answer = response.get_json()
        answer["error"]["data"].pop("debug", None)
        return request.make_json_response(answer)

    @classmethod
    def _is_facade_request(cls):
        return request.httprequest.path.startswith(FACADE_PATH)

    @classmethod
    def _make_facade_error(cls, code, message, status):
        return request.make_json_response(
            {"error": {"code": code, "message": message}}, status=status
        )
