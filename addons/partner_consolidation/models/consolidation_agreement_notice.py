from markupsafe import escape

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_date

from ..delivery import undisturbed

ACTIVITY_TYPE = "partner_consolidation.mail_activity_type_agreement"
TEMPLATE = "partner_consolidation.mail_template_agreement"

#: What the other side has to answer.
QUESTIONS = ("invited", "proposed")


class ConsolidationAgreement(models.Model):
    """Telling the other side: a task for its people, an e-mail to its address, a line of history."""

    _inherit = "consolidation.agreement"

    # What the e-mail says; the event stands in the context, the current company caused it.
    notice_title = fields.Char(
        compute="_compute_notice", string="News", help="What has happened, as an e-mail's subject."
    )
    notice_hint = fields.Char(
        compute="_compute_notice", string="What to do", help="What is expected of the reader."
    )
    notice_table = fields.Html(
        compute="_compute_notice", sanitize=False, help="Terms that an e-mail is about."
    )

    @api.depends_context("lang", "company", "consolidation_event")
    def _compute_notice(self):
        event = self.env.context.get("consolidation_event")
        for agreement in self:
            agreement.notice_title = agreement._describe_event(event)
            agreement.notice_hint = agreement._describe_hint(event)
            table = {"proposed": "proposal_table", "accepted": "terms_table"}.get(event)
            table = "terms_table" if event == "agreed" else table
            agreement.notice_table = agreement[table] if table else False

    def _describe_event(self, event):
        """Return in one line what the current company did."""
        self.ensure_one()
        # Superuser: names of both sides; users see only their own company.
        sides = self.sudo()
        values = {
            "company": self.env.company.name,
            "sender": sides.sender_id.name,
            "accepter": sides.accepter_id.name,
            "day": format_date(self.env, self.end_date) if self.end_date else "",
        }
        lines = {
            "invited": self.env._("%(sender)s asks you to serve its clients", **values),
            "accepted": self.env._("%(accepter)s serves your clients from now on", **values),
            "declined": self.env._("%(accepter)s declined to serve your clients", **values),
            "withdrawn": self.env._("%(sender)s withdrew its invitation", **values),
            "proposed": self.env._("%(company)s proposes other terms", **values),
            "agreed": self.env._("%(company)s agreed to your terms", **values),
            "rejected": self.env._("%(company)s rejected your proposal", **values),
            "proposal_withdrawn": self.env._("%(company)s withdrew its proposal", **values),
            "notice": self.env._("%(company)s gave notice: the last day is %(day)s", **values),
            "ended": self.env._(
                "The agreement has ended: clients of %(sender)s at %(accepter)s", **values
            ),
        }
        return lines.get(event, self.display_name)

    def _describe_hint(self, event):
        """Return what the reader has to do or may rely on."""
        left = self.env._(
            "Credit that was earned stays with its owners, by the terms it was earned under. What "
            "is still owed is settled by the next clearing."
        )
        hints = {
            "invited": self.env._(
                "Accept and set the terms, or decline. Nothing is agreed until you do."
            ),
            "proposed": self.env._(
                "Agree or reject. Until you agree, the terms in force stay as they are."
            ),
            "rejected": self.env._("The terms in force stay as they are."),
            "proposal_withdrawn": self.env._("The terms in force stay as they are."),
            "notice": self.env._("Until then nothing changes.") + " " + left,
            "ended": left,
        }
        return hints.get(event, "")

    # === TELLING === #

    def _tell(self, event, receivers=None):
        """Tell a side, the one that did not act by default.

        Written in the transaction of what happened, so that either both are done or none.

        :param receivers: ``res.company``
        """
        self.ensure_one()
        # Superuser, as the system itself: the other side's people are not the user's to see, and
        # the user must not be able to take their tasks away again.
        told = self.with_user(SUPERUSER_ID).sudo().with_company(self.env.company)
        told = undisturbed(told, consolidation_event=event)
        told._close_activities()
        for company in receivers or told._get_other_side(self.env.company):
            told._ask_people(company, event)
            told._send_email(company)
        # Without following: everybody concerned has a task already.
        # Users may read only; this is the history.
        undisturbed(self.sudo())._message_log(body=self.statement)

    def _close_activities(self):
        """Take away tasks that are answered, or that newer ones replace."""
        self.activity_unlink([ACTIVITY_TYPE], only_automated=False)

    def _ask_people(self, company, event):
        for user in company._get_consolidation_users():
            agreement = self.with_context(lang=user.lang, mail_activity_quick_update=True)
            agreement.activity_schedule(
                ACTIVITY_TYPE,
                summary=agreement.notice_title,
                # HTML; the other side's name is whatever it calls itself.
                note=escape(" ".join(filter(None, (agreement.statement, agreement.notice_hint)))),
                user_id=user.id,
            )

    def _send_email(self, company):
        """Queue the e-mail to the establishment's address, in its people's language."""
        if not company.email:
            return
        people = company._get_consolidation_users()
        lang = people[:1].lang or company.partner_id.lang
        letter = self.env.ref(TEMPLATE).with_context(lang=lang)
        letter = letter.with_company(self._get_letterhead(company))
        # Not among the messages: both sides read those, and the line of history says the same.
        letter.send_mail(
            self.id, email_values={"email_to": company.email, "model": False, "res_id": False}
        )

    def _get_letterhead(self, receiver):
        """The side that writes: the one that acted, or the other one where nobody did."""
        return self._get_other_side(receiver)
