"""Orders that the shop does not accept from who owes too much."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_b2b_block(self, member):
        """Override: overdue invoices and the credit limit, where the shop stops orders for them."""
        if problem := super()._get_b2b_block(member) or self._get_b2b_overdue_block():
            return problem
        # What is paid first cannot pass a limit.
        return "" if self._needs_b2b_payment() else self._get_b2b_credit_block()

    def _get_b2b_account_problem(self):
        """Return why the order is not accepted on account, in a sentence; empty when it is."""
        self.ensure_one()
        return self._get_b2b_overdue_block() or self._get_b2b_credit_block()

    def _get_b2b_overdue_block(self):
        company = self.company_id
        if not company.b2b_overdue_stop:
            return ""
        if not self.b2b_customer_id._has_b2b_overdue(company, company.b2b_overdue_days):
            return ""
        return self.env._(
            "An invoice of your company is overdue. Please have it paid; then you can order again."
        )

    def _get_b2b_credit_block(self):
        """Return why the order would pass the credit limit."""
        company, customer = self.company_id, self.b2b_customer_id
        if not company.b2b_credit_stop:
            return ""
        # Two colleagues order at once: the touched row makes the second wait, fail and run again.
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date WHERE id = %s", [customer.id]
        )
        state = customer._get_b2b_account_state(company)
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
