"""How an employee gets into the portal, and out of it."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize

from ..const import VISIT_MINUTES
from ..exceptions import B2bError


class B2bMember(models.Model):
    _inherit = "b2b.member"

    def _lock_b2b_members(self):
        """Make everybody else who changes the same people's access wait, and then look again."""
        # Touched, not only locked: under REPEATABLE READ only a changed row makes the other one
        # run again on what is true then. Ordered, so that two revocations cannot lock each other.
        self.env.cr.execute(
            "UPDATE b2b_member SET write_date = write_date WHERE id IN"
            " (SELECT id FROM b2b_member WHERE id = ANY(%s) ORDER BY id FOR UPDATE)",
            [self.ids],
        )

    @api.model
    def _ensure_members(self, contacts, company, values):
        """Return the memberships of contacts at a company, made or invited again where needed.

        Active ones and their rights stay as they are.

        :param values: role and limits of those who have no access yet, or none any more: what was
            chosen last holds
        """
        known = self.search(
            Domain("partner_id", "in", contacts.ids) & Domain("company_id", "=", company.id)
        )
        known._lock_b2b_members()
        known._follow_contact()
        known.filtered(lambda member: member.state != "active").write(
            {**values, "state": "invited"}
        )
        return known + self.create(
            [
                {**values, "partner_id": contact.id, "company_id": company.id}
                for contact in contacts - known.partner_id
            ]
        )

    def _follow_contact(self):
        """Let revoked people who are invited again belong to their contact's present company."""
        for member in self.filtered(lambda member: member.state == "revoked"):
            member.customer_id = member.partner_id.commercial_partner_id

    def _find_login_conflict(self):
        """Return the user whose login is the member's e-mail address, if that is somebody else."""
        self.ensure_one()
        # Superuser, archived ones, too: a login is unique in the whole database.
        users = self.env["res.users"].sudo().with_context(active_test=False)
        email = email_normalize(self.partner_id.email)
        found = users.search([("login", "=ilike", email)]) if email else users
        # The search takes "_" for any character.
        return found.filtered(
            lambda user: user.login.lower() == email and user.partner_id != self.partner_id
        )

    def _get_own_users(self):
        """Return the contact's own logins, archived ones, too, as superuser."""
        # Superuser: staff of sales may not read users' rights.
        partner_sudo = self.partner_id.sudo().with_context(active_test=False)
        return partner_sudo.user_ids.sorted("active", reverse=True)

    def _check_invitable(self):
        """Refuse people who cannot get a login, in words for staff.

        :raise UserError: says who, and what to change
        """
        for member in self:
            name = member.partner_id.display_name
            if not email_normalize(member.partner_id.email):
                raise UserError(self.env._("%s needs an e-mail address first.", name))
            if conflict := member._find_login_conflict():
                raise UserError(
                    self.env._(
                        "The e-mail address of %(name)s is the login of %(other)s already. Give "
                        "one of them another address.",
                        name=name,
                        other=conflict.partner_id.display_name,
                    )
                )
            if member._get_own_users().filtered(lambda user: not user.share):
                raise UserError(
                    self.env._("%s is a user of your own and needs no invitation.", name)
                )
            if (member._get_members_of_users() - member).filtered(
                lambda other: other.state != "revoked"
            ):
                raise UserError(self.env._("%s orders at another of your companies.", name))

    def _get_members_of_users(self):
        # Superuser: a login serves one membership in the whole database, whatever the company.
        return self.sudo().search([("user_id", "in", self._get_own_users().ids)])

    def _activate_login(self):
        """Return the member's login, made or brought back; the member is active then.

        :raise B2bError: the address became somebody else's login meanwhile
        """
        self.ensure_one()
        if self._find_login_conflict() or not email_normalize(self.partner_id.email):
            raise B2bError(self.env._("This link needs your supplier's help. Please call them."))
        user = self._get_own_users()[:1] or self._create_login()
        if self.user_id != user or self.state != "active":
            # A login serves one membership; one that was revoked elsewhere gives it up.
            (self._get_members_of_users() - self).user_id = False
            user.write(self._prepare_login_vals(user))
            self.write({"user_id": user.id, "state": "active"})
        return user

    def _create_login(self):
        email = email_normalize(self.partner_id.email)
        # Superuser: the system's own user makes it, as the visitor who holds the link has no rights at all.
        users = self.env["res.users"].with_user(SUPERUSER_ID).with_context(no_reset_password=True)
        user = users._create_user_from_template(
            {
                "login": email,
                "email": email,
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "company_ids": [Command.set(self.company_id.ids)],
            }
        )
        return user.with_env(self.env).sudo()  # Superuser: as the member's other logins come

    def _prepare_login_vals(self, user):
        """Return what a login needs that was archived, or that core's own revocation made public."""
        return {
            "active": True,
            "company_ids": [Command.link(self.company_id.id)],
            "group_ids": [
                Command.link(self.env.ref("base.group_portal").id),
                Command.unlink(self.env.ref("base.group_public").id),
            ],
        }

    def action_invite(self):
        """Open the e-mail with a new link for this person."""
        self.ensure_one()
        return self.partner_id.action_b2b_invite()

    def action_revoke(self):
        """End this person's access at once."""
        self.ensure_one()
        customer = self.customer_id._check_b2b_staff()
        self._revoke()
        customer._message_log(
            body=self.env._("%s: access to the portal revoked.", self.partner_id.name)
        )

    def _revoke(self):
        """End every link and every session of these people at once.

        Their logins are archived, with a new password, and without API keys and trusted devices:
        inviting them again later brings none of these back.
        """
        self._lock_b2b_members()
        self.env["b2b.invitation"]._supersede(self)
        self.filtered(lambda member: member.state != "revoked").state = "revoked"
        for user in self.user_id.filtered("share"):
            # The system's own user: staff of sales, or the customer's administrator, may end an
            # access, but not write users. Internal users are never touched.
            user.with_user(SUPERUSER_ID)._end_b2b_login()

    @api.model
    def _find_by_email(self, email):
        """Return those who may log in by a link to an e-mail address (superuser).

        The address is the login: a contact's address may be one that colleagues can change.
        """
        members = self.sudo()  # Superuser: asked by the job that answers requests for links
        normalized = email_normalize(email)
        if not normalized:
            return members.browse()
        return members.search(
            self._get_usable_domain()
            & Domain("user_id.active", "=", True)
            & (
                Domain("user_id.login", "=ilike", normalized)
                | Domain("partner_id.email_normalized", "=", normalized)
            )
        ).filtered(lambda member: member._get_login_address() == normalized)

    def _get_login_address(self):
        """Return the e-mail address that proves who a member is, normalized."""
        self.ensure_one()
        login = self.user_id.sudo().login  # Superuser: nobody but the mail reads it
        return email_normalize(login) or self.partner_id.email_normalized

    def _note_visit(self):
        """Remember that the person was here, at most once an hour, after the page is done.

        Pages that only read stay that way: the note has a transaction of its own. Staff who look
        at a customer's pages are no visit.
        """
        self.ensure_one()
        if not self._origin:
            return
        due = fields.Datetime.subtract(fields.Datetime.now(), minutes=VISIT_MINUTES)
        if not self.last_visit or self.last_visit < due:
            member_id, registry = self.id, self.env.registry
            self.env.cr.postcommit.add(lambda: _write_visit(registry, member_id, due))


def _write_visit(registry, member_id, due):
    # A cursor of its own: the page's may be one that reads only.
    with registry.cursor() as cr:
        # SQL: ten tabs opened at once write once; a row that is being changed elsewhere is left
        # to the next visit.
        cr.execute(
            "UPDATE b2b_member SET last_visit = %s WHERE id IN (SELECT id FROM b2b_member WHERE"
            " id = %s AND (last_visit IS NULL OR last_visit < %s) FOR UPDATE SKIP LOCKED)",
            [fields.Datetime.now(), member_id, due],
        )
