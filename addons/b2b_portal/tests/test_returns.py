import io

from PIL import Image

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..exceptions import B2bError
from .test_orders_pages import B2bPagesCase


@tagged("post_install", "-at_install")
class TestReturns(B2bPagesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._create_member(cls._create_customer("Stranger"), "stranger")
        cls.viewer = cls._create_member(cls.customer, "viewer", role="viewer")
        cls.seller = new_test_user(
            cls.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        cls.company.b2b_manager_id = cls.seller

    def _shipped(self, quantity=3):
        order = self._place(self.buyer, shown=quantity)
        self._ship(order)
        return order

    def _ask(self, order, quantity, reason="Scratched", photo=b"", member=None):
        return order._request_b2b_return(
            member or self.buyer, {order.order_line.id: str(quantity)}, reason, photo
        )

    def _photo(self, kind="PNG"):
        buffer = io.BytesIO()
        Image.new("RGB", (8, 8)).save(buffer, kind)
        return buffer.getvalue()

    def test_a_return_is_asked_accepted_received_and_refunded(self):
        order = self._shipped()
        invoice = self._invoice(order)
        request = self._ask(order, 2)
        self.assertEqual(request.state, "requested")
        self.assertEqual(request.activity_ids.user_id, self.seller)
        request.with_user(self.seller).action_accept()
        self.assertEqual(request.state, "accepted")
        self.assertEqual(request.picking_ids.move_ids.product_uom_qty, 2)
        request.picking_ids.move_ids.picked = True
        request.picking_ids.button_validate()
        self.assertEqual(request.state, "received")
        self.assertEqual(order.order_line.qty_delivered, 1)
        credit = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        credit.action_post()
        self.assertEqual(request.state, "refunded")
        self.assertFalse(request.activity_ids)

    def test_the_page_of_the_order_mirrors_each_state(self):
        order = self._shipped()
        request = self._ask(order, 1)
        address = f"/b2b/orders/{order.id}"
        self.assertIn("Requested", self._text(self._open(self.buyer, address)))
        dialogue = self.env["b2b.refusal"].browse(request.action_decline()["res_id"])
        dialogue.reason = "Used <daily>"
        dialogue.action_confirm()
        text = self._text(self._open(self.buyer, address))
        self.assertIn("Declined", text)
        self.assertIn("Used <daily>", text)

    def test_no_more_comes_back_than_was_shipped_and_not_asked_for_yet(self):
        order = self._shipped(3)
        first = self._ask(order, 2)
        with self.assertRaisesRegex(B2bError, "At most 1"):
            self._ask(order, 2)
        first._refuse_b2b_request("No")
        second = self._ask(order, 3)
        second.action_accept()
        self.assertFalse(order._get_b2b_returnable())
        second.picking_ids.move_ids.picked = True
        second.picking_ids.button_validate()
        self.assertFalse(order._get_b2b_returnable())

    def test_what_was_not_shipped_cannot_come_back(self):
        order = self._place(self.buyer, shown=3)
        with self.assertRaises(B2bError):
            self._ask(order, 1)
        self.assertFalse(order.b2b_return_ids)

    def test_impossible_requests_are_refused_and_leave_nothing(self):
        order = self._shipped()
        for quantity in ("-1", "0", "", "0.5", "many", "1e9"):
            with self.subTest(quantity), self.assertRaises(B2bError):
                self._ask(order, quantity)
        for reason in ("", "  ", "x" * 2001):
            with self.subTest(reason[:3]), self.assertRaises(B2bError):
                self._ask(order, 1, reason)
        with self.assertRaises(B2bError):
            self._ask(order, 1, member=self.viewer)
        other = self._shipped(1)
        with self.assertRaises(B2bError):
            order._request_b2b_return(self.buyer, {other.order_line.id: "1"}, "Mine")
        self.assertFalse(order.b2b_return_ids + other.b2b_return_ids)

    def test_a_photo_is_kept_privately_with_the_request(self):
        order = self._shipped()
        request = self._ask(order, 1, photo=self._photo("WEBP"))
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", request._name),
                ("res_id", "=", request.id),
                ("res_field", "=", "photo"),
            ]
        )
        self.assertEqual(len(attachment), 1)
        self.assertFalse(attachment.public or attachment.access_token)
        answer = self._open(self.stranger, f"/web/content/{attachment.id}")
        self.assertEqual(answer.status_code, 404)

    def test_files_that_are_no_pictures_are_refused_whatever_they_are_called(self):
        order = self._shipped()
        self.authenticate(self.buyer.user_id.login, self.buyer.user_id.login)
        values = {
            "csrf_token": http.Request.csrf_token(self),
            f"quantity_{order.order_line.id}": "1",
            "reason": "Broken",
            "back": f"/b2b/orders/{order.id}/return",
        }
        for content in (b"<svg onload='x'/>", b"MZ" * 100, b"x" * (5 * 1024 * 1024 + 1)):
            answer = self.url_open(
                f"/b2b/orders/{order.id}/return",
                values,
                files={"photo": ("photo.png", content, "image/png")},
            )
            self.assertIn("photo", self._text(answer))
        self.assertFalse(order.b2b_return_ids)
        answer = self.url_open(
            f"/b2b/orders/{order.id}/return",
            values,
            files={"photo": ("photo.bin", self._photo(), "application/octet-stream")},
        )
        self.assertTrue(order.b2b_return_ids.photo)
        self.assertIn(order.b2b_return_ids.name, self._text(answer))

    def test_strangers_reach_neither_the_form_nor_the_request(self):
        order = self._shipped()
        request = self._ask(order, 1)
        self.assertEqual(
            self._open(self.stranger, f"/b2b/orders/{order.id}/return").status_code, 404
        )
        for member in (self.buyer, self.stranger):
            with self.assertRaises(AccessError):
                request.with_user(member.user_id).read(["reason"])
            with self.assertRaises(AccessError):
                request.with_user(member.user_id).action_accept()
        self.assertEqual(request.state, "requested")

    def test_a_request_is_decided_once(self):
        request = self._ask(self._shipped(), 1)
        request.action_accept()
        for decide in (request.action_accept, request.action_decline):
            with self.assertRaises(UserError):
                decide()
        self.assertEqual(len(request.picking_ids), 1)

    def test_goods_of_two_shipments_come_back_from_both(self):
        order = self._place(self.buyer, shown=5)
        self._ship(order, 2)
        self._ship(order)
        request = self._ask(order, 4)
        request.action_accept()
        self.assertEqual(request.picking_ids.move_ids.mapped("product_uom_qty"), [2, 2])

    def test_lines_and_dialogues_are_of_the_own_company_and_user(self):
        request = self._ask(self._shipped(), 1)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        other = new_test_user(
            self.env,
            "other-seller",
            "sales_team.group_sale_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        dialogue = self.env["b2b.refusal"].with_user(self.seller)
        dialogue = dialogue.create({"request": f"b2b.return.request,{request.id}"})
        self.assertTrue(request.line_ids.with_user(self.seller).mapped("quantity"))
        for record in (request.line_ids, dialogue):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(other).check_access("read")
