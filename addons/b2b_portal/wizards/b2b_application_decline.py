from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class B2bApplicationDecline(models.TransientModel):
    """Asks why an application is declined, and tells the applicant."""

    _name = "b2b.application.decline"
    _description = "Decline a business customer's application"

    customer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Applicant",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    reason = fields.Text(required=True, help="The applicant reads it in an e-mail.")

    def action_decline(self):
        """Decline and send the mail.

        :raise UserError: the customer does not wait for an answer (any more)
        """
        self.ensure_one()
        customer = self.customer_id._check_b2b_staff()
        if customer.b2b_state != "pending":
            raise UserError(self.env._("%s does not wait for activation any more.", customer.name))
        customer.b2b_state = "declined"
        customer._message_log(body=self.env._("Application declined: %s", self.reason))
        recipient = customer._get_b2b_invitees() or customer
        if recipient.email:
            mails = self.env["portal.mail"]
            subject, body = mails._render(
                "b2b_portal.mail_template_declined",
                customer,
                recipient.lang,
                b2b_company=self.env.company,
                b2b_reason=self.reason,
            )
            email = email_normalize(recipient.email)
            mails._send(self.env.company, email, subject, body, recipient.lang)
        return {"type": "ir.actions.act_window_close"}
