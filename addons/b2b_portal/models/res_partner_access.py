"""Business customers as staff see them: invite, activate, decline, revoke."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Fields that decide to which company a contact belongs.
BELONGING = {"parent_id", "is_company", "company_type"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    b2b_own_member_ids = fields.One2many(
        comodel_name="b2b.member",
        inverse_name="partner_id",
        string="Access to the portal",
        groups="base.group_user",
    )
    b2b_last_visit = fields.Datetime(
        string="Last visit to the portal",
        compute="_compute_b2b_last_visit",
        groups="base.group_user",
        help="When one of the customer's employees last opened a page of the portal.",
    )

    @api.depends("b2b_member_ids.last_visit")
    def _compute_b2b_last_visit(self):
        groups = self.env["b2b.member"]._read_group(
            [("customer_id", "in", self.ids)], ["customer_id"], ["last_visit:max"]
        )
        last = {customer.id: visit for customer, visit in groups}
        for partner in self:
            partner.b2b_last_visit = last.get(partner.id)

    @api.constrains("b2b_state")
    def _check_b2b_active(self):
        for partner in self.filtered(lambda partner: partner.b2b_state == "active"):
            partner._check_b2b_activation()

    def _check_b2b_activation(self):
        """Refuse to open the portal for a customer that lacks something.

        Extension point, asked on every way to the state "Active".

        :raise UserError: says what is missing and how to complete it
        """
        self.ensure_one()

    def write(self, vals):
        """Override: a contact that moves to another company leaves its access behind."""
        result = super().write(vals)
        if not BELONGING.isdisjoint(vals):
            self._revoke_b2b_moved()
        return result

    def _revoke_b2b_moved(self):
        # Superuser: whoever may move a contact ends its access, with or without a right on it.
        members = self.env["b2b.member"].sudo()
        moved = members.search(
            Domain("partner_id", "child_of", self.ids) & Domain("state", "!=", "revoked")
        ).filtered(lambda member: member.partner_id.commercial_partner_id != member.customer_id)
        if moved:
            moved._revoke()
            for member in moved:
                member.customer_id._message_log(
                    body=self.env._(
                        "%s now belongs to another company: the access to the portal ended.",
                        member.partner_id.name,
                    )
                )

    def _check_b2b_staff(self):
        """Refuse buttons of the portal to others than the shop's sales staff.

        They need not have the right to change contacts: the state of the access is all they set.

        :return: the customer (superuser)
        """
        self.env["b2b.member"].check_access("write")
        self.check_access("read")
        # Superuser: behind the two checks above.
        return self.commercial_partner_id.sudo()

    def action_b2b_invite(self):
        """Open the e-mail that invites this contact, or contacts of this company."""
        self.ensure_one()
        customer = self._check_b2b_staff()
        if not self.env.company.b2b_enabled:
            raise UserError(
                self.env._("The portal is off. Switch it on in the settings of B2B Portal first.")
            )
        wizard = self.env["b2b.invitation.send"].create(
            {
                "customer_id": customer.id,
                "contact_ids": [fields.Command.set(self._get_b2b_invitees().ids)],
                "role": "buyer" if customer._has_b2b_administrator() else "administrator",
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invite to the portal"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _get_b2b_invitees(self):
        """Return whom the button means: this contact, or the only one of this company."""
        if self != self.commercial_partner_id:
            return self
        contacts = self.child_ids.filtered(
            lambda contact: contact.email and not contact.is_company and contact.type == "contact"
        )
        if contacts:
            return contacts if len(contacts) == 1 else contacts.browse()
        return self

    def _has_b2b_administrator(self):
        members = self.b2b_member_ids.filtered(lambda member: member.state != "revoked")
        return "administrator" in members.mapped("role")

    def _activate_b2b(self):
        """Open the portal for a customer.

        :raise UserError: it lacks something, see ``_check_b2b_activation``
        """
        self.filtered(lambda customer: customer.b2b_state != "active").write(
            {"b2b_state": "active"}
        )

    def action_b2b_activate(self):
        """Accept an application: the invitation opens, sending it activates the customer."""
        self.ensure_one()
        self._check_b2b_staff()._check_b2b_activation()
        return self.action_b2b_invite()

    def action_b2b_decline(self):
        """Ask for the reason why an application is declined."""
        self.ensure_one()
        self._check_b2b_staff()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decline the application"),
            "res_model": "b2b.application.decline",
            "view_mode": "form",
            "target": "new",
            "context": {"default_customer_id": self.commercial_partner_id.id},
        }

    def action_b2b_revoke(self):
        """End the access of a customer with all employees at once."""
        self.ensure_one()
        customer = self._check_b2b_staff()
        customer.b2b_state = "revoked"
        # Superuser: of every company at which the customer orders, also those the user does not see.
        self.env["b2b.member"].sudo().search([("customer_id", "=", customer.id)])._revoke()
        customer._end_b2b_document_links()
        customer._message_log(body=self.env._("Access to the portal revoked."))

    def _end_b2b_document_links(self):
        """Let the links to orders and invoices that were mailed to a customer open nothing."""
        for model in ("sale.order", "account.move"):
            # Superuser: documents of every company and seller; only their links are ended.
            documents = self.env[model].sudo().with_context(tracking_disable=True)
            documents.search(
                Domain("partner_id", "child_of", self.ids) & Domain("access_token", "!=", False)
            ).write({"access_token": False})
