from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_b2b_currency(self, company):
        """Return the currency in which the customer reads prices at a company."""
        # Superuser: the field is for staff; what follows from it is the customer's to know.
        customer_sudo = self.commercial_partner_id.sudo().with_company(company)
        pricelist = self._get_b2b_assigned_pricelist(company)
        return customer_sudo.b2b_currency_id or pricelist.currency_id or company.currency_id

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
        memo = {"products": products, "rules": {}}
        pricelist = pricelist.with_company(company).with_context(b2b_rules=memo)
        products = products.with_context(b2b_rules=memo)
        position = self._get_b2b_fiscal_position(company)
        now = fields.Datetime.now()
        rules = pricelist._get_applicable_rules(products, now)
        return {
            product.id: self._get_b2b_product_prices(pricelist, rules, product, now, position)
            for product in products
        }

    def _get_b2b_fiscal_position(self, company):
        """Return the fiscal position that the customer's orders get, as Odoo decides it."""
        positions = self.env["account.fiscal.position"].sudo().with_company(company)
        # Superuser: which taxes apply follows from the customer's own address.
        return positions._get_fiscal_position(self.commercial_partner_id.sudo())

    def _get_b2b_product_prices(self, pricelist, rules, product, now, position):
        """Return one product's price and its breaks; see :meth:`_get_b2b_prices`."""
        taxes = product.taxes_id._filter_taxes_by_company(pricelist.env.company)
        quantities = sorted(
            {rule.min_quantity for rule in rules if rule._is_applicable_for(product, float("inf"))}
            - {0.0, 1.0}
        )

        def price(quantity):
            amount = pricelist._get_product_price(product, quantity, date=now)
            return product._get_tax_included_unit_price_from_price(
                amount, taxes, fiscal_position=position
            )

        base, breaks = price(1.0), []
        for quantity in quantities:
            if (amount := price(quantity)) != (breaks[-1][1] if breaks else base):
                breaks.append((quantity, amount))
        return {"price": base, "breaks": breaks}
