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
        if not self.share or not self.active:
            return members
        return members.search(
            Domain("user_id", "=", self.id) & members._get_usable_domain(), limit=1
        )

    def _get_b2b_cart_summary(self, member=None):
        """Return what the header's badge shows: ``{"count", "total"}``; None for others.

        Used by every page of the portal; two queries for members, none for staff.

        :param member: the user's membership, where the page knows it already
        """
        member = member or self._get_b2b_member()
        if not member or not member._may_order():
            return None
        return self.env["sale.order"]._get_b2b_cart(member)._get_b2b_cart_summary()
