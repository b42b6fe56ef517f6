from odoo import api, models
from odoo.fields import Domain


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.constrains("account_type")
    def _check_loyalty_account_type(self):
        """An account of the credit keeps a type that its postings make sense on."""
        # Superuser: the company that uses the account may be another one than the user's.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        plans = companies._get_loyalty_plans()
        using = Domain.OR(Domain(name, "in", self.ids) for name in plans)
        companies.search(using)._check_loyalty_account_types()
