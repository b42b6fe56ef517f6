from odoo import http
from odoo.http import request


class Consent(http.Controller):
    """Where providers send people back after they agreed."""

    @http.route("/accounting_connectors/consent", type="http", auth="user", methods=["GET"])
    def consent(self, code="", state="", error="", **_rest):
        """Connect the backend a person agreed for, and show it.

        What the provider sends is bound to the user and the moment by ``state``, used once.
        """
        if not state:
            return request.redirect("/odoo/accounting-backends")
        answer = "" if error else code
        backend = request.env["accounting.backend"]._receive_consent(answer, state)
        return request.redirect(f"/odoo/accounting-backends/{backend.id}" if backend else "/odoo")
