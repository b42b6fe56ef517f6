from odoo import Command
from odoo.tests import tagged

from .common import B2bCommon


@tagged("post_install", "-at_install")
class TestPrices(B2bCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        code = "SEK" if cls.company.currency_id.name != "SEK" else "NOK"
        cls.krona = cls.env.ref(f"base.{code}")
        cls.krona.active = True
        cls.krona.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.krona.id, "rate": 10, "company_id": cls.company.id}
        )

    def _price(self, product=None):
        product = product or self.shown
        return self.customer._get_b2b_prices(self.company, product)[product.id]

    def _ordered_price(self):
        cart = self._fill_cart(self.buyer, shown=1)
        return cart.order_line.price_unit, cart.currency_id

    def test_the_price_is_the_pricelists(self):
        self.assertEqual(self._price(), {"price": 30, "breaks": []})
        self.assertEqual(self._ordered_price(), (30, self.company.currency_id))

    def test_the_customers_currency_converts_the_pricelist_at_the_configured_rate(self):
        self.customer.b2b_currency_id = self.krona
        self.assertEqual(self._price()["price"], 300)
        self.assertEqual(self._ordered_price(), (300, self.krona))

    def test_without_a_pricelist_the_sales_price_is_converted(self):
        self.customer.specific_property_product_pricelist = False
        self.customer.b2b_currency_id = self.krona
        self.assertEqual(self._price()["price"], 400)
        self.assertEqual(self._ordered_price(), (400, self.krona))

    def test_a_pricelist_in_a_foreign_currency_gives_prices_in_it(self):
        self.pricelist.currency_id = self.krona
        self.assertEqual(self._price()["price"], 30)
        self.assertEqual(self.customer._get_b2b_currency(self.company), self.krona)

    def test_a_technical_pricelist_is_made_once_and_never_becomes_a_default(self):
        self.customer.b2b_currency_id = self.krona
        made = self.customer._get_b2b_pricelist(self.company)
        self.assertEqual(self.customer._get_b2b_pricelist(self.company), made)
        self.assertFalse(made.active)
        stranger = self.env["res.partner"].create({"name": "Walk-in"})
        self.assertNotEqual(stranger.property_product_pricelist, made)

    def test_quantity_breaks_are_told_and_hold_in_the_cart(self):
        template = self.shown.product_tmpl_id.id
        self._add_rule(self.pricelist, product_tmpl_id=template, fixed_price=25, min_quantity=10)
        self._add_rule(self.pricelist, product_tmpl_id=template, fixed_price=20, min_quantity=50)
        self.assertEqual(self._price(), {"price": 30, "breaks": [(10, 25), (50, 20)]})
        cart = self._fill_cart(self.buyer, shown=10)
        self.assertEqual(cart.order_line.price_unit, 25)

    def test_a_rule_with_a_minimum_quantity_shows_the_product_at_its_sales_price(self):
        self._add_rule(
            self.pricelist,
            product_tmpl_id=self.hidden.product_tmpl_id.id,
            fixed_price=900,
            min_quantity=5,
        )
        self.assertTrue(self.customer._find_b2b_products(self.company, self.hidden.ids))
        self.assertEqual(self._price(self.hidden), {"price": 990, "breaks": [(5, 900)]})

    def test_a_nested_pricelist_gives_the_same_prices_as_core(self):
        base = self.env["product.pricelist"].create({"name": "Base"})
        self._add_rule(base, product_tmpl_id=self.shown.product_tmpl_id.id, fixed_price=33)
        nested = self.env["product.pricelist"].create({"name": "Nested"})
        self._add_rule(
            nested,
            compute_price="formula",
            base="pricelist",
            base_pricelist_id=base.id,
            price_discount=10,
        )
        self.customer.specific_property_product_pricelist = nested
        prices = self.customer._get_b2b_prices(self.company, self.shown + self.hidden)
        for product in self.shown + self.hidden:
            self.assertEqual(prices[product.id]["price"], nested._get_product_price(product, 1))

    def test_the_price_told_is_the_price_ordered_where_taxes_are_mapped(self):
        country = self.env.ref("base.se")
        included = self.env["account.tax"].create(
            {
                "name": "21 % included",
                "amount": 21,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        position = self.env["account.fiscal.position"].create(
            {"name": "Export", "auto_apply": True, "country_id": country.id}
        )
        none = included.copy(
            {
                "name": "0 %",
                "amount": 0,
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(included.ids)],
            }
        )
        self.shown.taxes_id = included
        self.customer.country_id = country
        told = self._price()["price"]
        cart = self._fill_cart(self.buyer, shown=1)
        self.assertEqual(cart.order_line.tax_ids, none)
        self.assertAlmostEqual(cart.order_line.price_unit, told)
        self.assertAlmostEqual(told, 30 / 1.21)
