from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "consolidation.unpresented"]

    def _pay_with_loyalty_credit(self, card, credit, covered, key):
        """Override: the ledger works on a partner's card as superuser; it was presented."""
        if card._is_partners(self.company_id):
            card._check_presented(self.company_id)
            # Superuser: nobody here has a right on the card; the ledger checks what it may pay.
            move, card = self.sudo(), card.sudo()
            return super(AccountMove, move)._pay_with_loyalty_credit(card, credit, covered, key)
        return super()._pay_with_loyalty_credit(card, credit, covered, key)
