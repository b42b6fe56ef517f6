"""E-mails to people of the portal: in their language, readable on a phone, leaving no copy behind."""

from markupsafe import Markup

from odoo import api, models
from odoo.tools.mail import email_normalize


class B2bMember(models.Model):
    _inherit = "b2b.member"

    @api.model
    def _get_link_address(self, company, token):
        """Return the address that a link to the portal has."""
        return f"{company.get_base_url()}/b2b/invitation/{token}"

    @api.model
    def _render_b2b_mail(self, xmlid, record, lang, **context):
        """Return ``(subject, body)`` of one of the portal's mail templates.

        :param record: one record of the template's model
        :param lang: language of the one who reads it; none for the current one
        :param context: what the template finds in ``ctx``
        """
        # Superuser: the templates are the company's own; customers start some of these mails.
        template = self.env.ref(xmlid).sudo().with_context(**context)

        def part(field):
            rendered = template._render_field(
                field, record.ids, set_lang=lang or False, options={"post_process": True}
            )
            return rendered[record.id]

        return part("subject"), part("body_html")

    @api.model
    def _send_b2b_mail(self, company, partner, subject, body):
        """Send a mail once this transaction has succeeded, and keep no copy.

        It hangs on no record: a link in it must not be found in a chatter.
        """
        values = {"body": body, "company": company, "lang": partner.lang, "subject": subject}
        # Superuser: outgoing mails belong to nobody who sends one here.
        layout = self.env["ir.qweb"].with_context(lang=partner.lang or self.env.lang).sudo()
        mail = self.env["mail.mail"].sudo().create(
            {
                "subject": subject,
                "body_html": layout._render("b2b_portal.mail_layout", values),
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "reply_to": company.email_formatted or self.env.user.email_formatted,
                "email_to": email_normalize(partner.email),
                "auto_delete": True,
            }
        )
        mail.send_after_commit()

    def _send_invitation(self, subject, body):
        """Send a new link in a mail that was written beforehand; earlier links end.

        :param body: HTML, cleaned by its field or rendered by its template; holds the placeholder's address, see ``_get_link_placeholder``
        """
        for member in self:
            token = self.env["b2b.invitation"]._issue(member, "invitation")
            self._send_b2b_mail(
                member.company_id,
                member.partner_id,
                subject,
                Markup(body).replace(
                    self._get_link_placeholder(member.company_id),
                    self._get_link_address(member.company_id, token),
                ),
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
        return self._render_b2b_mail(
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
        subject, body = self._render_b2b_mail(
            "b2b_portal.mail_template_login_link",
            self,
            self.partner_id.lang,
            b2b_link=self._get_link_address(self.company_id, token),
        )
        self._send_b2b_mail(self.company_id, self.partner_id, subject, body)
