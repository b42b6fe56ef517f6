from werkzeug.exceptions import BadRequest, HTTPException

from odoo import api, models
from odoo.exceptions import AccessDenied, UserError
from odoo.http import Response, SessionExpiredException, request

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
        if request.dispatcher.routing_type == "jsonrpc" and not cls._is_staff():
            answer = response.get_json()
            data = answer.get("error", {}).get("data", {})
            data.pop("debug", None)
            if not isinstance(exception, TOLD):
                data.update(name="", message="", arguments=[])
            return request.make_json_response(answer, status=response.status_code)
        return response

    @classmethod
    def _is_staff(cls):
        if not request.session.uid or not request.db:
            return False
        # A cursor of its own: the error may have left the request's in a state to read nothing.
        with cls.pool.cursor() as cr:
            return api.Environment(cr, request.session.uid, {}).user._is_internal()
