"""The gate: which products a business customer may see. Everything asks it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_b2b_assigned_pricelist(self, company):
        """Return the pricelist assigned to the customer by hand, or an empty one.

        Core's ``property_product_pricelist`` falls back to a default and is never empty. An
        archived one is returned, too: the customer sees nothing then, rather than everything.
        """
        return self._get_b2b_terms(company).specific_property_product_pricelist

    def _get_b2b_terms(self, company):
        """Return the customer, as superuser and at a company, with its terms read at once."""
        # Superuser: portal users may not read these fields; what follows from them is theirs.
        terms_sudo = self.sudo().with_company(company)
        terms_sudo.fetch(
            ["commercial_partner_id", "specific_property_product_pricelist", "b2b_currency_id"]
        )
        return terms_sudo.commercial_partner_id

    def _get_b2b_product_domain(self, company):
        """Return the Domain over ``product.product`` of what the customer may see and order.

        The domain is meant for superuser searches: it names pricelist rules, which customers may
        not read.
        """
        return self._get_b2b_sale_domain(company) & Domain.OR(self._get_b2b_parts(company))

    def _get_b2b_parts(self, company):
        """Return Domains over ``product.product``: visible is what is for sale and in one of them.

        With an assigned pricelist: what its rules name that are valid now, whatever quantity they
        ask for, and whatever other pricelist they take the price from; nothing while it is
        archived. Without one: everything that has a price.

        They are apart because PostgreSQL goes from rules to products in each of them; joined by
        OR they make it read the whole catalogue, which matters where many products are listed.
        """
        pricelist = self._get_b2b_assigned_pricelist(company)
        if not pricelist:
            return [Domain("list_price", ">", 0)]
        if not pricelist.active:
            return [Domain.FALSE]
        return self._get_b2b_named_parts(pricelist)

    @api.model
    def _get_b2b_sale_domain(self, company):
        """Return the Domain of what the portal can sell at all, whoever asks."""
        return (
            Domain("active", "=", True)
            & Domain("sale_ok", "=", True)
            & Domain("type", "!=", "combo")
            & Domain("company_id", "in", [company.id, False])
            & ~Domain("product_tmpl_id", "in", self._get_b2b_unfit_subselect())
        )

    @api.model
    def _get_b2b_unfit_subselect(self):
        """Return SQL for the products whose variants are created while ordering."""
        # Superuser: see _get_b2b_product_domain.
        lines = self.env["product.template.attribute.line"].sudo()
        query = lines._search([("attribute_id.create_variant", "=", "dynamic")], order="id")
        return query.subselect(SQL.identifier(query.table, "product_tmpl_id"))

    @api.model
    def _get_b2b_named_parts(self, pricelist):
        """Return the Domains of the products that a pricelist's rules name now, by kind of rule."""
        # Superuser: see _get_b2b_product_domain.
        rules = self.env["product.pricelist.item"].sudo()
        valid = self._get_b2b_rule_domain(pricelist)
        wide = rules.search_fetch(
            valid & Domain("applied_on", "in", ["3_global", "2_product_category"]),
            ["applied_on", "categ_id"],
            order="id",
        )
        if any(rule.applied_on == "3_global" for rule in wide):
            return [Domain.TRUE]
        kinds = [("1_product", "product_tmpl_id"), ("0_product_variant", "id")]
        parts = [
            Domain(field, "in", self._get_b2b_rule_subselect(valid, kind)) for kind, field in kinds
        ]
        return [*parts, Domain("categ_id", "child_of", wide.categ_id.ids)] if wide else parts

    @api.model
    def _get_b2b_rule_subselect(self, valid, kind):
        """Return SQL for the products or variants that valid rules of a kind name."""
        column = "product_id" if kind == "0_product_variant" else "product_tmpl_id"
        # Superuser: see _get_b2b_product_domain.
        rules = self.env["product.pricelist.item"].sudo()
        query = rules._search(valid & Domain("applied_on", "=", kind), order="id")
        return query.subselect(SQL.identifier(query.table, column))

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
