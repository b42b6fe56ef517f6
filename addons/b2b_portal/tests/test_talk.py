from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..exceptions import B2bError
from .test_orders_pages import B2bPagesCase

#: A drawn dot, as the signature widget sends it.
SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestTalk(B2bPagesCase):
    """Messages, cancellation requests and quotations."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._create_member(cls._create_customer("Stranger"), "stranger")
        cls.viewer = cls._create_member(cls.customer, "viewer", role="viewer")
        cls.company.b2b_manager_id = cls.env.ref("base.user_admin")

    def test_a_message_reaches_the_order_as_it_was_typed(self):
        order = self._place(self.buyer, shown=1)
        self._post(self.buyer, f"/b2b/orders/{order.id}/message", text="<b>Please</b> <script>\nThanks")
        answer = self._open(self.buyer, f"/b2b/orders/{order.id}")
        self.assertIn("<b>Please</b> <script>", self._text(answer))
        self.assertIn("&lt;b&gt;Please", answer.text)
        self.assertIn("&lt;script&gt;<br>Thanks", answer.text.replace("<br/>", "<br>"))
        self.assertEqual(order.website_message_ids[0].author_id, self.buyer.partner_id)

    def test_customers_read_messages_and_no_notes(self):
        order = self._place(self.buyer, shown=1)
        order.message_post(body="Between us", message_type="comment", subtype_xmlid="mail.mt_note")
        order.message_post(body="For you", message_type="comment", subtype_xmlid="mail.mt_comment")
        text = self._text(self._open(self.buyer, f"/b2b/orders/{order.id}"))
        self.assertIn("For you", text)
        self.assertNotIn("Between us", text)

    def test_no_message_reaches_an_order_of_another_customer(self):
        order = self._place(self.buyer, shown=1)
        before = order.message_ids
        answer = self._post(self.stranger, f"/b2b/orders/{order.id}/message", text="Hello")
        self.assertEqual(answer.status_code, 404)
        self._post(self.buyer, f"/b2b/orders/{order.id}/message", text="  ")
        self._post(self.buyer, f"/b2b/orders/{order.id}/message", text="x" * 2001)
        self.assertEqual(order.message_ids, before)

    def test_a_cancellation_is_asked_accepted_and_told(self):
        order = self._place(self.buyer, shown=1)
        self._post(self.buyer, f"/b2b/orders/{order.id}/cancel", reason="Guests cancelled")
        self.assertEqual(order.b2b_cancel_state, "requested")
        task = order.activity_ids.filtered(lambda found: "Guests" in (found.note or ""))
        self.assertEqual(task.user_id, self.company.b2b_manager_id)
        text = self._text(self._open(self.buyer, f"/b2b/orders/{order.id}"))
        self.assertIn("You asked to cancel", text)
        order.action_b2b_cancel_accept()
        self.assertEqual((order.state, order.b2b_cancel_state), ("cancel", "accepted"))
        self.assertFalse(task.exists().active)
        told = order.message_ids.filtered(lambda found: "was cancelled" in (found.body or ""))
        self.assertIn(self.buyer.partner_id, told.partner_ids)

    def test_a_cancellation_is_refused_with_a_reason_that_the_customer_reads(self):
        order = self._place(self.buyer, shown=1)
        order._request_b2b_cancellation(self.buyer, "Too many")
        action = order.action_b2b_cancel_refuse()
        dialogue = self.env["b2b.refusal"].browse(action["res_id"])
        with self.assertRaises(UserError):
            dialogue.action_confirm()
        dialogue.reason = "It is packed <already>"
        dialogue.action_confirm()
        self.assertEqual((order.state, order.b2b_cancel_state), ("sale", "refused"))
        text = self._text(self._open(self.buyer, f"/b2b/orders/{order.id}"))
        self.assertIn("It is packed <already>", text)

    def test_a_cancellation_is_asked_once_with_a_reason_and_before_goods_left(self):
        order, sent = self._place(self.buyer, shown=1), self._place(self.buyer, shown=2)
        self._ship(sent)
        for asked, reason in ((order, " "), (sent, "Too late")):
            with self.assertRaises(B2bError):
                asked._request_b2b_cancellation(self.buyer, reason)
            self.assertFalse(asked.b2b_cancel_state)
        order._request_b2b_cancellation(self.buyer, "First")
        with self.assertRaises(B2bError):
            order._request_b2b_cancellation(self.buyer, "Second")
        self.assertEqual(order.b2b_cancel_reason, "First")

    def test_a_request_without_anyone_responsible_waits_on_the_order(self):
        self.company.b2b_manager_id = False
        order = self._place(self.buyer, shown=1)
        order.user_id = False
        order._request_b2b_cancellation(self.buyer, "Too many")
        self.assertFalse(order.activity_ids.user_id)
        self.assertTrue(order.activity_ids)

    def test_viewers_and_strangers_do_not_ask_to_cancel(self):
        order = self._place(self.buyer, shown=1)
        for member in (self.viewer, self.stranger):
            self._post(member, f"/b2b/orders/{order.id}/cancel", reason="Mine")
        self.assertFalse(order.b2b_cancel_state)

    def test_customers_do_not_decide_about_their_own_request(self):
        order = self._place(self.buyer, shown=1)
        order._request_b2b_cancellation(self.buyer, "Too many")
        mine = order.with_user(self.buyer.user_id)
        for decide in (mine.action_b2b_cancel_accept, mine.action_b2b_cancel_refuse):
            with self.assertRaises(AccessError):
                decide()
        self.assertEqual(order.state, "sale")

    def test_what_left_meanwhile_is_not_cancelled_by_accepting(self):
        order = self._place(self.buyer, shown=1)
        order._request_b2b_cancellation(self.buyer, "Too many")
        self._ship(order)
        with self.assertRaises(UserError):
            order.action_b2b_cancel_accept()
        self.assertEqual(order.state, "sale")

    def test_quotations_are_listed_for_who_they_concern(self):
        quotation = self._quote(state="sent")
        self.assertIn(quotation.name, self._text(self._open(self.buyer, "/b2b/quotations")))
        self.assertIn("No quotations", self._text(self._open(self.stranger, "/b2b/quotations")))
        self.assertNotIn(quotation.name, self._text(self._open(self.buyer, "/b2b/orders")))

    def test_a_member_signs_a_quotation_and_it_becomes_their_order(self):
        quotation = self._quote(state="sent", require_signature=True, require_payment=False)
        answer = self._sign(self.buyer, quotation)
        self.assertNotIn("error", answer)
        self.assertEqual(quotation.state, "sale")
        self.assertEqual(quotation.b2b_member_id, self.buyer)

    def test_neither_viewers_nor_buyers_above_their_limit_sign(self):
        quotation = self._quote(state="sent", require_signature=True, require_payment=False)
        self.buyer.write({"is_limited": True, "spending_limit": 1})
        for member in (self.viewer, self.buyer, self.stranger):
            self.assertIn("error", self._sign(member, quotation))
        self.assertEqual(quotation.state, "sent")
        self.assertFalse(quotation.signature)

    def _sign(self, member, quotation):
        self.authenticate(member.user_id.login, member.user_id.login)
        return self.make_jsonrpc_request(
            f"/my/orders/{quotation.id}/accept", {"name": "Bea Buyer", "signature": SIGNATURE}
        )
