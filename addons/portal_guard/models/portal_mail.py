from odoo import api, models


class PortalMail(models.AbstractModel):
    """E-mails to people outside: in their language, readable on a phone, leaving no copy behind."""

    _name = "portal.mail"
    _description = "Mail of a portal"

    @api.model
    def _render(self, xmlid, record, lang, **context):
        """Return ``(subject, body)`` of a mail template.

        :param record: one record of the template's model
        :param lang: language of the one who reads it; none for the current one
        :param context: what the template finds in ``ctx``
        """
        # Superuser: the templates are the company's own; people outside start some of these mails.
        template = self.env.ref(xmlid).sudo().with_context(**context)

        def part(field):
            rendered = template._render_field(
                field, record.ids, set_lang=lang or False, options={"post_process": True}
            )
            return rendered[record.id]

        return part("subject"), part("body_html")

    @api.model
    def _send(self, company, address, subject, body, lang=None):
        """Send a mail once this transaction has succeeded, and keep no copy.

        It hangs on no record: a link in it must not be found in a chatter.

        :param address: where to
        :param body: HTML
        :param lang: language of the one who reads it
        """
        sender = company.email_formatted or self.env.user.email_formatted
        values = {"body": body, "company": company, "lang": lang, "subject": subject}
        # Superuser: outgoing mails belong to nobody who sends one here.
        env = self.sudo().with_context(lang=lang or self.env.lang).env
        mail = env["mail.mail"].create(
            {
                "subject": subject,
                "body_html": env["ir.qweb"]._render("portal_guard.mail_layout", values),
                "email_from": sender,
                "reply_to": sender,
                "email_to": address,
                "auto_delete": True,
            }
        )
        mail.send_after_commit()
