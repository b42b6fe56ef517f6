from odoo import http
from odoo.http import request

from odoo.addons.portal_guard.pages import clean

from ..exceptions import B2bError, CartChanged
from ..rules.quick_order import MAX_BYTES
from .pages import b2b_page, render, tell

ROW = ("number", "quantity", "given", "choice")
#: Characters of a pasted list; 500 lines of 64 characters with quantities are fewer.
MAX_TEXT = 100_000


class B2bQuickOrder(http.Controller):
    """A list of numbers becomes lines of the cart.

    The two forms are also answered after the session ended, which Odoo's own checks of session and
    token would answer by a login page or an error, with everything lost. The checks are made here
    instead: without a login, or with the token of another session, nothing is read or written; what
    was typed is shown again with a button that sends it once more.
    """

    @http.route("/b2b/quick", type="http", auth="user", website=True, readonly=True)
    @b2b_page
    def b2b_quick(self, member, **_kwargs):
        """Show the form, and the list as far as it is not in the cart yet."""
        return self._render(member)

    @http.route(
        "/b2b/quick/read", type="http", auth="public", methods=["POST"], website=True, csrf=False
    )
    def b2b_quick_read(self, file=None, csrf_token="", **form):
        """Read a pasted or uploaded list."""
        text = clean(form).get("text", "")[:MAX_TEXT]
        member = self._get_member()
        if not member:
            return self._ask_to_log_in("/b2b/quick/read")
        if not request.validate_csrf(csrf_token):
            return self._render(member, text=text, pressed_again=True)
        data = file.read(MAX_BYTES + 1) if hasattr(file, "read") else b""
        try:
            member._read_quick_list(text=text, data=data)
        except B2bError as error:
            tell("danger", str(error))
            return self._render(member, text=text)
        return request.redirect("/b2b/quick")

    @http.route(
        "/b2b/quick/save", type="http", auth="public", methods=["POST"], website=True, csrf=False
    )
    def b2b_quick_save(self, action="check", version="", csrf_token="", **_kwargs):
        """Keep the corrected list, take a line out, empty it, or add it to the cart."""
        member = self._get_member()
        if not member:
            return self._ask_to_log_in("/b2b/quick/save")
        columns = [request.httprequest.form.getlist(name) for name in ROW]
        rows = [dict(zip(ROW, cells, strict=True)) for cells in zip(*columns, strict=False)]
        if not request.validate_csrf(csrf_token):
            return self._render(member, rows=rows, pressed_again=True)
        try:
            with request.env.cr.savepoint():
                return self._act(member, action, rows, version)
        except B2bError as error:
            tell("danger", str(error))
            # The list as it is now, where another page has changed it; else what was typed.
            return self._render(member, rows=None if isinstance(error, CartChanged) else rows)

    def _act(self, member, action, rows, version):
        name, _separator, index = action.partition("-")
        if name == "add":
            added, refused = member._add_quick_list(rows, version)
            for sentence in refused[:3]:
                tell("warning", sentence)
            if added:
                tell("success", request.env._("Lines added to the cart: %s.", added))
            return request.redirect("/b2b/quick" if member.quick_list else "/b2b/cart")
        if name == "clear":
            rows = []
        indexes = {str(number): number for number in range(len(rows))}
        without = indexes.get(index) if name == "remove" else None
        member._save_quick_list(rows, version, without=without)
        return request.redirect("/b2b/quick")

    def _get_member(self):
        """Return who asks; empty for others, also for colleagues who may not order."""
        member = request.env.user._get_b2b_member()
        return member if member and member._may_order() else member.browse()

    def _ask_to_log_in(self, address):
        """Show that the session has ended, with a form that keeps all that was typed."""
        fields = [
            (name, value)
            for name, value in request.httprequest.form.items(multi=True)
            if name != "csrf_token"
        ]
        values = {"address": address, "fields": fields, "page_name": "b2b"}
        return request.render("b2b_portal.quick_expired", values)

    def _render(self, member, *, text="", rows=None, pressed_again=False):
        if not member._may_order():
            return request.redirect("/b2b")
        if pressed_again:
            tell("warning", request.env._("You were logged out meanwhile. Please press again."))
        matched = member._match_quick_list(rows)
        return render(
            "b2b_portal.quick",
            member,
            text=text,
            rows=matched,
            ready=sum(1 for row in matched if not row["problem"]),
        )
