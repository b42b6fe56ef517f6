from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.b2b_portal.exceptions import NotAvailable
from odoo.addons.b2b_portal.tests.common import B2bCase, B2bCommon


class OfferCase(B2bCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_customer("Elsewhere", cls.pricelist)
        cls.stranger = cls._create_member(cls.other, "stranger")
        cls.manager = new_test_user(cls.env, "boss", groups="sales_team.group_sale_manager")

    def _offer(self, product, price, **values):
        return self.env["b2b.offer"].create(
            {
                "name": "Autumn price",
                "product_id": product.id,
                "price": price,
                "b2b_customer_ids": [Command.set(self.customer.ids)],
                **values,
            }
        )

    def _price(self, product, customer=None):
        customer = customer or self.customer
        return customer._get_b2b_prices(self.company, product)[product.id]["price"]


@tagged("post_install", "-at_install")
class TestArticlePrice(OfferCase, B2bCommon):
    def test_the_chosen_customer_sees_and_orders_at_the_offered_price(self):
        self._offer(self.hidden, 500)
        cart = self._fill_cart(self.buyer, hidden=1, shown=2)
        self.assertEqual(cart.amount_untaxed, 500 + 2 * 30)
        order = self._submit(self.buyer, cart)
        self.assertEqual((order.state, order.amount_untaxed), ("sale", 560))

    def test_nobody_else_sees_the_article_or_gets_the_price(self):
        self._offer(self.hidden, 500)
        self._offer(self.shown, 10)
        self.assertFalse(self.other._find_b2b_products(self.company, self.hidden.ids))
        self.assertEqual((self._price(self.shown), self._price(self.shown, self.other)), (10, 30))
        with self.assertRaises(NotAvailable):
            self._fill_cart(self.stranger, hidden=1)

    def test_an_offer_that_ended_stops_at_once_also_in_a_cart(self):
        offer = self._offer(self.hidden, 500, date_end=fields.Datetime.now() + timedelta(days=1))
        cart = self._fill_cart(self.buyer, hidden=1)
        offer.write({"date_start": "2020-01-01", "date_end": "2020-02-01"})
        self.assertFalse(self.customer._find_b2b_products(self.company, self.hidden.ids))
        unavailable, _changed = cart._refresh_b2b_cart(self.buyer)
        self.assertEqual(unavailable, self.hidden)
        self.assertEqual(cart.order_line.price_unit, 990)

    def test_an_archived_offer_and_one_that_has_not_started_show_nothing(self):
        self._offer(self.hidden, 500).active = False
        self._offer(self.hidden, 400, date_start=fields.Datetime.now() + timedelta(days=1))
        self.assertFalse(self.customer._find_b2b_products(self.company, self.hidden.ids))
        self.assertEqual(self.customer._get_b2b_pricelist(self.company), self.pricelist)

    def test_a_changed_price_holds_at_once(self):
        offer = self._offer(self.shown, 10)
        self.assertEqual(self._price(self.shown), 10)
        offer.price = 12
        self.assertEqual(self._price(self.shown), 12)

    def test_the_price_is_converted_into_the_customers_currency(self):
        currency = self.env["res.currency"].create({"name": "XTA", "symbol": "X", "rounding": 0.01})
        currency.rate_ids = [Command.create({"rate": 2, "name": "2020-01-01"})]
        self.customer.b2b_currency_id = currency
        self._offer(self.hidden, 500)
        self.assertEqual((self._price(self.hidden), self._price(self.shown)), (1000, 60))

    def test_other_articles_keep_their_quantity_breaks(self):
        self._offer(self.hidden, 500)
        self._add_rule(
            self.pricelist,
            product_tmpl_id=self.shown.product_tmpl_id.id,
            fixed_price=20,
            min_quantity=10,
        )
        prices = self.customer._get_b2b_prices(self.company, self.shown)[self.shown.id]
        self.assertEqual(prices, {"price": 30, "breaks": [(10, 20)]})

    def test_pages_write_the_customers_pricelist_once(self):
        self._offer(self.shown, 10)
        first = self.customer._get_b2b_pricelist(self.company)
        rules = first.item_ids
        self.assertEqual(self.customer._get_b2b_pricelist(self.company), first)
        self.assertEqual(first.item_ids, rules)

    def test_articles_that_are_not_for_sale_are_not_shown_by_an_offer(self):
        self._offer(self.hidden, 500)
        self.hidden.sale_ok = False
        self.assertFalse(self.customer._find_b2b_products(self.company, self.hidden.ids))

    def test_each_customer_is_told_once_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        offer = self._offer(self.shown, 10)
        offer.with_context(lang="fr_FR").name = "Prix d'automne"
        offer.b2b_customer_ids |= self.other
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        offer.with_user(self.manager).action_b2b_notify()
        sent = mails.search([]) - before
        self.assertEqual(sent.recipient_ids, (self.buyer | self.stranger).partner_id)
        french = sent.filtered(lambda mail: mail.recipient_ids == self.buyer.partner_id)
        self.assertIn("Prix d'automne", french.subject)
        with self.assertRaisesRegex(Exception, "Nobody is left"):
            offer.with_user(self.manager).action_b2b_notify()

    def test_sellers_read_offers_and_managers_change_them(self):
        offer = self._offer(self.shown, 10)
        seller = new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        self.assertEqual(offer.with_user(seller).price, 10)
        with self.assertRaises(AccessError):
            offer.with_user(seller).action_b2b_notify()
        offer.with_user(self.manager).price = 11
        self.assertFalse(offer.with_user(self.buyer.user_id).has_access("read"))


@tagged("post_install", "-at_install")
class TestOfferPages(OfferCase, HttpCase):
    def test_the_chosen_customer_reads_of_it_in_catalogue_and_offers(self):
        self._offer(self.hidden, 500)
        self.authenticate("buyer", "buyer")
        self.assertIn("There is an offer for you", self.url_open("/b2b").text)
        self.assertIn("Secret table", self.url_open("/b2b/offers").text)

    def test_others_read_nothing_of_it(self):
        self._offer(self.hidden, 500)
        self.authenticate("stranger", "stranger")
        self.assertNotIn("offer for you", self.url_open("/b2b").text)
        page = self.url_open("/b2b/offers").text
        self.assertIn("No offers at the moment", page)
        self.assertNotIn("Autumn", page)

    def test_sellers_see_the_offers_in_the_preview_of_the_customer(self):
        self._offer(self.hidden, 500)
        group = "sales_team.group_sale_salesman"
        seller = new_test_user(self.env, "seller", password="seller", groups=group)
        link = self.customer.with_user(seller).action_b2b_preview()["url"]
        self.authenticate("seller", "seller")
        self.assertIn("There is an offer for you", self.url_open(link).text)
        page = self.url_open("/b2b/offers").text
        self.assertIn("Secret table", page)
        self.assertNotIn("/b2b/cart/set", page)
