"""What a business customer owes, and how much it may still order on account."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_b2b_account_state(self, company):
        """Return what a customer owes a company, in the company's currency.

        :return: dict of ``open`` and ``overdue`` (amounts; credit notes lessen what is open),
            ``limit`` and ``left`` (None without a credit limit; what is ordered and not invoiced
            yet counts as used) and ``currency``
        """
        self.ensure_one()
        # Superuser: the customer's own figures, read for its own members.
        customer = self.sudo().with_company(company)
        limit = customer._get_b2b_credit_limit(company)
        return {
            "open": customer._sum_b2b_open(company),
            "overdue": customer._sum_b2b_open(company, customer._get_b2b_overdue_domain(0)),
            "limit": limit,
            "left": None if limit is None else limit - customer._get_b2b_credit_used(),
            "currency": company.currency_id,
        }

    def _get_b2b_open_domain(self, company):
        """Return the Domain of a customer's open invoices and credit notes."""
        return Domain(
            [
                ("move_type", "in", ["out_invoice", "out_refund"]),
                ("state", "=", "posted"),
                ("payment_state", "in", ["not_paid", "partial", "blocked"]),
                ("commercial_partner_id", "=", self.id),
                ("company_id", "=", company.id),
            ]
        )

    def _get_b2b_overdue_domain(self, days):
        """Return the Domain of invoices that were due more than some days ago."""
        latest = fields.Date.context_today(self) - timedelta(days=days)
        return Domain("move_type", "=", "out_invoice") & Domain("invoice_date_due", "<", latest)

    def _sum_b2b_open(self, company, domain=Domain.TRUE):
        domain &= self._get_b2b_open_domain(company)
        moves = self.env["account.move"]
        return moves._read_group(domain, aggregates=["amount_residual_signed:sum"])[0][0] or 0.0

    def _has_b2b_overdue(self, company, days):
        """Tell whether an invoice is open for more than some days after it was due."""
        self.ensure_one()
        # Superuser: one yes or no about the customer's own invoices.
        customer = self.sudo()
        domain = customer._get_b2b_open_domain(company) & customer._get_b2b_overdue_domain(days)
        return bool(customer.env["account.move"].search_count(domain, limit=1))

    def _get_b2b_credit_limit(self, company):
        """Return the credit limit in the company's currency; None where none is set."""
        if not company.account_use_credit_limit or not self.credit_limit:
            return None
        return self.credit_limit

    def _get_b2b_credit_used(self):
        """Return what of the limit is used, as Odoo counts it: owed, and ordered to be invoiced."""
        # Core computes both without dependencies; a second order must not read the first's.
        self.invalidate_recordset(["credit", "credit_to_invoice"])
        return self.credit + self.credit_to_invoice
