from odoo.tests import tagged

from .test_sale_order import SaleLoyaltyCommon


@tagged("post_install", "-at_install")
class TestSaleDiscount(SaleLoyaltyCommon):
    def _add_pricelist_rule(self, **values):
        self.pricelist.item_ids = [(0, 0, {"compute_price": "percentage", **values})]

    def _switch_off_line_discounts(self):
        self.env.ref("base.group_user").implied_ids -= self.env.ref(
            "sale.group_discount_per_so_line"
        )

    def test_pairing_discounts_all_allowed_lines_and_unpairing_removes_it(self):
        order = self._create_order(self.product, self.excluded)
        order.loyalty_account_id = self.account
        self.assertEqual(order.order_line.mapped("discount"), [10, 0])
        order.action_unpair_loyalty_account()
        self.assertEqual(order.order_line.mapped("discount"), [0, 0])

    def test_without_a_pricelist_the_discount_neither_stays_nor_compounds(self):
        for off in (False, True):
            if off:
                self._switch_off_line_discounts()
            for mode in ("best", "stack"):
                self.company.loyalty_discount_mode = mode
                order = self._create_order(pricelist_id=False)
                order.pricelist_id = False
                line = order.order_line
                for card, expected in ((10, 10), (5, 5), (100, 100), (10, 10), (None, 0)):
                    order.loyalty_account_id = card and self._create_account(discount=card)
                    line.product_uom_qty += 1
                    with self.subTest(off=off, mode=mode, card=card):
                        self.assertEqual(line.discount, expected)

    def test_discount_typed_into_an_order_without_a_card_is_left_as_core_leaves_it(self):
        self._switch_off_line_discounts()
        order = self._create_order()
        order.order_line.discount = 15
        order.order_line.product_uom_qty = 2
        self.assertEqual(order.order_line.discount, 15)
        order.loyalty_account_id = self.account
        self.assertEqual(order.order_line.discount, 10)
        order.loyalty_account_id = False
        self.assertEqual(order.order_line.discount, 0)

    def test_card_leaves_alone_what_it_gives_no_discount_on(self):
        voucher = self._create_account(discount=0)
        for off in (False, True):
            if off:
                self._switch_off_line_discounts()
            order = self._create_order(self.product, self.excluded)
            order.order_line[0].discount = 33
            order.order_line[1].discount = 100
            for card, expected in ((voucher, [33, 100]), (self.account, [10, 100])):
                order.loyalty_account_id = card
                with self.subTest(off=off, card=card.discount):
                    self.assertEqual(order.order_line.mapped("discount"), expected)

    def test_line_added_later_gets_the_discount(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        order.order_line = [(0, 0, {"product_id": self.product.id})]
        self.assertEqual(order.order_line.mapped("discount"), [10, 10])

    def test_recomputing_never_compounds_the_discount(self):
        self._add_pricelist_rule(percent_price=20)
        self.company.loyalty_discount_mode = "stack"
        for off in (False, True):
            if off:
                self._switch_off_line_discounts()
            order = self._create_order(loyalty_account_id=self.account.id)
            first = order.order_line.discount
            for quantity in (2, 3, 4):
                order.order_line.product_uom_qty = quantity
                self.assertEqual(order.order_line.discount, first)
            self.assertAlmostEqual(order.order_line.price_subtotal, 4 * 72)

    def test_better_of_card_and_pricelist_wins_by_default(self):
        self._add_pricelist_rule(percent_price=20)
        order = self._create_order(loyalty_account_id=self.account.id)
        self.assertEqual(order.order_line.discount, 20)
        self.account.discount = 25
        order = self._create_order(loyalty_account_id=self.account.id)
        self.assertEqual(order.order_line.discount, 25)

    def test_on_top_of_each_other_takes_the_card_from_what_is_left(self):
        self._add_pricelist_rule(percent_price=20)
        self.company.loyalty_discount_mode = "stack"
        order = self._create_order(loyalty_account_id=self.account.id)
        self.assertEqual(order.order_line.discount, 28)

    def test_same_total_where_line_discounts_are_hidden(self):
        self._add_pricelist_rule(percent_price=20)
        self._switch_off_line_discounts()
        for mode, card, total in (("best", 10, 80), ("best", 28, 72), ("stack", 10, 72)):
            with self.subTest(mode=mode, card=card):
                self.company.loyalty_discount_mode = mode
                self.account.discount = card
                order = self._create_order(loyalty_account_id=self.account.id)
                self.assertAlmostEqual(order.order_line.price_subtotal, total)

    def test_fixed_price_is_a_price_not_a_discount(self):
        self._add_pricelist_rule(compute_price="fixed", fixed_price=80)
        order = self._create_order(loyalty_account_id=self.account.id)
        self.assertEqual((order.order_line.price_unit, order.order_line.discount), (80, 10))

    def test_category_decides_for_products_that_leave_it_to_it(self):
        parent = self.env["product.category"].create(
            {"name": "Tobacco", "loyalty_discount_policy": "no"}
        )
        child = self.env["product.category"].create({"name": "Cigars", "parent_id": parent.id})
        self.product.categ_id = child
        order = self._create_order(loyalty_account_id=self.account.id)
        self.assertEqual(order.order_line.discount, 0)
        self.product.loyalty_discount_policy = "yes"
        order = self._create_order(loyalty_account_id=self.account.id)
        self.assertEqual(order.order_line.discount, 10)

    def test_discount_with_two_decimals_and_of_a_hundred(self):
        for discount, total in ((12.34, 87.66), (100, 0)):
            self.account.discount = discount
            order = self._create_order(loyalty_account_id=self.account.id)
            self.assertEqual(order.order_line.discount, discount)
            self.assertAlmostEqual(order.amount_total, total)

    def test_sections_and_notes_stay_without_discount(self):
        order = self._create_order(
            self.product,
            loyalty_account_id=self.account.id,
        )
        order.order_line = [(0, 0, {"display_type": "line_section", "name": "Chairs"})]
        self.assertEqual(order.order_line.mapped("discount"), [10, 0])

    def test_a_discount_on_the_whole_order_is_not_discounted_itself(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "so_discount",
                "discount_percentage": 0.1,
            }
        ).action_apply_discount()
        self.assertEqual(order.order_line.mapped("discount"), [10, 0])
        self.assertAlmostEqual(order.amount_total, 81)

    def test_updating_prices_keeps_the_cards_discount(self):
        order = self._create_order(loyalty_account_id=self.account.id)
        self.product.list_price = 200
        order.action_update_prices()
        self.assertEqual((order.order_line.discount, order.amount_total), (10, 180))

    def _create_combo(self):
        """Return a combo product and the choice of its one item."""
        combo = self.env["product.combo"].create(
            {"name": "Seat", "combo_item_ids": [(0, 0, {"product_id": self.product.id})]}
        )
        set_product = self.env["product.product"].create(
            {
                "name": "Set",
                "type": "combo",
                "list_price": 60,
                "taxes_id": False,
                "combo_ids": [(6, 0, combo.ids)],
            }
        )
        return set_product, combo

    def test_a_combo_and_its_items_are_saved_at_once(self):
        set_product, combo = self._create_combo()
        order = self._create_order(self.product)
        order.loyalty_account_id = self.account
        item = {"product_id": self.product.id, "combo_item_id": combo.combo_item_ids.id}
        order.order_line = [
            (0, 0, {"product_id": set_product.id, "virtual_id": "new"}),
            (0, 0, {**item, "linked_virtual_id": "new", "price_unit": 0}),
        ]
        self.assertEqual(order.order_line.mapped("discount"), [10, 10, 10])
        order.loyalty_account_id = False
        self.assertEqual(order.order_line.mapped("discount"), [0, 0, 0])

    def test_combo_items_take_the_combos_discount(self):
        set_product, combo = self._create_combo()
        order = self._create_order(set_product)
        order.order_line = [
            (
                0,
                0,
                {
                    "product_id": self.product.id,
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_line_id": order.order_line.id,
                },
            )
        ]
        for card, discount in ((self.account, 10), (self.account.browse(), 0)):
            order.loyalty_account_id = card
            self.assertEqual(order.order_line.mapped("discount"), [discount, discount])

    def test_line_says_why_it_has_its_discount(self):
        order = self._create_order(self.product, self.excluded)
        line, excluded = order.order_line
        self.assertFalse(line.loyalty_discount_reason)
        order.loyalty_account_id = self.account
        self.assertEqual(line.loyalty_discount_reason, "Gold card 10%")
        self.assertEqual(excluded.loyalty_discount_reason, "No card discount on this product")
        line.discount = 50
        self.assertEqual(line.loyalty_discount_reason, "Set by hand; Gold card gives 10%")

    def test_line_says_how_card_and_pricelist_met(self):
        self._add_pricelist_rule(percent_price=20)
        for mode, card, reason in (
            ("best", 10, "Pricelist 20%, not less than Gold card 10%"),
            ("best", 25, "Gold card 25%, better than pricelist 20%"),
            ("stack", 10, "Gold card 10% on top of pricelist 20%"),
        ):
            self.company.loyalty_discount_mode = mode
            self.account.discount = card
            order = self._create_order(loyalty_account_id=self.account.id)
            self.assertEqual(order.order_line.loyalty_discount_reason, reason)
