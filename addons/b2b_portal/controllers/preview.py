from odoo import http
from odoo.http import request


class B2bPreview(http.Controller):
    """The portal as a customer sees it; pages marked for it show themselves, and nothing else."""

    @http.route("/b2b/preview/<string:token>", type="http", auth="user", website=True)
    def b2b_preview(self, token, **_kwargs):
        """Open the preview that a link was signed for; any other link leads home."""
        if not request.env["res.partner"]._find_b2b_preview(token):
            return request.redirect("/odoo" if not request.env.user.share else "/my")
        request.session["b2b_preview"] = token
        return request.redirect("/b2b")

    @http.route("/b2b/preview/end", type="http", auth="user", methods=["POST"], website=True)
    def b2b_preview_end(self, **_kwargs):
        """Leave the preview."""
        request.session.pop("b2b_preview", None)
        return request.redirect("/odoo")
