"""What a customer's administrator does with colleagues' access; each is checked here again."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, plaintext2html

from ..const import INVITE_COLLEAGUE, MAX_EMAIL, MAX_NAME, ROLES
from ..exceptions import B2bError, NotAvailable
from ..rules import quantities

MAX_LIMIT = 1_000_000_000


class B2bMember(models.Model):
    _inherit = "b2b.member"

    def _get_team(self):
        """Return everybody of the member's company who has or had access, as superuser."""
        # Superuser: customers have no right on this model; the domain is their own company.
        return self.sudo().search(self._get_team_domain(), order="state, id")

    def _get_team_domain(self):
        self.ensure_one()
        return Domain("customer_id", "=", self.customer_id.id) & Domain(
            "company_id", "=", self.company_id.id
        )

    def _find_colleague(self, colleague_id):
        """Return a colleague that the member administers, as superuser.

        :raise NotAvailable: another company's, or nobody: the words are the same
        """
        self._check_administers()
        colleague = self.sudo().search(  # Superuser: see _get_team
            self._get_team_domain() & Domain("id", "=", colleague_id)
        )
        if not colleague:
            raise NotAvailable(self.env._("This colleague was not found."))
        return colleague

    def _check_administers(self):
        if not self._may_administer():
            raise B2bError(
                self.env._("Only your company's administrators can do this. Please ask one.")
            )

    def _invite_colleague(self, form):
        """Invite a colleague by e-mail.

        Whether somebody outside the company uses the address already is told to staff only.

        :param form: texts: ``name``, ``email``, ``role``, ``sees``, ``limit`` (empty: none)
        :return: the colleague (superuser)
        :raise B2bError: says what to correct
        """
        self._check_administers()
        self._check_mails_left()
        values = self._read_colleague_form(form)
        contact = self._ensure_colleague_contact(form)
        # Superuser: the administrator's right was checked above; the contact is the company's.
        colleague = self.sudo()._ensure_members(contact, self.company_id, values)
        if colleague.state == "active":
            raise B2bError(self.env._("%s has access already; change it below.", contact.name))
        colleague._send_colleague_invitation(self)
        return colleague

    def _check_mails_left(self):
        # Superuser: counting is nobody's right but the portal's.
        if not self.env["portal.throttle"].sudo()._hit(INVITE_COLLEAGUE, self.customer_id.id):
            raise B2bError(self.env._("Many invitations were sent. Please go on in an hour."))

    def _ensure_colleague_contact(self, form):
        """Return the contact of an address in the member's company, made when there is none."""
        name = " ".join((form.get("name") or "").split())
        email = email_normalize(form.get("email"))
        if not email or len(email) > MAX_EMAIL:
            raise B2bError(self.env._("Type the e-mail address of one colleague."))
        if not name or len(name) > MAX_NAME:
            raise B2bError(self.env._("Type the name of your colleague."))
        # Superuser: contacts of the member's own company, which its administrator may add to.
        contacts = self.env["res.partner"].sudo()
        found = contacts.search(
            Domain("commercial_partner_id", "=", self.customer_id.id)
            & Domain("email_normalized", "=", email)
            & Domain("is_company", "=", False),
            order="id",
            limit=1,
        )
        return found or contacts.create(
            {
                "name": name,
                "email": email,
                "parent_id": self.customer_id.id,
                "lang": self.partner_id.lang,
                "type": "contact",
            }
        )

    def _send_colleague_invitation(self, administrator):
        """Send the mail; where that is impossible, only staff learn why."""
        self.ensure_one()
        try:
            self._check_invitable()
        except UserError as error:
            self._tell_staff(self.env._("A colleague could not be invited"), str(error))
            return
        contact = self.partner_id
        self._send_invitation(*self._render_invitation(self.company_id, contact))
        self.customer_id.message_post(
            body=self.env._(
                "%(who)s invited %(name)s to the portal.",
                who=administrator.partner_id.name,
                name=contact.name,
            )
        )

    def _tell_staff(self, summary, note):
        """Leave an activity for the account manager on the customer, if there is one."""
        manager = self.env["sale.order"]._get_b2b_salesperson(self)
        if manager:
            self.customer_id.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=manager.id,
                summary=summary,
                note=plaintext2html(note),
            )

    def _invite_colleague_again(self, colleague_id):
        """Send a colleague a new link; earlier ones end. Revoked ones are invited anew.

        :raise B2bError: not an administrator, or the colleague is active already
        """
        colleague = self._find_colleague(colleague_id)
        self._check_mails_left()
        if colleague.state == "active":
            raise B2bError(self.env._("%s has access already.", colleague.partner_id.name))
        if colleague.partner_id.commercial_partner_id != self.customer_id:
            raise B2bError(self.env._("%s has left your company.", colleague.partner_id.name))
        # Superuser: the administrator's right was checked above; the contact is the company's.
        self.sudo()._ensure_members(colleague.partner_id, self.company_id, {})
        colleague._send_colleague_invitation(self)

    def _change_colleague(self, colleague_id, form):
        """Change a colleague's role, limit and what they see.

        :raise B2bError: own rights, the last administrator, or a value that is none
        """
        colleague = self._find_colleague(colleague_id)
        self._check_not_oneself(colleague)
        values = self._read_colleague_form(form)
        self._get_team()._lock_b2b_members()
        if values["role"] != "administrator":
            colleague._check_administrator_left()
        colleague.write(values)

    def _revoke_colleague(self, colleague_id):
        """End a colleague's access at once.

        :raise B2bError: one's own, or the last administrator's
        """
        colleague = self._find_colleague(colleague_id)
        self._check_not_oneself(colleague)
        self._get_team()._lock_b2b_members()
        colleague._check_administrator_left()
        colleague._revoke()

    def _check_not_oneself(self, colleague):
        if colleague == self:
            raise B2bError(
                self.env._("You cannot change your own rights. Ask another administrator, or us.")
            )

    def _check_administrator_left(self):
        """Refuse to take away the rights of a company's last administrator."""
        others = self._get_team() - self
        if self.role == "administrator" and not others.filtered(
            lambda member: member.state == "active" and member.role == "administrator"
        ):
            raise B2bError(self.env._("Your company needs at least one administrator."))

    def _read_colleague_form(self, form):
        """Return the values of a form about a colleague's rights.

        :raise B2bError: a value that the form does not offer
        """
        offered = dict(ROLES)
        sees = dict(self._fields["sees"].selection)
        if form.get("role") not in offered or form.get("sees") not in sees:
            raise B2bError(self.env._("Choose a role and what your colleague sees."))
        limit = self._read_limit(form.get("limit"))
        return {
            "role": form["role"],
            "sees": form["sees"],
            "is_limited": limit is not None,
            "spending_limit": limit or 0.0,
        }

    def _read_limit(self, text):
        """Return a typed spending limit in the customer's currency; None for an empty one."""
        text = (text or "").strip()
        if not text:
            return None
        try:
            return float(
                quantities.parse(
                    text, digits=self.currency_id.decimal_places, pack=0, maximum=MAX_LIMIT
                )
            )
        except quantities.QuantityError as error:
            raise B2bError(
                self.env._("Type the limit as an amount, such as 500, or leave it empty.")
            ) from error
