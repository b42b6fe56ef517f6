from odoo.tests import tagged

from ..exceptions import B2bError, CartChanged, NotAvailable
from .common import B2bCommon


@tagged("post_install", "-at_install")
class TestCart(B2bCommon):
    def test_an_article_comes_into_the_cart_at_the_customers_price(self):
        cart = self._fill_cart(self.buyer, shown=3)
        self.assertEqual(cart._summarize_b2b_cart(self.buyer)["count"], 1)
        self.assertEqual(cart.amount_untaxed, 90)
        self.assertEqual(cart.partner_id, self.customer)

    def test_an_article_that_is_not_shown_is_refused_like_one_that_does_not_exist(self):
        cart = self._as(self.buyer)._ensure_b2b_cart(self.buyer)
        sentences = []
        for product_id in (self.hidden.id, 2**31 - 1):
            with self.assertRaises(NotAvailable) as caught:
                cart._set_b2b_quantity(self.buyer, product_id, "1")
            sentences.append(str(caught.exception))
        self.assertEqual(sentences[0], sentences[1])

    def test_impossible_quantities_are_refused_and_change_nothing(self):
        cart = self._fill_cart(self.buyer, shown=3)
        for text in ("-1", "1e9", "0.333", "many", ""):
            with self.subTest(text), self.assertRaises(B2bError):
                cart._set_b2b_quantity(self.buyer, self.shown.id, text)
        self.assertEqual(cart.order_line.product_uom_qty, 3)

    def test_an_order_is_confirmed_and_the_cart_is_empty_again(self):
        cart = self._fill_cart(self.buyer, shown=2)
        order = self._submit(self.buyer, cart)
        self.assertEqual((order.state, order.b2b_stage), ("sale", "placed"))
        self.assertEqual(order.b2b_member_id, self.buyer)
        self.assertFalse(self._as(self.buyer)._get_b2b_cart(self.buyer))

    def test_pressing_twice_makes_one_order(self):
        cart = self._fill_cart(self.buyer, shown=2)
        total = cart._get_b2b_shown_total()
        first = self._as(self.buyer)._submit_b2b(self.buyer, cart.id, total)
        second = self._as(self.buyer)._submit_b2b(self.buyer, cart.id, total)
        self.assertEqual(first, second)
        self.assertEqual(first.search_count([("partner_id", "=", self.customer.id)]), 1)

    def test_adding_tenths_gives_what_their_sum_is(self):
        self.shown.uom_id = self.env.ref("uom.product_uom_kgm")
        cart = self._fill_cart(self.buyer, shown=0.1)
        cart._set_b2b_quantity(self.buyer, self.shown.id, "0.2", add=True)
        self.assertEqual(cart.order_line.product_uom_qty, 0.3)

    def test_the_same_number_in_another_currency_is_another_total(self):
        cart = self._fill_cart(self.buyer, shown=2)
        total = cart._get_b2b_shown_total()
        euro = self.env.ref("base.EUR") + self.env.ref("base.USD") - self.company.currency_id
        euro[0].active = True
        other = self.env["product.pricelist"].create({"name": "Other", "currency_id": euro[0].id})
        self._add_rule(other, product_tmpl_id=self.shown.product_tmpl_id.id, fixed_price=30)
        self.customer.specific_property_product_pricelist = other
        with self.assertRaises(CartChanged):
            self._as(self.buyer)._submit_b2b(self.buyer, cart.id, total)
