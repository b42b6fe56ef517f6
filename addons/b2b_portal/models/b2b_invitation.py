from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.portal_guard.exceptions import LinkInvalid

from ..const import LOGIN_LINK_MINUTES


class B2bInvitation(models.Model):
    """A link that opens the portal once; its secret stands in the e-mail only.

    Locks are taken in the order member, link: whoever issues, uses or revokes waits for the others.
    """

    _name = "b2b.invitation"
    _description = "Link to the B2B portal"
    _inherit = ["portal.link"]
    _rec_name = "member_id"

    member_id = fields.Many2one(
        comodel_name="b2b.member",
        string="Employee",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Whom the link lets in.",
    )
    company_id = fields.Many2one(related="member_id.company_id")
    kind = fields.Selection(
        selection=[("invitation", "Invitation"), ("login", "Login")],
        required=True,
        readonly=True,
        help="An invitation is sent by staff or by a colleague; a link to log in was asked for by "
        "the person.",
    )
    # However two senders interleave, one link of a kind is open for a person.
    _open_unique = models.UniqueIndex(
        "(member_id, kind) WHERE used_at IS NULL AND superseded_at IS NULL",
        "A newer link was just sent; try again.",
    )

    @api.model
    def _issue(self, member, kind):
        """Make a link for a member and end its earlier ones.

        :param kind: ``invitation`` (holds as many days as the company says) or ``login`` (minutes)
        :return: the secret, known to nobody else from here on
        """
        member._lock_b2b_members()
        # A new invitation ends every open link; a link to log in leaves the invitation alone.
        self._supersede(member, kinds=("invitation", "login") if kind == "invitation" else (kind,))
        lifetime = (
            {"days": member.company_id.b2b_invitation_days}
            if kind == "invitation"
            else {"minutes": LOGIN_LINK_MINUTES}
        )
        return self._make(lifetime, {"member_id": member.id, "kind": kind})

    @api.model
    def _supersede(self, members, kinds=("invitation", "login")):
        """Make the open links of members worthless."""
        self._supersede_matching(
            Domain("member_id", "in", members.ids) & Domain("kind", "in", kinds)
        )

    @api.model
    def _get_usable_domain(self):
        """Override of ``portal.link``: of a person who has access, while the portal is open."""
        return Domain(
            [
                ("member_id.state", "!=", "revoked"),
                ("member_id.customer_id.b2b_state", "=", "active"),
                ("member_id.customer_id.active", "=", True),
                ("member_id.company_id.b2b_enabled", "=", True),
            ]
        )

    @api.model
    def _redeem(self, token, password="", repeated="", *, without=False):
        """Make everything ready to log in with a link; the login itself uses it up.

        :param password: the one the person chose on an invitation; a link to log in changes none
        :param without: the person wants to log in by links only
        :return: the credential for the session's ``authenticate``, in this same transaction
        :raise LinkInvalid: the link does not open the portal (any more)
        :raise WeakPassword: the password is weak or mistyped; the link stays open
        :raise B2bError: the address became somebody else's login meanwhile
        """
        invitation = self._find(token)
        invitation._lock()
        choosing = invitation.kind == "invitation" and not without
        user = invitation.member_id._activate_login()
        if choosing:
            self._choose_password(user, password, repeated)
        return {"type": "b2b_link", "login": user.login, "token": token}

    @api.model
    def _use(self, token, user):
        """Use a link up for a user's login.

        :raise LinkInvalid: it does not open the portal (any more), or is another person's
        """
        invitation = self._find(token)
        if invitation.member_id.user_id != user:
            raise LinkInvalid(self._get_invalid_sentence())
        invitation._lock()
        invitation.used_at = fields.Datetime.now()

    def _lock(self):
        """Let nobody else use, supersede or revoke the link until the transaction's end."""
        self.member_id._lock_b2b_members()
        self._lock_open()
