"""Orders that the shop does not accept from who owes too much."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_b2b_block(self, member):
        """Override: overdue invoices and the credit limit, where the shop stops orders for them."""
        return (
            super()._get_b2b_block(member)
            or self._get_b2b_overdue_block(member)
            or self._get_b2b_credit_block(member)
        )

    def _get_b2b_overdue_block(self, member):
        company = member.company_id
        if not company.b2b_overdue_stop:
            return ""
        if not member.customer_id._has_b2b_overdue(company, company.b2b_overdue_days):
            return ""
        return self.env._(
            "An invoice of your company is overdue. Please have it paid; then you can order again."
        )

    def _get_b2b_credit_block(self, member):
        """Return why the order would pass the credit limit; paid ones cannot."""
        company = member.company_id
        if not company.b2b_credit_stop or self._needs_b2b_payment():
            return ""
        # Two colleagues order at once: the touched row makes the second wait, fail and run again.
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date WHERE id = %s", [member.customer_id.id]
        )
        state = member.customer_id._get_b2b_account_state(company)
        if state["left"] is None:
            return ""
        total = self.currency_id._convert(
            self.amount_total, company.currency_id, company, self.date_order
        )
        if company.currency_id.compare_amounts(total, state["left"]) <= 0:
            return ""
        return self.env._(
            "This order would pass your company's credit limit of %(limit)s; %(left)s is left. "
            "Order less, have invoices paid, or ask us.",
            limit=company.currency_id.format(state["limit"]),
            left=company.currency_id.format(max(state["left"], 0)),
        )
