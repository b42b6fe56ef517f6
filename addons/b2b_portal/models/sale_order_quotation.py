"""Quotations that staff sent: the customer accepts and signs them on Odoo's own page."""

from odoo import api, fields, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _find_b2b_quotations(self, member):
        """Return the quotations a member may open, as superuser; those that still hold first."""
        # Superuser: the domain is what the member may see.
        domain = self._get_b2b_shown_domain(member) & self._get_b2b_quotation_domain()
        return self.sudo().search(domain & Domain("state", "=", "sent"), limit=100)

    def _get_b2b_signing_block(self, member):
        """Return why a member cannot accept a quotation, in a sentence; empty when they can.

        Signing is ordering: the role and the spending limit count as in the cart.
        """
        self.ensure_one()
        if not member._may_order():
            return self.env._("You may look, but not order. Ask your company's administrator.")
        if reason := self._get_b2b_approval_reason(member):
            return self.env._("%s Ask a colleague to accept this quotation.", reason)
        return ""

    def _is_b2b_expired(self):
        """Tell whether a quotation does not hold any more."""
        self.ensure_one()
        return bool(self.validity_date) and self.validity_date < fields.Date.context_today(self)
