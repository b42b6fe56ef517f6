"""E-mails to people of the portal, with links that only they hold."""

from odoo import api, models
from odoo.tools.mail import email_normalize


class B2bMember(models.Model):
    _inherit = "b2b.member"

    @api.model
    def _get_link_address(self, company, token):
        """Return the address that a link to the portal has."""
        return f"{company.get_base_url()}/b2b/invitation/{token}"

    def _send_invitation(self, subject, body):
        """Send a new link in a mail that was written beforehand; earlier links end.

        :param body: HTML, cleaned by its field or rendered by its template; holds the address of
            ``_get_link_placeholder``
        """
        for member in self:
            token = self.env["b2b.invitation"]._issue(member, "invitation")
            self.env["portal.mail"]._send(
                member.company_id,
                email_normalize(member.partner_id.email),
                subject,
                body.replace(
                    self._get_link_placeholder(member.company_id),
                    self._get_link_address(member.company_id, token),
                ),
                member.partner_id.lang,
            )

    @api.model
    def _get_link_placeholder(self, company):
        """Return the address that stands in a mail until the real one is made."""
        return self._get_link_address(company, "personal-link")

    @api.model
    def _render_invitation(self, company, contacts, *, several=False):
        """Return ``(subject, body)`` of an invitation, the link being a placeholder.

        :param contacts: whom to invite; the first one's language is used
        :param several: name nobody, as more than one will read it
        """
        return self.env["portal.mail"]._render(
            "b2b_portal.mail_template_invitation",
            contacts[:1],
            contacts[:1].lang,
            b2b_company=company,
            b2b_link=self._get_link_placeholder(company),
            b2b_several=several or len(contacts) > 1,
        )

    def _send_login_link(self):
        """Send a fresh link to log in to the known address."""
        self.ensure_one()
        token = self.env["b2b.invitation"]._issue(self, "login")
        mails = self.env["portal.mail"]
        subject, body = mails._render(
            "b2b_portal.mail_template_login_link",
            self,
            self.partner_id.lang,
            b2b_link=self._get_link_address(self.company_id, token),
        )
        address = self._get_login_address()
        mails._send(self.company_id, address, subject, body, self.partner_id.lang)
