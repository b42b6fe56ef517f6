from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ROLES


class B2bInvitationSend(models.TransientModel):
    """The e-mail that invites contacts of a customer, to be read and changed before it is sent."""

    _name = "b2b.invitation.send"
    _description = "Invite to the B2B portal"

    customer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Business customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    contact_ids = fields.Many2many(
        comodel_name="res.partner",
        string="To",
        domain="[('commercial_partner_id', '=', customer_id), ('email', '!=', False)]",
        help="Each gets a mail with a link of their own. Who was invited before gets a new link; "
        "the earlier one ends.",
    )
    role = fields.Selection(
        selection=ROLES,
        default="buyer",
        required=True,
        help="For those who have no access yet. Viewers look, buyers order, approvers also release "
        "colleagues' orders, administrators also invite colleagues.",
    )
    sees = fields.Selection(
        selection=lambda self: self.env["b2b.member"]._fields["sees"].selection,
        default="company",
        required=True,
        help="Which orders and invoices those find who have no access yet.",
    )
    is_limited = fields.Boolean(
        string="Has a spending limit",
        help="Orders above it wait until a colleague approves them.",
    )
    spending_limit = fields.Monetary(help="With tax, in the currency in which the customer orders.")
    currency_id = fields.Many2one(comodel_name="res.currency", compute="_compute_currency_id")
    subject = fields.Char(
        compute="_compute_mail", store=True, readonly=False, help="Subject of the e-mail."
    )
    body = fields.Html(
        compute="_compute_mail",
        store=True,
        readonly=False,
        sanitize="email_outgoing",
        help="The address with “personal-link” becomes each person's own when the mail is sent.",
    )

    @api.depends("customer_id", "company_id")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.customer_id._get_b2b_currency(wizard.company_id)

    @api.depends("contact_ids", "company_id")
    def _compute_mail(self):
        for wizard in self:
            contacts = wizard.contact_ids._origin or wizard.customer_id._origin
            if contacts:
                wizard.subject, wizard.body = self.env["b2b.member"]._render_invitation(
                    wizard.company_id, contacts, several=not wizard.contact_ids
                )

    def action_send(self):
        """Send the mails; sending opens the portal for the customer.

        :raise UserError: somebody cannot be invited, or the mail lost its link; nothing is sent
        """
        self.ensure_one()
        customer = self.customer_id._check_b2b_staff()
        self._check_mail()
        customer._activate_b2b()
        members = self.env["b2b.member"]._ensure_members(
            self.contact_ids,
            self.company_id,
            {
                "role": self.role,
                "sees": self.sees,
                "is_limited": self.is_limited,
                "spending_limit": self.spending_limit,
            },
        )
        members._check_invitable()
        members._send_invitation(self.subject, self.body)
        names = ", ".join(members.partner_id.mapped("name"))
        customer._message_log(body=self.env._("Invited to the portal: %s.", names))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Invitation sent to %s.", names),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_mail(self):
        if not self.contact_ids:
            raise UserError(self.env._("Choose whom to invite."))
        if self.contact_ids.commercial_partner_id != self.customer_id:
            raise UserError(self.env._("Invite contacts of %s only.", self.customer_id.name))
        if not self.subject or self.env["b2b.member"]._get_link_placeholder(
            self.company_id
        ) not in str(self.body):
            raise UserError(
                self.env._(
                    "The e-mail needs a subject, and the address with “personal-link”: without it "
                    "nobody can open the portal."
                )
            )
