"""The gate: which products a business customer may see. Everything asks it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_b2b_assigned_pricelist(self, company):
        """Return the pricelist assigned to the customer by hand, or an empty one.

        Core's ``property_product_pricelist`` falls back to a default and is never empty.
        """
        # Superuser: portal users may not read pricelists; no value of it is told to them.
        commercial_sudo = self.commercial_partner_id.sudo().with_company(company)
        return commercial_sudo.specific_property_product_pricelist.filtered("active")

    def _get_b2b_product_domain(self, company):
        """Return the Domain over ``product.product`` of what the customer may see and order.

        With an assigned pricelist: what its rules name that are valid now, whatever quantity they
        ask for, and whatever other pricelist they take the price from. Without one: everything
        for sale that has a price. The domain is meant for superuser searches: it names pricelist
        rules, which customers may not read.
        """
        pricelist = self._get_b2b_assigned_pricelist(company)
        domain = self._get_b2b_sale_domain(company)
        if not pricelist:
            return domain & Domain("list_price", ">", 0)
        return domain & self._get_b2b_named_domain(pricelist)

    @api.model
    def _get_b2b_sale_domain(self, company):
        """Return the Domain of what the portal can sell at all, whoever asks."""
        unfit = self.env["product.template"]._get_b2b_unfit_domain(company)
        return (
            Domain("active", "=", True)
            & Domain("sale_ok", "=", True)
            & Domain("type", "!=", "combo")
            & Domain("company_id", "in", [company.id, False])
            & ~Domain("product_tmpl_id", "any!", unfit)
        )

    @api.model
    def _get_b2b_named_domain(self, pricelist):
        """Return the Domain of the products that a pricelist's rules name now."""
        # Superuser: see _get_b2b_product_domain.
        rules = self.env["product.pricelist.item"].sudo()
        valid = self._get_b2b_rule_domain(pricelist)
        if rules.search_count(valid & Domain("applied_on", "=", "3_global"), limit=1):
            return Domain.TRUE

        def named(kind, column):
            query = rules._search(valid & Domain("applied_on", "=", kind))
            return query.subselect(SQL.identifier(query.table, column))

        categories = rules.search(valid & Domain("applied_on", "=", "2_product_category")).categ_id
        domain = Domain("product_tmpl_id", "in", named("1_product", "product_tmpl_id"))
        domain |= Domain("id", "in", named("0_product_variant", "product_id"))
        if categories:
            domain |= Domain("categ_id", "child_of", categories.ids)
        return domain

    @api.model
    def _get_b2b_rule_domain(self, pricelist):
        """Return the Domain of a pricelist's rules that are valid now."""
        now = fields.Datetime.now()
        return (
            Domain("pricelist_id", "=", pricelist.id)
            & (Domain("date_start", "=", False) | Domain("date_start", "<=", now))
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", now))
        )

    def _find_b2b_products(self, company, product_ids):
        """Return those of the products that the customer may see, as superuser records.

        Ids that do not exist are left out like those that may not be seen.
        """
        # Superuser: the gate decides, portal users have no right on products.
        products = self.env["product.product"].sudo().with_company(company)
        domain = self._get_b2b_product_domain(company)
        return products.search(domain & Domain("id", "in", list(product_ids)))
