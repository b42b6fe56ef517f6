from odoo import api, models, tools
from odoo.fields import Domain


class AccountTax(models.Model):
    _inherit = "account.tax"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of ``account``: whether prices include taxes is asked anew."""
        taxes = super().create(vals_list)
        self.env.registry.clear_cache()
        return taxes

    def write(self, vals):
        """Override of ``account``: see :meth:`create`."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("company.id", "company.account_price_include")
    def _has_b2b_included(self, company):
        """Tell whether a company has sales taxes that are part of the price.

        Kept, because the catalogue asks for each page and taxes hardly ever change.
        """
        domain = Domain("type_tax_use", "=", "sale") & Domain("price_include", "=", True)
        # Superuser: whether there are such taxes; customers have no right on them.
        taxes = self.sudo().with_company(company)
        return bool(taxes.search_count(domain & Domain("company_id", "=", company.id), limit=1))
