from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.portal_guard.rules import links

from ..const import LOGIN_LINK_MINUTES, MAX_PASSWORD, MIN_PASSWORD
from ..exceptions import B2bError, LinkInvalid


class B2bInvitation(models.Model):
    """A link that opens the portal once; its secret stands in the e-mail only.

    Locks are taken in the order member, link: whoever issues, uses or revokes waits for the others.
    """

    _name = "b2b.invitation"
    _description = "Link to the B2B portal"
    _order = "id desc"
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
    token_hash = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Recognises the link; it cannot be turned back into one.",
    )
    expires_at = fields.Datetime(required=True, readonly=True, help="After this it opens nothing.")
    used_at = fields.Datetime(readonly=True, help="When it was used, once.")
    superseded_at = fields.Datetime(
        readonly=True, help="When a newer link or a revocation made it worthless."
    )

    _token_unique = models.UniqueIndex("(token_hash)", "This link exists already.")
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
        token = links.new_token()
        # Superuser: nobody, not even staff, makes links but through this method.
        self.sudo().create(
            {
                "member_id": member.id,
                "kind": kind,
                "token_hash": links.digest(token),
                "expires_at": fields.Datetime.add(fields.Datetime.now(), **lifetime),
            }
        )
        return token

    @api.model
    def _supersede(self, members, kinds=("invitation", "login")):
        """Make the open links of members worthless."""
        domain = self._get_open_domain() & Domain("member_id", "in", members.ids)
        # Superuser: see _issue.
        found = self.sudo().search(domain & Domain("kind", "in", kinds))
        found.write({"superseded_at": fields.Datetime.now()})
        # The next link is inserted before pending changes are written: two would be open at once.
        found.flush_recordset(["superseded_at"])

    @api.model
    def _get_open_domain(self):
        return Domain("used_at", "=", False) & Domain("superseded_at", "=", False)

    @api.model
    def _find(self, token):
        """Return the link of a secret as superuser while it opens the portal, else none."""
        # Superuser: whoever knows the secret is the one it was sent to.
        sudo = self.sudo()
        if not links.is_token(token):
            return sudo.browse()
        return sudo.search(
            self._get_open_domain()
            & Domain("token_hash", "=", links.digest(token))
            & Domain("expires_at", ">", fields.Datetime.now())
            & Domain("member_id.state", "!=", "revoked")
            & Domain("member_id.customer_id.b2b_state", "=", "active")
            & Domain("member_id.customer_id.active", "=", True)
            & Domain("member_id.company_id.b2b_enabled", "=", True)
        )

    @api.model
    def _redeem(self, token, password="", repeated="", *, without=False):
        """Make everything ready to log in with a link; the login itself uses it up.

        :param password: the one the person chose on an invitation; a link to log in changes none
        :param without: the person wants to log in by links only
        :return: the credential for the session's ``authenticate``, in this same transaction
        :raise LinkInvalid: the link does not open the portal (any more)
        :raise B2bError: the password is too weak, or mistyped; the link stays open
        """
        invitation = self._find(token)
        invitation._lock()
        choosing = invitation.kind == "invitation" and not without
        if choosing:
            self._check_password(password, repeated)
        user = invitation.member_id._activate_login()
        if choosing:
            user.password = password
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
        # Touched, not only locked: under REPEATABLE READ the second of two presses then fails to
        # serialize, runs again, and finds the link used.
        self.env.cr.execute(
            "UPDATE b2b_invitation SET write_date = write_date"
            " WHERE id = ANY(%s) AND used_at IS NULL AND superseded_at IS NULL",
            [self.ids],
        )
        if self.env.cr.rowcount != 1:
            raise LinkInvalid(self._get_invalid_sentence())

    @api.model
    def _get_invalid_sentence(self):
        return self.env._("This link does not open the portal any more. Ask for a new one.")

    @api.model
    def _get_password_length(self):
        """Return how many characters a password needs, as the server's policy says."""
        # Superuser: core's own setting, where its module is installed.
        settings = self.env["ir.config_parameter"].sudo()
        return int(settings.get_param("auth_password_policy.minlength") or 0) or MIN_PASSWORD

    @api.model
    def _check_password(self, password, repeated):
        length = self._get_password_length()
        if not length <= len(password) <= MAX_PASSWORD:
            raise B2bError(
                self.env._(
                    "Choose a password of %(least)s to %(most)s characters.",
                    least=length,
                    most=MAX_PASSWORD,
                )
            )
        if password != repeated:
            raise B2bError(self.env._("The two passwords differ. Type the same one twice."))

    @api.autovacuum
    def _gc_links(self):
        """Delete links that ended a year ago; who was invited when stays in the chatter."""
        year_ago = fields.Datetime.subtract(fields.Datetime.now(), years=1)
        # Superuser: housekeeping; nobody has the right to delete links.
        self.sudo().search([("expires_at", "<", year_ago)], limit=10_000).unlink()
