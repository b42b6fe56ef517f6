from odoo import models


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
