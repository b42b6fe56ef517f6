from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_b2b_member(self):
        """Return the user's active membership of a business customer, as superuser; or none.

        None for staff, for customers whose access was revoked, and while the company's portal is
        off. Everything a customer does in the portal starts here.
        """
        # Superuser: members have no right on this model; it is their own row.
        members = self.env["b2b.member"].sudo()
        if not self.share or not self.active or self._is_public():
            return members
        return members.search_fetch(
            Domain("user_id", "=", self.id) & members._get_usable_domain(),
            ["customer_id", "company_id", "user_id", "role"],
            order="id",
            limit=1,
        )

    def _get_b2b_cart_summary(self, member=None):
        """Return what the header's badge shows, see ``sale.order``; None for others.

        Used by every page of the portal; two queries for members, none for staff.
        """
        member = self._get_b2b_member() if member is None else member
        if not member or not member._may_order():
            return None
        return self.env["sale.order"]._summarize_b2b_cart(member)
