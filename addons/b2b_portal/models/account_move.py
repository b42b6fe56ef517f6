from odoo import api, models
from odoo.fields import Domain


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "b2b.shown"]

    @api.model
    def _get_b2b_shown_domain(self, member):
        """Override: posted invoices and credit notes of the own company; never vendor bills."""
        domain = Domain(
            [
                ("move_type", "in", ["out_invoice", "out_refund"]),
                ("state", "=", "posted"),
                ("commercial_partner_id", "=", member.customer_id.id),
                ("company_id", "=", member.company_id.id),
            ]
        )
        if member.sees == "own":
            # any!: customers' rights on lines are decided by their document, this one.
            own = Domain("order_id", "any!", Domain("b2b_member_id", "=", member.id))
            domain &= Domain("line_ids", "any!", Domain("sale_line_ids", "any!", own))
        return domain

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):
        """Override of ``portal``: business customers read by their rights, not by a link."""
        if self.env.user._get_b2b_member():
            hash = pid = token = None
        return super()._get_thread_with_access(
            thread_id, hash=hash, pid=pid, token=token, **kwargs
        )
