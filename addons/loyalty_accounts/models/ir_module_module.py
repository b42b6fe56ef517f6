from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _get_removal_losses(self, names):
        """Override: credit that customers own."""
        losses = super()._get_removal_losses(names)
        if "loyalty_accounts" not in names:
            return losses
        # Superuser: cards of every company count, blocked and archived ones too; sums alone are told.
        accounts = self.env["loyalty.account"].sudo().with_context(active_test=False)
        groups = accounts._read_group(
            [("balance", ">", 0)], ["currency_id"], ["__count", "balance:sum"]
        )
        return losses + [
            self.env._(
                "%(amount)s of credit that customers own, on %(count)s cards, with the proof of every "
                "movement. Export the accounts first; journal entries stay in the books.",
                amount=currency.format(balance),
                count=count,
            )
            for currency, count, balance in groups
        ]
