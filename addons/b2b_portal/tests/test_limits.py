from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..exceptions import B2bError
from .common import B2bCase

#: The smallest picture there is.
SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestLimits(B2bCase, HttpCase):
    """No path of core's leads around role, spending limit and approval."""

    def setUp(self):
        super().setUp()
        self.buyer.write({"is_limited": True, "spending_limit": 100})
        self.quotation = self._create_quotation(4)

    def _create_quotation(self, quantity):
        """Return a quotation as staff send one, at 30 apiece, open for signing and paying."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "pricelist_id": self.pricelist.id,
                "require_signature": True,
                "require_payment": False,
                "order_line": [
                    Command.create({"product_id": self.shown.id, "product_uom_qty": quantity})
                ],
            }
        )
        order.action_quotation_sent()
        order._portal_ensure_token()
        return order

    def _sign(self, order):
        """Sign on Odoo's own page; return its answer, or the refusal's words."""
        try:
            with mute_logger("odoo.http"):
                return self.make_jsonrpc_request(
                    f"/my/orders/{order.id}/accept",
                    {"access_token": order.access_token, "name": "Me", "signature": SIGNATURE},
                )
        except JsonRpcException as error:
            return {"error": str(error)}

    def _pay(self, order):
        """Ask for a payment of the order on Odoo's own page."""
        provider = self.env["payment.provider"].search([], limit=1)
        method = self.env["payment.method"].search([("active", "in", (True, False))], limit=1)
        with mute_logger("odoo.http"):
            return self.make_jsonrpc_request(
                f"/my/orders/{order.id}/transaction",
                {
                    "access_token": order.access_token,
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "token_id": None,
                    "amount": order.amount_total,
                    "flow": "direct",
                    "tokenization_requested": False,
                    "landing_route": "/my",
                },
            )

    def _create_transaction(self, order, user, provider=None):
        """Create a payment as core's routes do: as superuser, in the name of the acting user."""
        provider = provider or self.env["payment.provider"].search([], limit=1)
        methods = self.env["payment.method"].with_context(active_test=False)
        return (
            self.env["payment.transaction"]
            .with_user(user)
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": methods.search([], limit=1).id,
                    "amount": order.amount_total,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "reference": f"test {order.id} {user.id}",
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
        )

    def test_a_limited_buyer_cannot_sign_a_quotation_above_the_limit(self):
        self.authenticate("buyer", "buyer")
        self.assertIn("error", self._sign(self.quotation))
        self.assertEqual((self.quotation.state, self.quotation.signature), ("sent", False))

    def test_a_quotation_up_to_the_limit_is_signed_and_confirmed(self):
        quotation = self._create_quotation(3)
        self.authenticate("buyer", "buyer")
        self.assertNotIn("error", self._sign(quotation))
        self.assertEqual(quotation.state, "sale")

    def test_a_colleague_without_a_limit_signs_the_same_quotation(self):
        self._create_member(self.customer, "boss", "administrator")
        self.authenticate("boss", "boss")
        self.assertNotIn("error", self._sign(self.quotation))
        self.assertEqual(self.quotation.state, "sale")

    def test_a_viewer_signs_nothing_however_small(self):
        quotation = self._create_quotation(1)
        self._create_member(self.customer, "viewer", "viewer")
        self.authenticate("viewer", "viewer")
        self.assertIn("error", self._sign(quotation))
        self.assertEqual(quotation.state, "sent")

    def test_logging_out_and_using_the_link_is_no_way_around_the_limit(self):
        self.authenticate(None, None)
        self.assertIn("error", self._sign(self.quotation))
        self.assertEqual(self.quotation.state, "sent")

    def test_the_link_alone_opens_for_signing_where_nobody_is_limited(self):
        self.buyer.is_limited = False
        self.authenticate(None, None)
        page = self.url_open(self.quotation.get_portal_url())
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("error", self._sign(self.quotation))
        self.assertEqual(self.quotation.state, "sale")

    def test_the_quotations_page_opens_for_everybody_with_its_link(self):
        self.authenticate(None, None)
        self.assertIn(self.quotation.name, self.url_open(self.quotation.get_portal_url()).text)

    def test_paying_is_no_way_around_the_limit_either(self):
        self.quotation.write({"require_signature": False, "require_payment": True})
        public = self.env.ref("base.public_user")
        for user in (self.buyer.user_id, public):
            with self.subTest(user.login), self.assertRaises(B2bError):
                self._create_transaction(self.quotation, user)
        boss = self._create_member(self.customer, "boss", "administrator")
        self.assertTrue(self._create_transaction(self.quotation, boss.user_id))

    def test_the_page_that_pays_refuses_as_well(self):
        self.quotation.write({"require_signature": False, "require_payment": True})
        self.authenticate("buyer", "buyer")
        with self.assertRaises(JsonRpcException):
            self._pay(self.quotation)
        self.assertFalse(self.quotation.transaction_ids)

    def test_a_confirmed_order_is_paid_by_whoever_has_its_link(self):
        self.quotation.action_confirm()
        self.assertTrue(self._create_transaction(self.quotation, self.buyer.user_id))

    def test_confirming_is_refused_to_the_acting_user_also_where_code_is_superuser(self):
        for order in (
            self.quotation.with_user(self.buyer.user_id).sudo(),
            self._as(self.buyer).browse(self.quotation.id),
        ):
            with self.assertRaises(B2bError):
                order.action_confirm()
            with self.assertRaises(B2bError):
                order._validate_order()

    def test_carts_and_waiting_orders_are_not_confirmed_paid_or_signed_from_outside(self):
        cart = self._fill_cart(self.buyer, shown=4)
        boss = self._create_member(self.customer, "boss", "administrator")
        waiting = self._fill_cart(boss, shown=1)
        boss.write({"is_limited": True, "spending_limit": 1})
        self._submit(boss, waiting)
        for order in (cart, waiting):
            for user in (self.buyer.user_id, boss.user_id, self.env.ref("base.public_user")):
                with self.subTest(order=order.b2b_stage, user=user.login):
                    with self.assertRaises(B2bError):
                        self._create_transaction(order, user)
                    with self.assertRaises(B2bError):
                        order.with_user(user).sudo().write({"signature": SIGNATURE})
            with self.assertRaises(B2bError):
                order.with_user(boss.user_id).sudo().action_confirm()

    def test_an_approved_order_that_waits_for_payment_is_paid_by_who_ordered(self):
        boss = self._create_member(self.customer, "boss", "administrator")
        order = self._submit(self.buyer, self._fill_cart(self.buyer, shown=4))
        order.write({"b2b_approver_id": boss.id, "b2b_stage": "payment"})
        provider = self.env.ref("b2b_portal.payment_provider_invoice")
        provider.write({"state": "test", "is_published": True})
        self.env.ref("b2b_portal.payment_method_invoice").active = True
        self.assertTrue(self._create_transaction(order, self.buyer.user_id, provider))
        order.with_user(self.buyer.user_id).sudo().action_confirm()
        self.assertEqual(order.state, "sale")

    def test_over_rpc_a_portal_user_neither_confirms_nor_writes(self):
        self.authenticate("buyer", "buyer")
        for method, arguments in (
            ("action_confirm", [[self.quotation.id]]),
            ("write", [[self.quotation.id], {"state": "sale"}]),
            ("create", [{"partner_id": self.customer.id}]),
        ):
            with self.subTest(method), mute_logger("odoo.http"):
                with self.assertRaises(JsonRpcException):
                    self.make_jsonrpc_request(
                        f"/web/dataset/call_kw/sale.order/{method}",
                        {"model": "sale.order", "method": method, "args": arguments, "kwargs": {}},
                    )
        self.assertEqual(self.quotation.state, "sent")
        with self.assertRaises(AccessError):
            self.buyer.with_user(self.buyer.user_id).write({"spending_limit": 10**6})

    def _change_option(self, quantity):
        """Change the quantity of an optional line on Odoo's own page."""
        option = self.quotation.order_line[-1]
        with mute_logger("odoo.http"):
            return self.make_jsonrpc_request(
                f"/my/orders/{self.quotation.id}/update_line_dict",
                {
                    "line_id": option.id,
                    "access_token": self.quotation.access_token,
                    "input_quantity": quantity,
                },
            )

    def test_optional_articles_bring_no_total_below_the_limit_and_viewers_change_none(self):
        section = {"display_type": "line_section", "name": "Options", "is_optional": True}
        option = {"product_id": self.shown.id, "product_uom_qty": 0, "sequence": 99}
        self.quotation.order_line = [
            Command.create({**section, "sequence": 98}),
            Command.create(option),
        ]
        line = self.quotation.order_line[-1]
        self.assertTrue(line._can_be_edited_on_portal())
        self.authenticate("buyer", "buyer")
        self._change_option(1)
        self.assertEqual(line.product_uom_qty, 1)
        for quantity in (-3, 1e300, "many", None):
            with self.subTest(quantity), self.assertRaises(JsonRpcException):
                self._change_option(quantity)
        self.buyer.role = "viewer"
        with self.assertRaises(JsonRpcException):
            self._change_option(2)
        self.assertEqual(line.product_uom_qty, 1)

    def test_staff_confirm_what_they_agreed_upon(self):
        self.quotation.action_confirm()
        self.assertEqual(self.quotation.state, "sale")

    def test_an_order_that_is_not_theirs_to_see_is_refused_without_its_total(self):
        self.buyer.sees = "own"
        with self.assertRaises(AccessError):
            self.quotation.with_user(self.buyer.user_id).action_confirm()

    def test_a_payment_without_its_arguments_is_refused_in_words(self):
        self.authenticate("buyer", "buyer")
        for page in ("transaction", "update_line_dict"):
            with self.subTest(page), mute_logger("odoo.http"):
                url = f"/my/orders/{self.quotation.id}/{page}"
                answer = self.url_open(url, json={"params": {}}).json()
                self.assertNotIn("positional argument", str(answer))
