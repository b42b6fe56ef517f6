"""The portal as a customer sees it, shown to staff: by a signed link, for a short time, to read."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import hash_sign, verify_hash_signed

SCOPE = "b2b_portal.preview"
#: How long a link, and what it opened, can be used.
LIFETIME = timedelta(minutes=30)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_b2b_preview(self):
        """Button: open the portal as this customer sees it, read-only.

        :raise AccessError: the user does not sell
        :raise UserError: the portal of the current company is switched off
        """
        self.ensure_one()
        self.check_access("read")
        company = self.env.company
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only sellers can open the portal as a customer."))
        if not company.b2b_enabled:
            raise UserError(
                self.env._("Switch the portal of this company on in the settings first.")
            )
        token = hash_sign(
            # Superuser: the server's secret; the link is good for this user only.
            self.env(su=True),
            SCOPE,
            [self.env.uid, self.commercial_partner_id.id, company.id],
            expiration=LIFETIME,
        )
        return {"type": "ir.actions.act_url", "url": f"/b2b/preview/{token}", "target": "new"}

    def _find_b2b_preview(self, token):
        """Return who looks, as an unsaved viewer of a customer; none unless all checks hold.

        It is no employee, cannot order, and has no login: what asks for any of them refuses it.

        :param token: of a link made for the acting user, not older than its lifetime
        """
        # Superuser: as for members; what the pages read is the customer's, and never written.
        members = self.env["b2b.member"].sudo().browse()
        try:
            # Superuser: the server's secret, see above.
            uid, customer_id, company_id = verify_hash_signed(self.env(su=True), SCOPE, token or "")
        except (ValueError, TypeError):  # no token, or one that somebody changed or that expired
            return members
        user = self.env.user
        if uid != user.id or not user.has_group("sales_team.group_sale_salesman"):
            return members
        customer = self.browse(customer_id).exists()
        company = self.env["res.company"].browse(company_id)
        if not customer or company not in user.company_ids or not customer.has_access("read"):
            return members
        # Superuser: a switch, of a company of the user.
        if not company.sudo().b2b_enabled:
            return members
        return members.new(
            {
                "partner_id": customer_id,
                "customer_id": customer_id,
                "company_id": company_id,
                "role": "viewer",
                "state": "active",
            }
        )
