from odoo import http
from odoo.tests import HttpCase, tagged

from odoo.addons.mail.tests.common import MockEmail

from ..exceptions import AlreadyDecided, B2bError, CartChanged
from .common import B2bCase, B2bCommon


@tagged("post_install", "-at_install")
class TestApproval(MockEmail, B2bCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer.write({"is_limited": True, "spending_limit": 100})
        cls.boss = cls._create_member(cls.customer, "boss", "administrator")
        cls.approver = cls._create_member(cls.customer, "approver", "approver")

    def _order(self, quantity=4):
        """Order at 30 apiece, as the buyer."""
        cart = self._fill_cart(self.buyer, shown=quantity)
        with self.mock_mail_gateway():
            return self._submit(self.buyer, cart)

    def _approve(self, member, order, total=None):
        with self.mock_mail_gateway():
            return self._as(member)._approve_b2b(
                member, order.id, total or order._get_b2b_shown_total()
            )

    def test_an_order_up_to_the_limit_is_confirmed_at_once(self):
        self.buyer.spending_limit = 120
        self.assertEqual(self._order().state, "sale")

    def test_an_order_above_the_limit_waits_and_those_who_may_approve_are_told(self):
        order = self._order()
        self.assertEqual((order.state, order.b2b_stage), ("draft", "approval"))
        recipients = {mail["email_to"][0] for mail in self._mails}
        self.assertEqual(recipients, {"boss@customer.example.com", "approver@customer.example.com"})
        self.assertIn(f"/b2b/approvals/{order.id}", self._mails[0]["body"])

    def test_where_nobody_can_approve_the_shop_is_told(self):
        (self.boss + self.approver)._revoke()
        self.company.b2b_manager_id = self.env.ref("base.user_admin")
        self._order()
        self.assertEqual(self.customer.activity_ids.user_id, self.env.ref("base.user_admin"))

    def test_a_colleague_approves_and_the_order_is_confirmed(self):
        order = self._order()
        self._approve(self.approver, order)
        self.assertEqual((order.state, order.b2b_stage), ("sale", "placed"))
        self.assertEqual((order.b2b_member_id, order.b2b_approver_id), (self.buyer, self.approver))
        bodies = [mail["body"] for mail in self._mails]
        self.assertTrue(any("approved your order" in body for body in bodies))

    def test_nobody_approves_their_own_order_not_even_an_administrator(self):
        self.boss.write({"is_limited": True, "spending_limit": 10})
        cart = self._fill_cart(self.boss, shown=1)
        order = self._submit(self.boss, cart)
        with self.assertRaises(B2bError):
            self._approve(self.boss, order)
        self.boss.is_limited = False
        with self.assertRaises(B2bError):
            self._approve(self.boss, order)
        self.assertEqual(order.b2b_stage, "approval")

    def test_buyers_and_viewers_cannot_approve_or_decline(self):
        order = self._order()
        for role in ("buyer", "viewer"):
            colleague = self._create_member(self.customer, role + "2", role)
            with self.subTest(role), self.assertRaises(B2bError):
                self._approve(colleague, order)
            with self.subTest(role), self.assertRaises(B2bError):
                self._as(colleague)._decline_b2b(colleague, order.id, "no")
        self.assertEqual(order.state, "draft")

    def test_another_companys_approver_finds_no_such_order(self):
        order = self._order()
        stranger = self._create_member(self._create_customer("Other"), "stranger", "administrator")
        self.assertFalse(self._as(stranger)._get_b2b_waiting(stranger, "approval"))
        with self.assertRaises(AlreadyDecided):
            self._approve(stranger, order)

    def test_an_approver_with_a_limit_approves_up_to_it(self):
        order = self._order()
        self.approver.write({"is_limited": True, "spending_limit": 110})
        with self.assertRaisesRegex(B2bError, "own spending limit"):
            self._approve(self.approver, order)
        self.approver.spending_limit = 120
        self._approve(self.approver, order)
        self.assertEqual(order.state, "sale")

    def test_an_order_is_approved_once(self):
        order = self._order()
        self._approve(self.approver, order)
        with self.assertRaises(AlreadyDecided):
            self._approve(self.boss, order, "120.00")

    def test_a_price_that_changed_is_shown_before_approving(self):
        order = self._order()
        shown = order._get_b2b_shown_total()
        self.pricelist.item_ids.fixed_price = 35
        with self.assertRaises(CartChanged):
            self._approve(self.approver, order, shown)
        self.assertEqual(order.b2b_stage, "approval")
        self._approve(self.approver, order, f"140.00 {order.currency_id.name}")
        self.assertEqual(order.amount_total, 140)

    def test_an_article_that_is_gone_stops_the_approval(self):
        order = self._order()
        shown = order._get_b2b_shown_total()
        self.shown.active = False
        with self.assertRaises(B2bError):
            self._approve(self.approver, order, shown)
        self.assertEqual(order.state, "draft")

    def test_declining_needs_a_reason_cancels_and_tells_who_ordered(self):
        order = self._order()
        orders = self._as(self.approver)
        with self.assertRaises(B2bError):
            orders._decline_b2b(self.approver, order.id, "  ")
        with self.mock_mail_gateway():
            orders._decline_b2b(self.approver, order.id, "We <b>still</b> have some")
        self.assertEqual((order.state, order.b2b_stage), ("cancel", False))
        self.assertEqual(self._mails[-1]["email_to"], ["buyer@customer.example.com"])
        self.assertIn("We &lt;b&gt;still", self._mails[-1]["body"])

    def test_an_order_taken_back_is_the_cart_again(self):
        order = self._order()
        self._as(self.buyer)._withdraw_b2b(self.buyer, order.id)
        self.assertEqual(order.b2b_stage, "cart")
        self.assertEqual(self._as(self.buyer)._get_b2b_cart(self.buyer), order)
        self._submit(self.buyer, order)
        self.assertEqual(order.b2b_stage, "approval")

    def test_an_order_taken_back_while_the_cart_is_in_use_is_cancelled(self):
        order = self._order()
        cart = self._fill_cart(self.buyer, shown=1)
        self._as(self.buyer)._withdraw_b2b(self.buyer, order.id)
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self._as(self.buyer)._get_b2b_cart(self.buyer), cart)

    def test_a_colleagues_order_cannot_be_withdrawn(self):
        order = self._order()
        with self.assertRaises(B2bError):
            self._as(self.boss)._withdraw_b2b(self.boss, order.id)
        self.assertEqual(order.b2b_stage, "approval")

    def test_who_ordered_sees_the_own_waiting_order_and_no_colleagues(self):
        order = self._order()
        colleague = self._create_member(self.customer, "buyer2")
        self.assertEqual(self._as(self.buyer)._get_b2b_waiting(self.buyer, "approval"), order)
        self.assertFalse(self._as(colleague)._get_b2b_waiting(colleague, "approval"))

    def test_the_limit_is_compared_in_the_customers_currency(self):
        order = self._order()
        euro = self.env["res.currency"].create({"name": "TST", "symbol": "t"})
        self.env["res.currency.rate"].create({"currency_id": euro.id, "rate": 0.5})
        self.customer.b2b_currency_id = euro
        self.buyer.invalidate_recordset()
        self.assertEqual(self.buyer.currency_id, euro)
        self.assertFalse(order._get_b2b_approval_reason(self.buyer))
        self.buyer.spending_limit = 59
        self.assertTrue(order._get_b2b_approval_reason(self.buyer))


@tagged("post_install", "-at_install")
class TestApprovalPages(B2bCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.buyer.write({"is_limited": True, "spending_limit": 100})
        self.boss = self._create_member(self.customer, "boss", "administrator")
        self.order = self._submit(self.buyer, self._fill_cart(self.buyer, shown=4))

    def _post(self, path, **form):
        form["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=form)

    def test_an_administrator_looks_and_approves(self):
        self.authenticate("boss", "boss")
        self.assertIn(self.order.name, self.url_open("/b2b/approvals").text)
        page = self.url_open(f"/b2b/approvals/{self.order.id}").text
        self.assertIn('name="total" value="120.00 ', page)
        self._post(
            f"/b2b/approvals/{self.order.id}/approve", total=self.order._get_b2b_shown_total()
        )
        self.assertEqual(self.order.state, "sale")

    def test_who_ordered_may_take_it_back_and_not_approve(self):
        self.authenticate("buyer", "buyer")
        page = self.url_open(f"/b2b/approvals/{self.order.id}").text
        self.assertIn("/withdraw", page)
        self.assertNotIn("/approve", page)
        answer = self._post(
            f"/b2b/approvals/{self.order.id}/approve", total=self.order._get_b2b_shown_total()
        )
        self.assertIn("Nobody approves their own order", answer.text)
        self.assertEqual(self.order.state, "draft")
        self._post(f"/b2b/approvals/{self.order.id}/withdraw")
        self.assertEqual(self.order.b2b_stage, "cart")

    def test_strangers_and_unknown_numbers_get_the_same_page(self):
        self._create_member(self._create_customer("Other"), "stranger", "administrator")
        self.authenticate("stranger", "stranger")
        for order_id in (self.order.id, 2**31 - 1):
            self.assertEqual(self.url_open(f"/b2b/approvals/{order_id}").status_code, 404)

    def test_a_total_changed_in_the_form_is_refused(self):
        self.authenticate("boss", "boss")
        answer = self._post(f"/b2b/approvals/{self.order.id}/approve", total="1.00")
        self.assertIn("Prices changed", answer.text)
        self.assertEqual(self.order.state, "draft")
