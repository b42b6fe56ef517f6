from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Invoices of receipts: the till has settled their credit already."""

    _inherit = "account.move"

    def _get_loyalty_credit_lines(self):
        """Override: credit that a till sold was issued and checked when its receipt was closed."""
        # Superuser: only asks whether a receipt made the invoice.
        own = self.filtered(lambda move: not move.sudo().pos_order_ids)
        return super(AccountMove, own)._get_loyalty_credit_lines()

    def _post(self, soft=True):
        """Override: what was paid with credit at a till is refunded at a till.

        :raise UserError: a credit note for the invoice of a receipt with a card
        """
        for move in self.filtered(lambda move: move.move_type == "out_refund"):
            # Superuser: only asks whether a card was involved.
            orders = move.reversed_entry_id.sudo().pos_order_ids
            orders = orders.filtered("loyalty_account_id")
            if orders and not move.pos_order_ids:
                raise UserError(
                    self.env._(
                        "%(receipt)s was rung up with a customer's card: refund it at the till, "
                        "so that credit goes back to the card.",
                        receipt=orders[0].display_name,
                    )
                )
        return super()._post(soft)
