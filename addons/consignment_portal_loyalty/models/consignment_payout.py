from odoo import models
from odoo.exceptions import UserError

from odoo.addons.loyalty_accounts.exceptions import InsufficientCredit


class ConsignmentPayout(models.Model):
    _inherit = "consignment.payout"

    def _pay_credit(self, settlements):
        """Credit the payees' loyalty accounts, and settle the bills against what is owed there."""
        if not self.company_id._get_loyalty_books():
            raise UserError(self.env._("Choose a chart of accounts first."))
        for settlement in settlements.sorted("id"):
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
            key=self._get_credit_key(settlement),
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
                key=f"{self._get_credit_key(settlement)}/bonus",
                note=self.env._("Bonus on %s", settlement.name),
                **options,
            )

    def _get_credit_key(self, settlement):
        """Return the name of the request; another payout, after one was taken back, has its own."""
        return f"consignment/{settlement.id}/{self.id}"

    def _uncredit_settlement(self, settlement):
        """Take credit and bonus of one settlement back, and open its bill again.

        :raise UserError: some of it was spent, or is reserved
        """
        key = self._get_credit_key(settlement)
        # Superuser, as for crediting.
        moves = self.env["loyalty.account.move"].sudo()
        bonus = moves.search([("key", "=", f"{key}/bonus")])
        options = {"company": self.company_id, "document": settlement}
        ledger = self.env["loyalty.ledger"]
        try:
            if bonus:
                back = ledger._take_back(bonus, key=f"{key}/bonus/undo", **options)
                if not self.currency_id.is_zero(back.amount + bonus.amount):
                    raise InsufficientCredit(self.env._("The bonus was spent."))
            movement = ledger._void(
                moves.search([("key", "=", key)]),
                settlement.amount_total,
                key=f"{key}/undo",
                **options,
            )
        except InsufficientCredit as error:
            raise UserError(
                self.env._(
                    "The credit of %s was spent in part, or is reserved; the payout stays.",
                    settlement.display_name,
                )
            ) from error
        self.env["loyalty.books"]._book_undone_consignment(movement)
