"""What a customer reads about invoices."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import MAX_SEARCH
from ..rules import states


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _get_b2b_list_domain(self, member, *, search="", state=""):
        """Return the Domain of a member's list of invoices and credit notes.

        :param search: part of the number
        :param state: ``open`` (overdue ones, too), ``overdue`` or ``paid``; anything else is all
        """
        open_ones = Domain("payment_state", "in", ["not_paid", "partial", "blocked"])
        filters = {
            "open": open_ones,
            "overdue": open_ones & Domain("invoice_date_due", "<", self._get_b2b_today()),
            "paid": ~open_ones,
        }
        domain = self._get_b2b_shown_domain(member) & filters.get(state, Domain.TRUE)
        if search := search.strip()[:MAX_SEARCH]:
            domain &= Domain("name", "ilike", search)
        return domain

    @api.model
    def _get_b2b_today(self):
        """Return today where the reader is."""
        return fields.Date.context_today(self)

    @api.model
    def _find_b2b_invoice(self, member, invoice_id):
        """Return an invoice that a member may see, as superuser; empty for any other."""
        # Superuser: the domain is what the member may see; lines and payments are read with it.
        invoices = self.sudo().with_company(member.company_id)
        return invoices.search(self._get_b2b_shown_domain(member) & Domain("id", "=", invoice_id))

    def _get_b2b_invoice_state(self):
        """Return the key of what the customer reads: see ``states.invoice_status``."""
        self.ensure_one()
        return states.invoice_status(
            self.payment_state, self.invoice_date_due, self._get_b2b_today()
        )

    def _get_b2b_payments(self):
        """Return what was paid or set off against an invoice: list of dicts date, name, amount."""
        self.ensure_one()
        widget = self.invoice_payments_widget or {"content": []}
        currencies = self.env["res.currency"]
        return [
            {
                "date": row["date"],
                "name": self._describe_b2b_payment(row),
                "amount": currencies.browse(row["currency_id"]).format(row["amount"]),
            }
            for row in widget["content"]
            if not row.get("is_exchange")
        ]

    def _describe_b2b_payment(self, row):
        """Name a payment for its customer: what it was, never the shop's own notes."""
        move = self.browse(row["move_id"])
        if move.move_type == "out_refund":
            return self.env._("Credit note %s", move.name)
        if move.move_type == "out_invoice":
            return self.env._("Invoice %s", move.name)
        return self.env._("Payment")
