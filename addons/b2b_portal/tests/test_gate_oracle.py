"""The gate beside an oracle written in SQL from the words of the requirement, nothing shared."""

import random
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import B2bCommon

SEED = 20_260_101
WORLDS = 40

# "Those of the pricelist assigned to the customer (products, variants, categories, dated rules,
# all-products rules); without one, everything saleable with a price." Quantities of rules and the
# pricelists they are based on do not occur: they decide prices, not what is shown.
ORACLE = """
    SELECT product.id
      FROM product_product product
      JOIN product_template template ON template.id = product.product_tmpl_id
      LEFT JOIN product_category category ON category.id = template.categ_id
     WHERE product.active AND template.active AND template.sale_ok AND template.type <> 'combo'
       AND COALESCE(template.company_id, %(company)s) = %(company)s
       AND product.id = ANY(%(products)s)
       AND NOT EXISTS (
            SELECT FROM product_template_attribute_line line
              JOIN product_attribute attribute ON attribute.id = line.attribute_id
             WHERE line.active AND line.product_tmpl_id = template.id
               AND attribute.create_variant = 'dynamic')
       AND CASE WHEN %(pricelist)s IS NULL THEN template.list_price > 0 ELSE EXISTS (
            SELECT FROM product_pricelist_item rule
             WHERE rule.pricelist_id = %(pricelist)s
               AND COALESCE(rule.date_start, '-infinity') <= %(now)s
               AND COALESCE(rule.date_end, 'infinity') >= %(now)s
               AND CASE rule.applied_on
                   WHEN '3_global' THEN TRUE
                   WHEN '1_product' THEN rule.product_tmpl_id = template.id
                   WHEN '0_product_variant' THEN rule.product_id = product.id
                   WHEN '2_product_category' THEN rule.categ_id::text = ANY(string_to_array(category.parent_path, '/'))
                   END) END
"""


@tagged("post_install", "-at_install")
class TestGateOracle(B2bCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(SEED)
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.categories = cls._create_categories()
        cls.products = cls._create_assortment()
        foreign = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "in", ["EUR", "USD", "JPY", "CHF"])])
        )
        foreign.active = True
        cls.currencies = foreign | cls.company.currency_id
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "company_id": cls.company.id, "rate": rate}
                for currency, rate in zip(
                    foreign - cls.company.currency_id, (0.9, 1.25, 155.5), strict=False
                )
            ]
        )

    @classmethod
    def _create_categories(cls):
        categories = cls.env["product.category"]
        for number in range(8):
            parent = (
                cls.dice.choice(categories) if categories and number > 2 else categories.browse()
            )
            categories |= categories.create({"name": f"Category {number}", "parent_id": parent.id})
        return categories

    @classmethod
    def _create_assortment(cls):
        """Create products of every kind: with variants, archived, not for sale, of others."""
        colours = cls._create_attribute("Colour", "always")
        engravings = cls._create_attribute("Engraving", "dynamic")
        values = [
            {
                "name": f"Product {number}",
                "list_price": cls.dice.choice((0, 1, 9.99, 40, 1250)),
                "taxes_id": [Command.clear()],
                "categ_id": cls.dice.choice((*cls.categories, cls.categories.browse())).id,
                "sale_ok": cls.dice.random() > 0.1,
                "company_id": cls.dice.choice(
                    (False,) * 4 + (cls.company.id, cls.other_company.id)
                ),
                "attribute_line_ids": cls._choose_attribute(colours, engravings),
            }
            for number in range(50)
        ]
        templates = cls.env["product.template"].create(values)
        products = templates.product_variant_ids
        products.filtered(lambda product: cls.dice.random() < 0.1).action_archive()
        return products

    @classmethod
    def _create_attribute(cls, name, create_variant):
        values = [Command.create({"name": f"{name} {number}"}) for number in range(3)]
        return cls.env["product.attribute"].create(
            {"name": name, "create_variant": create_variant, "value_ids": values}
        )

    @classmethod
    def _choose_attribute(cls, colours, engravings):
        number = cls.dice.random()
        if number > 0.4:
            return []
        attribute = engravings if number < 0.06 else colours
        line = {"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]}
        return [Command.create(line)]

    def _create_pricelist(self, below=None):
        """Create a pricelist with random rules, some of them based on the pricelist ``below``."""
        pricelist = self.env["product.pricelist"].create(
            {"name": "Random", "currency_id": self.dice.choice(self.currencies).id}
        )
        for _number in range(self.dice.randint(0, 7)):
            self._add_rule(pricelist, **self._choose_rule(below))
        return pricelist

    def _choose_rule(self, below):
        return {
            **self._choose_target(),
            **self._choose_dates(),
            **self._choose_price(below),
            "min_quantity": self.dice.choice((0, 0, 1, 5, 24)),
        }

    def _choose_target(self):
        # Odoo refuses rules that name another company's products; wider ones may reach them.
        named = self.products.filtered(lambda product: product.company_id != self.other_company)
        number, product = self.dice.random(), self.dice.choice(named)
        if number < 0.08:
            return {}
        if number < 0.35:
            return {"categ_id": self.dice.choice(self.categories).id}
        if number < 0.7:
            return {"product_tmpl_id": product.product_tmpl_id.id}
        return {"product_id": product.id, "product_tmpl_id": product.product_tmpl_id.id}

    def _choose_dates(self):
        now = fields.Datetime.now()
        day = timedelta(days=1)
        return self.dice.choice(
            (
                {},
                {"date_start": now - day},
                {"date_end": now + day},
                {"date_start": now - 2 * day, "date_end": now - day},
                {"date_start": now + day, "date_end": now + 2 * day},
                {"date_start": now - day, "date_end": now + day},
            )
        )

    def _choose_price(self, below):
        number = self.dice.random()
        if below and number < 0.4:
            formula = {
                "compute_price": "formula",
                "base": "pricelist",
                "base_pricelist_id": below.id,
            }
            return {**formula, "price_discount": self.dice.choice((0, 5, 12.5))}
        if number < 0.7:
            return {"compute_price": "percentage", "percent_price": self.dice.choice((0, 10, 33))}
        return {"fixed_price": self.dice.choice((0, 3, 19.95))}

    def _create_world(self):
        """Return a customer of a random world: nested pricelists, perhaps none, some currency."""
        pricelist = None
        for _depth in range(self.dice.randint(0, 3)):
            pricelist = self._create_pricelist(below=pricelist)
        customer = self._create_customer("Random", pricelist)
        if self.dice.random() < 0.4:
            customer.b2b_currency_id = self.dice.choice(self.currencies)
        return customer

    def _ask_oracle(self, pricelist):
        self.env.flush_all()
        self.env.cr.execute(
            ORACLE,
            {
                "company": self.company.id,
                "products": self.products.ids,
                "pricelist": pricelist.id or None,
                "now": fields.Datetime.now(),
            },
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def _shown(self, customer):
        return set(customer._find_b2b_products(self.company, self.products.ids).ids)

    def test_the_gate_shows_what_the_requirement_says_in_random_worlds(self):
        sizes = set()
        for number in range(WORLDS):
            customer = self._create_world()
            expected = self._ask_oracle(customer.specific_property_product_pricelist)
            sizes.add(len(expected))
            with self.subTest(world=number):
                self.assertEqual(self._shown(customer), expected)
        self.assertGreater(len(sizes), 8, "Worlds that show the same would prove little.")

    def test_prices_are_those_of_odoo_in_random_worlds(self):
        for number in range(WORLDS // 2):
            customer = self._create_world()
            shown = customer._find_b2b_products(self.company, self.products.ids)
            prices = customer._get_b2b_prices(self.company, shown)
            for product in shown:
                with self.subTest(world=number, product=product.name):
                    self._check_price(customer, product, prices[product.id])

    def _check_price(self, customer, product, found):
        """Compare with what Odoo asks for in the pricelist's own currency, converted once."""
        pricelist = customer.specific_property_product_pricelist
        currency = customer._get_b2b_currency(self.company)
        source = pricelist.currency_id or self.company.currency_id
        for quantity in (1, 4, 5, 23, 24, 100):
            reached = [price for least, price in found["breaks"] if least <= quantity]
            price = reached[-1] if reached else found["price"]
            amount = (
                pricelist._get_product_price(product, quantity) if pricelist else product.list_price
            )
            expected = source._convert(amount, currency, self.company, round=False)
            self.assertAlmostEqual(price, expected, delta=currency.rounding / 2 + 1e-9)

    def test_the_visible_flag_of_a_product_agrees_with_the_gate(self):
        products = self.products.with_user(self.buyer.user_id).sudo()
        shown = products.filtered("b2b_visible")
        self.assertEqual(set(shown.ids), self._shown(self.customer))
        unseen = products.search([("b2b_visible", "=", False), ("id", "in", products.ids)])
        self.assertEqual(unseen, (products - shown).filtered("active"))

    def test_explanations_agree_with_the_gate_in_random_worlds(self):
        for number in range(WORLDS):
            customer = self._create_world()
            shown = self._shown(customer)
            for product in self.products:
                explanation = customer._explain_b2b_product(self.company, product)
                with self.subTest(world=number, product=product.id, reason=explanation.reason):
                    self.assertEqual(explanation.visible, product.id in shown)
