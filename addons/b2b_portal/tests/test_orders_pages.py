from lxml import html

from odoo import http
from odoo.tests import HttpCase, tagged

from ..controllers import orders
from .common_orders import B2bOrdersCase


class B2bPagesCase(B2bOrdersCase, HttpCase):
    """Pages as a browser without scripts sees them."""

    def _open(self, member, address, **arguments):
        self.authenticate(member.user_id.login, member.user_id.login)
        return self.url_open(address, **arguments)

    def _text(self, answer):
        return html.fromstring(answer.text).find(".//*[@id='wrap']").text_content()

    def _post(self, member, address, **values):
        self.authenticate(member.user_id.login, member.user_id.login)
        return self.url_open(address, {"csrf_token": http.Request.csrf_token(self), **values})


@tagged("post_install", "-at_install")
class TestOrdersPages(B2bPagesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._create_member(cls._create_customer("Stranger"), "stranger")
        cls.viewer = cls._create_member(cls.customer, "viewer", role="viewer")
        cls.boss = cls._create_member(cls.customer, "boss", role="administrator")

    def test_the_list_shows_orders_with_state_and_reference_and_no_cart(self):
        order = self._place(self.buyer, shown=2)
        order.client_order_ref = "Summer menu"
        cart = self._fill_cart(self.buyer, shown=1)
        text = self._text(self._open(self.buyer, "/b2b/orders"))
        for told in (order.name, "Summer menu", "Ready for shipment"):
            self.assertIn(told, text)
        self.assertNotIn(cart.name, text)
        self.assertIn("No orders yet", self._text(self._open(self.stranger, "/b2b/orders")))

    def test_orders_are_found_by_number_reference_and_state(self):
        first, second = self._place(self.buyer, shown=1), self._place(self.buyer, shown=2)
        second.client_order_ref = "Winter"
        self._ship(second)
        searches = {
            f"search={first.name}": first,
            "search=wint": second,
            "status=ready": first,
            "status=delivered": second,  # has the label of "shipped"
        }
        for search, found in searches.items():
            with self.subTest(search):
                text = self._text(self._open(self.buyer, f"/b2b/orders?{search}"))
                self.assertIn(found.name, text)
                self.assertNotIn((first + second - found).name, text)

    def test_a_search_of_nonsense_finds_nothing_and_breaks_nothing(self):
        self._place(self.buyer, shown=1)
        for query in ("search=%25%27%22--", "search=" + "x" * 5000, "status=nonsense", "status=[]"):
            with self.subTest(query[:20]):
                self.assertEqual(self._open(self.buyer, f"/b2b/orders?{query}").status_code, 200)
        self.assertEqual(self._open(self.buyer, "/b2b/orders/page/99999").status_code, 200)

    def test_a_long_list_counts_ahead_and_every_order_is_reached(self):
        places = [self._place(self.buyer, shown=number) for number in (1, 2, 3)]
        for name in ("LIST_SIZE", "PAGES_AHEAD"):
            self.patch(orders, name, 1)
        self.assertIn("At least 2 orders", self._text(self._open(self.buyer, "/b2b/orders")))
        text = self._text(self._open(self.buyer, "/b2b/orders/page/3"))
        self.assertIn(places[0].name, text)
        self.assertIn("3 orders", text)

    def test_the_page_tells_lines_shipments_links_and_the_estimated_date(self):
        order = self._place(self.buyer, shown=3)
        order.commitment_date = "2031-05-06 10:00:00"
        picking = self._ship(order, 1)
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Fast Post",
                "product_id": self.shown.id,
                "tracking_url": "https://post.example.com/<shipmenttrackingnumber>",
            }
        )
        picking.write({"carrier_id": carrier.id, "carrier_tracking_ref": "AB1"})
        answer = self._open(self.buyer, f"/b2b/orders/{order.id}")
        text = self._text(answer)
        for told in ("Partly shipped", "Fast Post", picking.name, "05/06/2031"):
            self.assertIn(told, text)
        self.assertIn('href="https://post.example.com/AB1"', answer.text)

    def test_all_tracking_links_of_several_parcels_are_shown(self):
        order = self._place(self.buyer, shown=1)
        picking = self._ship(order)
        several = [["P1", "https://post.example.com/1"], ["P2", "javascript:alert(1)"]]
        self.patch(type(picking), "get_multiple_carrier_tracking", lambda picking: several)
        self.assertEqual(picking._get_b2b_tracking_links(), [("P1", "https://post.example.com/1")])

    def test_orders_of_others_carts_and_unknown_ones_give_the_same_answer(self):
        order, cart = self._place(self.buyer, shown=1), self._fill_cart(self.buyer, shown=1)
        self.assertEqual(self._open(self.buyer, f"/b2b/orders/{order.id}").status_code, 200)
        answers = [
            self._open(self.stranger, f"/b2b/orders/{order.id}"),
            self._open(self.stranger, "/b2b/orders/2147483647"),
            self._open(self.buyer, f"/b2b/orders/{cart.id}"),
        ]
        self.assertEqual({answer.status_code for answer in answers}, {404})

    def test_a_label_is_changed_on_every_page_at_once(self):
        order = self._place(self.buyer, shown=1)
        self.env["b2b.status"]._get_by_key(self.company)["ready"].name = "Packed & waiting"
        for address in ("/b2b/orders", f"/b2b/orders/{order.id}"):
            self.assertIn("Packed & waiting", self._text(self._open(self.buyer, address)))

    def test_an_order_that_waits_opens_for_who_placed_it_and_who_may_approve(self):
        self.buyer.write({"is_limited": True, "spending_limit": 1})
        order = self._place(self.buyer, shown=5)
        self.assertEqual(order.b2b_stage, "approval")
        for member in (self.buyer, self.boss):
            text = self._text(self._open(member, f"/b2b/orders/{order.id}"))
            self.assertIn("waiting for approval", text)
        for member in (self.viewer, self.stranger):
            answer = self._open(member, f"/b2b/orders/{order.id}")
            self.assertEqual(answer.status_code, 404)
        self.assertIn(order.name, self._text(self._open(self.boss, "/b2b/orders")))
        self.assertNotIn(order.name, self._text(self._open(self.viewer, "/b2b/orders")))

    def test_odoos_own_pages_lead_members_to_the_portals(self):
        order = self._place(self.buyer, shown=1)
        leads = {
            "/my/orders": "/b2b/orders",
            "/my/quotes": "/b2b/quotations",
            "/my/invoices": "/b2b/invoices",
            f"/my/orders/{order.id}": f"/b2b/orders/{order.id}",
        }
        for address, target in leads.items():
            with self.subTest(address):
                answer = self._open(self.buyer, address, allow_redirects=False)
                self.assertTrue(answer.headers["Location"].endswith(target))

    def test_no_link_opens_a_hidden_order_for_members_or_visitors(self):
        cart = self._fill_cart(self.buyer, shown=1)
        draft = self._quote()
        for order in (cart, draft):
            token = order._portal_ensure_token()
            for member in (self.buyer, self.stranger):
                for address in (
                    f"/my/orders/{order.id}?access_token={token}",
                    f"/my/orders/{order.id}?access_token={token}&report_type=pdf",
                ):
                    answer = self._open(member, address, allow_redirects=False)
                    self.assertTrue(answer.headers["Location"].endswith("/my"))
        self.authenticate(None, None)
        answer = self.url_open(
            f"/my/orders/{cart.id}?access_token={cart.access_token}", allow_redirects=False
        )
        self.assertTrue(answer.headers["Location"].endswith("/my"))

    def test_a_quotation_with_its_own_link_opens_for_signing_without_login(self):
        quotation = self._quote(state="sent", require_signature=True)
        token = quotation._portal_ensure_token()
        self.authenticate(None, None)
        answer = self.url_open(f"/my/orders/{quotation.id}?access_token={token}")
        self.assertIn(quotation.name, answer.text)
        self.assertIn("Sign", answer.text)

    def test_the_link_of_an_order_opens_only_while_its_state_is_shown(self):
        order = self._place(self.buyer, shown=1)
        address = f"/my/orders/{order.id}?access_token={order._portal_ensure_token()}"
        self.authenticate(None, None)
        self.assertIn(order.name, self.url_open(address).text)
        self.env["b2b.status"]._get_by_key(self.company)["ready"].visible = False
        answer = self.url_open(address, allow_redirects=False)
        self.assertTrue(answer.headers["Location"].endswith("/my"))

    def test_a_delivery_slip_opens_for_the_customer_only(self):
        order = self._place(self.buyer, shown=1)
        address = f"/my/picking/pdf/{order.picking_ids.id}"
        self.assertEqual(self._open(self.buyer, address).status_code, 200)
        token = order._portal_ensure_token()
        answer = self._open(self.stranger, f"{address}?access_token={token}")
        self.assertEqual(answer.status_code, 404)

    def test_order_again_merges_lines_fits_packs_and_names_what_is_gone(self):
        pot = self._create_product("Pot", 10)
        rule = self._add_rule(self.pricelist, product_id=pot.id, fixed_price=9)
        order = self._place(self.buyer, shown=5)
        order.order_line.copy({"order_id": order.id, "product_uom_qty": 2})
        order.order_line.copy({"order_id": order.id, "product_id": pot.id})
        rule.unlink()
        self.shown.b2b_pack_size = 4
        answer = self._post(self.buyer, f"/b2b/orders/{order.id}/again")
        cart = self._as(self.buyer)._get_b2b_cart(self.buyer)
        self.assertEqual(cart._get_b2b_lines().product_id, self.shown)
        self.assertEqual(cart._get_b2b_lines().product_uom_qty, 8)
        self.assertIn("No longer available: Pot", self._text(answer))

    def test_a_viewer_and_a_stranger_cannot_order_again(self):
        order = self._place(self.buyer, shown=1)
        address = f"/b2b/orders/{order.id}/again"
        self.assertIn("not order", self._text(self._post(self.viewer, address)))
        self.assertEqual(self._post(self.stranger, address).status_code, 404)
        for member in (self.viewer, self.stranger):
            self.assertFalse(self._as(member)._get_b2b_cart(member))

    def test_the_list_costs_the_same_for_two_orders_and_for_twenty(self):
        counts = []
        for more in (2, 18):
            for _number in range(more):
                self._quote().action_confirm()
            self._open(self.buyer, "/b2b/orders")
            before = self.env.cr.sql_log_count
            self.url_open("/b2b/orders")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
