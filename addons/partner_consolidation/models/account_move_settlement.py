from odoo import models
from odoo.exceptions import UserError

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN


class AccountMove(models.Model):
    """Documents of a clearing stay as they were posted; what is wrong is reversed as a whole."""

    _inherit = "account.move"

    def _refuse_loyalty_postings(self):
        """Override: nor may receivable or payable of a clearing be undone on their own."""
        super()._refuse_loyalty_postings()
        if self.env.context.get("loyalty_ledger") is LEDGER_TOKEN:
            return
        # Superuser: whoever sees the document, its payment counts.
        payment = (
            self.env["consolidation.payment"]
            .sudo()
            .search(
                ["|", ("payee_move_id", "in", self.ids), ("payer_move_id", "in", self.ids)], limit=1
            )
        )
        if payment:
            raise UserError(
                self.env._(
                    "This settles the clearing %s between establishments: the other side counts "
                    "on it. Ask whoever clears to reverse the clearing.",
                    payment.clearing_id.name,
                )
            )
