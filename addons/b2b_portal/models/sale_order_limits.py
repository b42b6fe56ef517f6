"""The last door: whoever confirms, signs or pays an order passes here, on every path."""

from odoo import models
from odoo.fields import Domain

from ..exceptions import B2bError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        """Override of ``sale``: no employee of a customer confirms what they may not order."""
        self._check_b2b_acting_member()
        return super().action_confirm()

    def write(self, vals):
        """Override of ``sale``: nobody signs on Odoo's page what they may not order."""
        if vals.get("signature"):
            self._check_b2b_acting_visitor()
        return super().write(vals)

    def _check_b2b_acting_visitor(self):
        """Refuse to sign or pay on Odoo's own pages what the acting user may not order.

        A link with an access token also works for a visitor who did not log in: there it is
        unknown which employee it is, and it counts only where none of them is limited.

        :raise B2bError: says who can do it
        """
        self._check_b2b_acting_member()
        # Staff and Odoo's own jobs act for the shop, not for the customer.
        if self.env["res.users"]._get_b2b_acting_user()._is_public():
            for order in self:
                order._check_b2b_visitor()

    def _check_b2b_acting_member(self):
        """Refuse what the acting user, an employee of a customer, may not order.

        The acting user is the one of the request, also where core confirms as OdooBot. Users
        who are nobody's employee pass: Odoo's own rights decide about them.

        :raise B2bError: says what to do instead
        """
        member = self.env["res.users"]._get_b2b_acting_user()._get_b2b_member()
        if not member:
            return
        # What is refused with its total must be an order that they may see at all.
        self.check_access("read")
        for order in self:
            if problem := order._get_b2b_member_problem(member):
                raise B2bError(problem)

    def _get_b2b_member_problem(self, member):
        """Return why a member may not make the order binding now, empty when they may."""
        self.ensure_one()
        if not member._may_order():
            return self.env._("You may look, but not order. Ask your company's administrator.")
        if self.b2b_stage in ("cart", "approval"):
            return self._get_b2b_stage_problem()
        if self.b2b_approver_id:
            return ""
        if reason := self._get_b2b_approval_reason(member):
            return self.env._("%s Please ask a colleague who may order for more, or us.", reason)
        return ""

    def _get_b2b_stage_problem(self):
        if self.b2b_stage == "cart":
            return self.env._("This is a cart. Order it in the portal.")
        return self.env._("This order waits for the approval of a colleague.")

    def _check_b2b_visitor(self):
        if self.b2b_stage in ("cart", "approval"):
            raise B2bError(self._get_b2b_stage_problem())
        if not self.b2b_approver_id and self._has_b2b_limited_members():
            raise B2bError(self.env._("Please log in to your company's portal first."))

    def _has_b2b_limited_members(self):
        """Tell whether some employee of the order's customer may not order without asking."""
        # Superuser: asked for a visitor; nothing but a yes or no comes of it.
        members = self.env["b2b.member"].sudo()
        return bool(
            members.search_count(
                members._get_usable_domain()
                & Domain("customer_id", "=", self.partner_id.commercial_partner_id.id)
                & Domain("company_id", "=", self.company_id.id)
                & (Domain("is_limited", "=", True) | Domain("role", "=", "viewer")),
                limit=1,
            )
        )
