from odoo import models


class AccountPayment(models.Model):
    """Payments without an entry, which no reconciliation ties to their invoices."""

    _inherit = "account.payment"

    def write(self, vals):
        """Override: credit whose payment is cancelled becomes a task."""
        paid = self.env["account.move"]
        if vals.get("state") in ("draft", "canceled", "rejected"):
            paid = self.invoice_ids.filtered(
                lambda move: move.payment_state in ("paid", "in_payment")
            )
        result = super().write(vals)
        paid._note_loyalty_unpaid_credit()
        return result
