from odoo import fields, models

from .product_pricelist import PageRules


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_b2b_currency(self, company):
        """Return the currency in which the customer reads prices at a company."""
        pricelist = self._get_b2b_assigned_pricelist(company)
        return (
            self._get_b2b_terms(company).b2b_currency_id
            or pricelist.currency_id
            or company.currency_id
        )

    def _get_b2b_pricelist(self, company):
        """Return the pricelist that gives the customer's prices, always in their currency.

        It is the assigned one; in another currency, or without one, a technical pricelist, so
        that amounts are converted once and by Odoo (fixed prices of a rule are not converted when
        a price is merely asked for in another currency).
        """
        assigned = self._get_b2b_assigned_pricelist(company)
        currency = self._get_b2b_currency(company)
        if assigned and assigned.currency_id == currency:
            return assigned
        return self.env["product.pricelist"]._get_b2b_technical(company, currency, assigned)

    def _get_b2b_prices(self, company, products):
        """Return ``{product id: {"price": amount, "breaks": [(quantity, price)]}}``.

        Amounts are in the customer's currency for one unit of the product's own unit of measure,
        as they will stand on the order's line less its discount: with or without tax as the
        product's taxes say. Breaks are the quantities from which another price holds, ascending.

        :param products: those of one page; their rules are read at once
        """
        pricelist = self._get_b2b_pricelist(company)
        page = PageRules(products)
        pricelist = pricelist.with_company(company).with_context(b2b_rules=page)
        products = products.with_context(b2b_rules=page)
        position = self._get_b2b_fiscal_position(company)
        now = fields.Datetime.now()
        pricelist._get_applicable_rules(products, now)
        return {
            product.id: self._get_b2b_product_prices(pricelist, product, now, position)
            for product in products
        }

    def _get_b2b_fiscal_position(self, company):
        """Return the fiscal position of the customer's orders where it changes prices.

        It does where the company has sales taxes that are included in the price; else none is
        returned, and taxes of products need not be read.
        """
        # Superuser: which taxes apply follows from the customer's own address.
        positions = self.env["account.fiscal.position"].sudo().with_company(company)
        if not self.env["account.tax"]._has_b2b_included(company):
            return positions
        # Superuser: the customer's own address and number.
        return positions._get_fiscal_position(self.commercial_partner_id.sudo())

    def _get_b2b_product_prices(self, pricelist, product, now, position):
        """Return one product's price and its breaks; see :meth:`_get_b2b_prices`."""
        company = pricelist.env.company

        def price(quantity):
            amount = pricelist._get_product_price(product, quantity, date=now)
            if not position:
                return amount
            taxes = product.taxes_id._filter_taxes_by_company(company)
            return product._get_tax_included_unit_price_from_price(
                amount, taxes, fiscal_position=position
            )

        base, breaks = price(1.0), []
        for quantity in sorted(self._get_b2b_quantities(pricelist, product, now) - {0.0, 1.0}):
            if (amount := price(quantity)) != (breaks[-1][1] if breaks else base):
                breaks.append((quantity, amount))
        return {"price": base, "breaks": breaks}

    def _get_b2b_quantities(self, pricelist, product, now):
        """Return the quantities that rules for a product ask for, of base pricelists, too."""
        rules = pricelist._get_applicable_rules(product, now).filtered(
            lambda rule: rule._is_applicable_for(product, float("inf"))
        )
        quantities = set(rules.mapped("min_quantity"))
        for base in rules.filtered(lambda rule: rule.base == "pricelist").base_pricelist_id:
            quantities |= self._get_b2b_quantities(base, product, now)
        return quantities
