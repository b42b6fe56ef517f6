from odoo import models
from odoo.exceptions import UserError


class ConsignmentPayout(models.Model):
    _inherit = "consignment.payout"

    def _pay_credit(self):
        """Credit the payees' loyalty accounts, and settle the bills against what is owed there."""
        if not self.company_id._get_loyalty_books():
            raise UserError(self.env._("Choose a chart of accounts first."))
        for settlement in self.settlement_ids.sorted("id"):
            self._credit_settlement(settlement)

    def _credit_settlement(self, settlement):
        """Credit one settlement and its bonus; once, however often it is called."""
        # Superuser, as the payout is: the ledger's verbs are not for people to call.
        account = settlement.payee_id.sudo()._get_credit_account()
        ledger = self.env["loyalty.ledger"]
        options = {"company": self.company_id, "document": settlement}
        movement = ledger._top_up(
            account,
            settlement.amount_total,
            key=f"consignment/{settlement.id}",
            note=settlement.name,
            **options,
        )
        self.env["loyalty.books"]._book_consignment(movement, settlement.bill_id)
        bonus = self.currency_id.round(
            settlement.amount_total * settlement.shop_id.credit_bonus / 100
        )
        if bonus > 0:
            ledger._earn(
                account,
                bonus,
                key=f"consignment/{settlement.id}/bonus",
                note=self.env._("Bonus on %s", settlement.name),
                **options,
            )
