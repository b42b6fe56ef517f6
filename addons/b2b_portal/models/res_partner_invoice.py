from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    b2b_invoice_allowed = fields.Boolean(
        string="May pay by invoice",
        default=True,
        groups="base.group_user",
        help="Orders of this business customer are confirmed without payment and invoiced. Off: "
        "they are paid online before they are confirmed.",
    )

    def _get_b2b_invoice_refusal(self, company):
        """Return why a customer cannot pay by invoice, in a sentence; empty when they can.

        Every path to an order asks it: the form, the payment's creation, the portal's order.
        """
        # Superuser: terms of the customer, of which only the answer is told.
        customer_sudo = self.commercial_partner_id.sudo()
        allowed = customer_sudo.b2b_state == "active" and customer_sudo.b2b_invoice_allowed
        # Superuser: settings of the company, of which only the answer is told.
        if not allowed or not company.sudo()._is_b2b_invoice_offered():
            return self.env._("Payment by invoice is not available; choose another way to pay.")
        return ""
