from datetime import timedelta

from odoo import Command, fields, http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import B2bCase, B2bCommon


@tagged("post_install", "-at_install")
class TestExplain(B2bCommon):
    def _ask(self, product, customer=None):
        seller = new_test_user(
            self.env, f"seller{product.id}", groups="sales_team.group_sale_salesman"
        )
        return (
            self.env["b2b.explain"]
            .with_user(seller)
            .create({"customer_id": (customer or self.customer).id, "product_id": product.id})
        )

    def test_a_rule_that_shows_the_product_is_named_with_the_price(self):
        rule = self._add_rule(
            self.pricelist,
            product_tmpl_id=self.shown.product_tmpl_id.id,
            fixed_price=20,
            min_quantity=10,
        )
        answer = self._ask(self.shown)
        self.assertTrue(answer.is_visible)
        self.assertIn(rule, answer.rule_ids)
        self.assertIn("30.00", answer.price)
        self.assertIn("From 10:", answer.price)

    def test_what_nothing_names_is_said_so(self):
        self.assertIn("No rule of “Trade”", self._ask(self.hidden).reason)

    def test_an_expired_and_a_coming_rule_are_named_with_their_dates(self):
        now = fields.Datetime.now()
        for dates, word in (
            ({"date_end": now - timedelta(days=1)}, "expired on"),
            ({"date_start": now + timedelta(days=1)}, "starts on"),
        ):
            product = self._create_product(word)
            rule = self._add_rule(self.pricelist, product_id=product.id, **dates)
            answer = self._ask(product)
            self.assertIn(word, answer.reason)
            self.assertEqual(answer.rule_ids, rule)

    def test_obstacles_of_the_product_come_first(self):
        for values, word in (({"sale_ok": False}, "not for sale"), ({"active": False}, "archived")):
            self.shown.write({"sale_ok": True, "active": True, **values})
            customer = self._create_customer(word, self.pricelist)
            explanation = customer._explain_b2b_product(self.company, self.shown)
            self.assertFalse(explanation.visible)
            self.assertIn(word, explanation.reason)

    def test_conversion_of_the_price_is_explained(self):
        currency = self.env["res.currency"].create({"name": "XTA", "symbol": "X"})
        currency.rate_ids = [Command.create({"rate": 2, "name": "2020-01-01"})]
        self.customer.b2b_currency_id = currency
        self.assertIn("Converted from", self._ask(self.shown).price)

    def test_a_closed_portal_is_told(self):
        self.customer.b2b_state = "revoked"
        self.assertTrue(self._ask(self.shown).access)

    def test_customers_and_other_staff_cannot_ask(self):
        clerk = new_test_user(self.env, "clerk", groups="base.group_user")
        for user in (clerk, self.buyer.user_id):
            with self.assertRaises(AccessError):
                self.env["b2b.explain"].with_user(user).create({})


@tagged("post_install", "-at_install")
class TestPreview(B2bCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_staff("seller", "sales_team.group_sale_salesman")
        cls.clerk = cls._create_staff("clerk", "base.group_user")

    @classmethod
    def _create_staff(cls, login, group):
        return new_test_user(cls.env, login, password=login, groups=group)

    def _link(self, user=None):
        customer = self.customer.with_user(user or self.seller)
        return customer.action_b2b_preview()["url"]

    def _open(self, login, link):
        self.authenticate(login, login)
        return self.url_open(link)

    def test_sellers_see_what_the_customer_sees_without_any_form_to_order(self):
        page = self._open("seller", self._link())
        self.assertIn("as <strong>Harbour View</strong> sees it", page.text)
        self.assertIn("Pan", page.text)
        self.assertNotIn("Secret table", page.text)
        self.assertNotIn("/b2b/cart/set", page.text)
        self.assertEqual(self.url_open(f"/b2b/product/{self.shown.id}").status_code, 200)
        self.assertEqual(self.url_open(f"/b2b/product/{self.hidden.id}").status_code, 404)

    def test_nothing_can_be_ordered_or_changed_in_the_preview(self):
        self._open("seller", self._link())
        orders = self.env["sale.order"].search_count([])
        form = {
            "csrf_token": http.Request.csrf_token(self),
            "product_id": self.shown.id,
            "quantity": 1,
        }
        for address in ("/b2b/cart/set", "/b2b/order", "/b2b/quick/read", "/b2b/cart"):
            self.url_open(address, data=form)
        self.assertEqual(self.env["sale.order"].search_count([]), orders)

    def test_a_link_opens_for_the_seller_it_was_made_for_only(self):
        other = self._create_staff("other", "sales_team.group_sale_salesman")
        link = self._link()
        for login in (other.login, "clerk", "buyer"):
            with self.subTest(login):
                self.assertNotIn("Harbour View</strong> sees it", self._open(login, link).text)

    def test_changed_and_old_links_open_nothing(self):
        link = self._link()
        partners = self.env["res.partner"].with_user(self.seller)
        token = link.rpartition("/")[2]
        self.assertTrue(partners._find_b2b_preview(token))
        for wrong in (token[:-4] + "AAAA", "", "x", token[:20]):
            self.assertFalse(partners._find_b2b_preview(wrong))

    def test_a_look_of_staff_is_no_visit_of_the_customer(self):
        token = self._link().rpartition("/")[2]
        looking = self.env["res.partner"].with_user(self.seller)._find_b2b_preview(token)
        waiting = len(self.env.cr.postcommit)
        looking._note_visit()
        self.assertEqual(len(self.env.cr.postcommit), waiting)
        self.buyer._note_visit()
        self.assertEqual(len(self.env.cr.postcommit), waiting + 1)
        self.env.cr.postcommit.clear()

    def test_the_preview_ends_with_the_right_and_with_the_switch(self):
        link = self._link()
        self._open("seller", link)
        self.company.b2b_enabled = False
        self.assertNotIn("sees it", self.url_open("/b2b").text)
        self.company.b2b_enabled = True
        self.seller.group_ids = [Command.unlink(self.env.ref("sales_team.group_sale_salesman").id)]
        self.assertFalse(
            self.env["res.partner"]
            .with_user(self.seller)
            ._find_b2b_preview(link.rpartition("/")[2])
        )

    def test_staff_without_the_right_to_sell_get_no_link(self):
        for user in (self.clerk, self.buyer.user_id):
            with self.assertRaises(AccessError):
                self._link(user)
