from odoo import models

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN


class LoyaltyAccount(models.Model):
    _inherit = "loyalty.account"

    def _get_deletable(self):
        """Override: an account that a till paired stays."""
        deletable = super()._get_deletable()
        # Superuser, because receipts of other tills and companies count, too.
        groups = (
            self.env["pos.order"]
            .sudo()
            ._read_group([("loyalty_account_id", "in", deletable.ids)], ["loyalty_account_id"])
        )
        return deletable - self.browse(account.id for (account,) in groups)

    def _erase_person(self):
        """Override: receipts keep the account, which is nobody's by then, but not its number."""
        result = super()._erase_person()
        # Superuser, because receipts of other tills and companies name the card, too.
        orders = self.env["pos.order"].sudo().search([("loyalty_account_id", "in", self.ids)])
        orders.with_context(loyalty_ledger=LEDGER_TOKEN).write({"loyalty_number": False})
        return result
