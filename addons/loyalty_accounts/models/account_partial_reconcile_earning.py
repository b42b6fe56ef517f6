from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Override of ``account``: an invoice that is not paid any more earns no longer."""
        moves = (self.debit_move_id | self.credit_move_id).move_id
        paid = moves.filtered(lambda move: move.payment_state in ("paid", "in_payment"))
        result = super().unlink()
        paid.exists()._adjust_loyalty_paid_orders()
        paid.exists()._note_loyalty_unpaid_credit()
        return result
