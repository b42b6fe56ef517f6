from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase, tagged

from ..exceptions import AlreadyDecided, B2bError
from .common import B2bCase, B2bCommon


class WaitingCase(B2bCase):
    """An order of the buyer that waits for payment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._create_member(cls.customer, "boss", "administrator")
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Card", "code": "none", "state": "test", "company_id": cls.company.id}
        )
        methods = cls.env["payment.method"].with_context(active_test=False)
        cls.method = methods.search([], limit=1)

    def setUp(self):
        super().setUp()
        self.order = self._let_wait(self.buyer)

    def _let_wait(self, member):
        order = self._fill_cart(member, shown=2).with_user(self.env.user)
        order.write({"b2b_stage": "payment", "b2b_member_id": member.id, "b2b_cart_user_id": False})
        return order

    def _pay(self, state, **values):
        payment = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": self.order.amount_total,
                "currency_id": self.order.currency_id.id,
                "partner_id": self.customer.id,
                "sale_order_ids": self.order.ids,
                "operation": "online_redirect",
                **values,
            }
        )
        payment.state = state
        return payment


@tagged("post_install", "-at_install")
class TestPaymentWaiting(WaitingCase, B2bCommon):
    def _withdraw(self, member):
        return self._as(member)._withdraw_b2b(member, self.order.id)

    def test_an_unpaid_order_taken_back_is_the_cart_again(self):
        self.order.b2b_approver_id = self.boss
        self._withdraw(self.buyer)
        self.assertEqual(self._as(self.buyer)._get_b2b_cart(self.buyer), self.order)
        self.assertFalse(self.order.b2b_approver_id, "what changes now is approved anew")

    def test_an_order_whose_payment_was_refused_or_given_up_can_be_taken_back(self):
        for state in ("draft", "cancel", "error"):
            self._pay(state)
        self.assertEqual(self._withdraw(self.buyer).b2b_stage, "cart")

    def test_an_order_whose_payment_is_under_way_is_neither_taken_back_nor_paid_again(self):
        for state in ("pending", "done"):
            payment = self._pay(state)
            with self.subTest(state):
                with self.assertRaisesRegex(B2bError, "being processed"):
                    self._withdraw(self.buyer)
                payable = self._as(self.buyer)._lock_b2b_payable(self.buyer, self.order.id)
                self.assertFalse(payable)
            payment.state = "cancel"
        self.assertEqual(self.order.b2b_stage, "payment")

    def test_only_who_ordered_takes_an_unpaid_order_back(self):
        with self.assertRaisesRegex(B2bError, "Only who ordered"):
            self._withdraw(self.boss)
        stranger = self._create_member(self._create_customer("Other"), "stranger")
        with self.assertRaises(AlreadyDecided):
            self._withdraw(stranger)
        self.assertEqual(self.order.b2b_stage, "payment")

    def test_an_unpaid_order_does_not_wait_for_approval(self):
        waiting = self._as(self.boss)._get_b2b_waiting(self.boss, "approval")
        self.assertFalse(waiting)
        with self.assertRaises(AlreadyDecided):
            self._as(self.boss)._approve_b2b(self.boss, self.order.id, "60.00")

    def test_a_payment_that_arrives_for_an_order_taken_back_makes_it_the_payers_order(self):
        self._withdraw(self.buyer)
        self.order.action_confirm()
        self.assertEqual((self.order.b2b_stage, self.order.b2b_member_id), ("placed", self.buyer))
        self.assertFalse(self._as(self.buyer)._get_b2b_cart(self.buyer))

    def test_money_confirms_nothing_that_was_changed_since_and_counts_when_it_is_ordered_again(
        self,
    ):
        self.company.b2b_manager_id = self.env.ref("base.user_admin")
        payment = self._pay("draft")
        self._withdraw(self.buyer)
        self._fill_cart(self.buyer, shown=1)
        payment.state = "done"
        payment._check_amount_and_confirm_order()
        self.assertEqual((self.order.state, self.order.b2b_stage), ("draft", "cart"))
        self.assertIn("took back", self.order.activity_ids.summary)
        self.order.b2b_payment = "online"
        with patch.object(
            type(self.order), "_get_b2b_payments", lambda _order, _member: ["online"]
        ):
            again = self._submit(self.buyer, self.order)
        self.assertEqual((again.state, again.b2b_stage), ("sale", "placed"))

    def test_less_than_the_whole_is_not_paid(self):
        with self.assertRaisesRegex(B2bError, "total"):
            self._pay("draft", amount=0.01)


@tagged("post_install", "-at_install")
class TestPaymentWaitingPages(WaitingCase, HttpCase):
    def _post(self, address):
        return self.url_open(address, data={"csrf_token": http.Request.csrf_token(self)})

    def test_the_list_and_the_page_offer_to_pay_or_to_take_the_order_back(self):
        self.authenticate("buyer", "buyer")
        self.assertIn(f"/b2b/orders/{self.order.id}", self.url_open("/b2b/orders").text)
        page = self.url_open(f"/b2b/orders/{self.order.id}").text
        self.assertIn(f"/b2b/orders/{self.order.id}/pay", page)
        answer = self._post(f"/b2b/orders/{self.order.id}/withdraw")
        self.assertTrue(answer.url.endswith("/b2b/cart"))
        self.assertEqual(self.order.b2b_stage, "cart")

    def test_a_colleague_who_approves_may_pay_and_not_take_it_back(self):
        self.authenticate("boss", "boss")
        page = self.url_open(f"/b2b/orders/{self.order.id}").text
        self.assertIn(f"/b2b/orders/{self.order.id}/pay", page)
        self.assertNotIn("/withdraw", page)
        self._post(f"/b2b/orders/{self.order.id}/withdraw")
        self.assertEqual(self.order.b2b_stage, "payment")

    def test_a_payment_that_failed_is_told_and_can_be_tried_again(self):
        self._pay("error")
        self.authenticate("buyer", "buyer")
        page = self.url_open(f"/b2b/orders/{self.order.id}").text
        self.assertIn("The payment did not succeed", page)
        self.assertIn(f"/b2b/orders/{self.order.id}/pay", page)

    def test_while_a_payment_is_processed_the_pages_offer_nothing(self):
        self._pay("pending")
        self.authenticate("buyer", "buyer")
        page = self.url_open(f"/b2b/orders/{self.order.id}/pay")
        self.assertTrue(page.url.endswith(f"/b2b/orders/{self.order.id}"), "not to pay twice")
        self.assertIn("A payment is being processed", page.text)
        self.assertNotIn("/withdraw", page.text)

    def test_strangers_get_the_same_answer_as_for_an_unknown_order(self):
        self._create_member(self._create_customer("Other"), "stranger", "administrator")
        self.authenticate("stranger", "stranger")
        for order_id in (self.order.id, 2**31 - 1):
            self.assertEqual(self.url_open(f"/b2b/orders/{order_id}/pay").status_code, 404)
