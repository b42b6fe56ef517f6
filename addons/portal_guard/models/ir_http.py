import json

from werkzeug.exceptions import BadRequest, HTTPException

from odoo import api, models
from odoo.exceptions import AccessDenied, UserError
from odoo.http import Response, SessionExpiredException, request
from odoo.tools.json import json_default

#: What is told to people outside as it is; of everything else, only that it went wrong.
TOLD = (UserError, AccessDenied, SessionExpiredException, HTTPException)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Override: an address that no link has is refused before anything looks for it.

        With a NUL in it, or dots for a folder, Odoo's search for a page ends with an error.

        :raise BadRequest: there is no such address
        """
        if "\0" in path_info or {".", ".."} & set(path_info.split("/")):
            raise BadRequest(response=Response("Bad Request", status=400))
        return super()._match(path_info)

    @classmethod
    def _dispatch(cls, endpoint):
        """Override: a field named as what every function inside has is left out, not an error."""
        request.params.pop("self", None)
        return super()._dispatch(endpoint)

    @classmethod
    def _handle_error(cls, exception):
        """Override: scripts of people outside are not told how things are made inside."""
        response = super()._handle_error(exception)
        answer = response.get_json() if cls._is_scripted(response) else None
        if not isinstance(answer, dict):
            return response
        is_rpc = request.dispatcher.routing_type == "jsonrpc"
        data = answer.get("error", {}).get("data", {}) if is_rpc else answer
        if "debug" not in data or cls._is_staff():
            return response
        del data["debug"]
        if not isinstance(exception, TOLD):
            data.update(name="", message="", arguments=[])
        # Only the body is another one: the status and what a program needs to log in stay.
        response.set_data(json.dumps(answer, default=json_default))
        return response

    @classmethod
    def _is_scripted(cls, response):
        """Tell whether it is an answer to a script, over one of Odoo's two ways to call with JSON."""
        return request.dispatcher.routing_type in ("jsonrpc", "json2") and response.is_json

    @classmethod
    def _is_staff(cls):
        # Whose session it is, or whose key: that of JSON-2 has no session.
        uid = request.session.uid or (request.env is not None and request.env.uid)
        if not uid or not request.db:
            return False
        # A cursor of its own: the error may have left the request's in a state to read nothing.
        with cls.pool.cursor(readonly=True) as cr:
            return api.Environment(cr, uid, {}).user._is_internal()
