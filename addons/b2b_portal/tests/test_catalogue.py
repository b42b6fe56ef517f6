from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..const import PAGE_SIZE
from .common import B2bCommon


@tagged("post_install", "-at_install")
class TestCatalogue(B2bCommon):
    def _names(self, **search):
        catalogue = self.customer._get_b2b_catalogue(self.company, **search)
        return [article["name"] for article in catalogue["articles"]]

    def test_shows_what_the_pricelist_names_and_nothing_else(self):
        self.assertEqual(self._names(), ["Pan"])

    def test_without_a_pricelist_shows_everything_for_sale_that_has_a_price(self):
        self.customer.specific_property_product_pricelist = False
        free = self._create_product("Gift", 0)
        names = self._names(search="Secret") + self._names(search="Gift")
        self.assertEqual(names, ["Secret table"])
        self.assertFalse(self.customer._find_b2b_products(self.company, free.ids))

    def test_an_archived_pricelist_shows_nothing_rather_than_everything(self):
        self.pricelist.active = False
        self.assertEqual(self._names(), [])
        explained = self.customer._explain_b2b_product(self.company, self.shown)
        self.assertFalse(explained.visible)
        self.assertIn("archived", explained.reason)

    def test_a_rule_shows_its_product_while_it_is_valid(self):
        now = fields.Datetime.now()
        rule = self._add_rule(self.pricelist, product_id=self.hidden.id, fixed_price=5)
        for start, end, visible in (
            (False, now + timedelta(days=1), True),
            (now + timedelta(days=1), False, False),
            (False, now - timedelta(days=1), False),
        ):
            with self.subTest(start=start, end=end):
                rule.write({"date_start": start, "date_end": end})
                self.assertEqual("Secret table" in self._names(), visible)

    def test_a_category_shows_what_is_in_it_and_below(self):
        above = self.env["product.category"].create({"name": "Furniture"})
        below = self.env["product.category"].create({"name": "Tables", "parent_id": above.id})
        self.hidden.categ_id = below
        self._add_rule(self.pricelist, categ_id=above.id, fixed_price=5)
        self.assertEqual(self._names(), ["Pan", "Secret table"])
        self.assertEqual(self._names(category=below.id), ["Secret table"])
        self.assertEqual(self._names(category=above.id), ["Secret table"])

    def test_categories_count_what_is_in_them_and_below(self):
        above = self.env["product.category"].create({"name": "Kitchen"})
        below = self.env["product.category"].create({"name": "Pans", "parent_id": above.id})
        self.shown.categ_id = below
        rows = self.customer._get_b2b_catalogue(self.company)["categories"]
        self.assertEqual(
            [(row["name"], row["depth"], row["count"]) for row in rows],
            [("Kitchen", 0, 1), ("Pans", 1, 1)],
        )

    def test_an_unknown_category_shows_everything(self):
        self.assertEqual(self._names(category=2**30), ["Pan"])

    def test_finds_by_words_of_the_name_by_reference_and_by_barcode(self):
        for search in ("pan", "PAN", "4006381333931"):
            with self.subTest(search):
                self.assertEqual(self._names(search=search), ["Pan"])
        self.assertEqual(self._names(search="pan secret"), [])
        self.assertEqual(self._names(search="100% _"), [])

    def test_a_page_past_the_end_shows_the_last_one(self):
        for number in range(PAGE_SIZE):
            product = self._create_product(f"Cup {number:02}")
            self._add_rule(self.pricelist, product_id=product.id, fixed_price=1)
        catalogue = self.customer._get_b2b_catalogue(self.company, page=99)
        self.assertEqual((catalogue["page"], catalogue["total"]), (2, PAGE_SIZE + 1))
        self.assertEqual([one["name"] for one in catalogue["articles"]], ["Pan"])

    def test_a_page_costs_as_many_queries_with_one_article_as_with_many(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.customer._get_b2b_catalogue(self.company)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        base = self.env["product.pricelist"].create({"name": "Base"})
        for number in range(PAGE_SIZE):
            product = self._create_product(f"Cup {number:02}")
            self._add_rule(base, product_id=product.id, fixed_price=2)
        self._add_rule(
            self.pricelist, compute_price="formula", base="pricelist", base_pricelist_id=base.id
        )
        count()
        many = count()
        # Two more: the other pricelist, and its rules, once for the whole page.
        self.assertLessEqual(many, few + 4)

    def test_stock_is_told_as_the_company_wishes(self):
        self.shown.is_storable = True
        location = (
            self.env["stock.warehouse"]
            .search([("company_id", "=", self.company.id)], limit=1)
            .lot_stock_id
        )
        self.env["stock.quant"]._update_available_quantity(self.shown, location, 5)
        expected = {
            "none": None,
            "state": {"available": True, "quantity": None},
            "quantity": {"available": True, "quantity": 5},
        }
        for setting, stock in expected.items():
            with self.subTest(setting):
                self.company.b2b_availability = setting
                (article,) = self.customer._get_b2b_catalogue(self.company)["articles"]
                self.assertEqual(article["stock"], stock)
        self.assertEqual(self.shown.free_qty, 5)

    def test_the_portal_cannot_be_opened_over_variants_that_are_made_while_ordering(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Engraving",
                "create_variant": "dynamic",
                "value_ids": [fields.Command.create({"name": name}) for name in "AB"],
            }
        )
        self.shown.product_tmpl_id.attribute_line_ids = [
            fields.Command.create(
                {
                    "attribute_id": attribute.id,
                    "value_ids": [fields.Command.set(attribute.value_ids.ids)],
                }
            )
        ]
        self.assertEqual(self._names(), [])
        self.company.b2b_enabled = False
        with self.assertRaisesRegex(Exception, "variants are created while ordering: Pan"):
            self.company.b2b_enabled = True
