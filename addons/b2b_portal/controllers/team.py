from odoo import http
from odoo.http import request

from odoo.addons.portal_guard.pages import RECORD, require

from .pages import b2b_action, b2b_page, render, tell

FIELDS = ("name", "email", "role", "sees", "limit")


class B2bTeam(http.Controller):
    """A customer's administrator invites colleagues and sets what they may do."""

    @http.route("/b2b/team", type="http", auth="user", website=True, readonly=True)
    @b2b_page
    def b2b_team(self, member, **_kwargs):
        """Show the colleagues; others than administrators find no such page."""
        require(member._may_administer())
        return render(
            "b2b_portal.team",
            member,
            colleagues=member._get_team(),
            typed=request.session.pop("b2b_colleague", {}),
            **self._get_choices(),
        )

    @http.route(
        f"/b2b/team/{RECORD % 'colleague_id'}",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    @b2b_page
    def b2b_colleague(self, member, colleague_id, **_kwargs):
        """Show one colleague with a form to change the rights."""
        require(member._may_administer())
        colleague = require(member._get_team().filtered(lambda found: found.id == colleague_id))
        return render("b2b_portal.colleague", member, colleague=colleague, **self._get_choices())

    def _get_choices(self):
        members = request.env["b2b.member"]
        sees = members._fields["sees"]._description_selection(request.env)
        return {"roles": members._fields["role"]._description_selection(request.env), "sees": sees}

    @http.route("/b2b/team/invite", type="http", auth="user", methods=["POST"], website=True)
    @b2b_page
    def b2b_team_invite(self, member, **form):
        """Send an invitation; what was typed is shown again if something is wrong."""
        typed = {name: form.get(name, "") for name in FIELDS}
        request.session["b2b_colleague"] = typed
        return self._invite(member, typed)

    @b2b_action(back="/b2b/team")
    def _invite(self, member, typed):
        member._invite_colleague(typed)
        request.session.pop("b2b_colleague", None)
        tell("success", request.env._("The invitation to %s is on its way.", typed["email"]))
        return request.redirect("/b2b/team")

    @http.route(
        f"/b2b/team/{RECORD % 'colleague_id'}/change",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    @b2b_page
    @b2b_action(back="/b2b/team")
    def b2b_team_change(self, member, colleague_id, **form):
        """Change role, limit and what the colleague sees."""
        member._change_colleague(colleague_id, form)
        tell("success", request.env._("Saved."))
        return request.redirect("/b2b/team")

    @http.route(
        f"/b2b/team/{RECORD % 'colleague_id'}/again",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    @b2b_page
    @b2b_action(back="/b2b/team")
    def b2b_team_again(self, member, colleague_id, **_kwargs):
        """Send a new link; the earlier one ends."""
        member._invite_colleague_again(colleague_id)
        tell("success", request.env._("A new invitation is on its way; the earlier link ended."))
        return request.redirect("/b2b/team")

    @http.route(
        f"/b2b/team/{RECORD % 'colleague_id'}/revoke",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    @b2b_page
    @b2b_action(back="/b2b/team")
    def b2b_team_revoke(self, member, colleague_id, **_kwargs):
        """End a colleague's access at once."""
        member._revoke_colleague(colleague_id)
        tell("success", request.env._("The access has ended."))
        return request.redirect("/b2b/team")
