import itertools

from odoo import Command
from odoo.tests import tagged

from ..exceptions import B2bError, CartChanged
from .common import B2bCommon

NUMBERS = itertools.count()


@tagged("post_install", "-at_install")
class TestCheckout(B2bCommon):
    def test_a_price_that_changed_since_the_page_was_shown_is_shown_again_first(self):
        cart = self._fill_cart(self.buyer, shown=2)
        total = cart._get_b2b_shown_total()
        self.pricelist.item_ids.fixed_price = 31
        with self.assertRaises(CartChanged):
            self._as(self.buyer)._submit_b2b(self.buyer, cart.id, total)

    def test_a_total_typed_into_the_form_changes_nothing(self):
        cart = self._fill_cart(self.buyer, shown=2)
        for total in ("1.00", "", "60", "nan"):
            with self.subTest(total), self.assertRaises(CartChanged):
                self._as(self.buyer)._submit_b2b(self.buyer, cart.id, total)
        self.assertEqual(cart.b2b_stage, "cart")

    def test_an_article_that_went_away_stops_the_order_and_is_named(self):
        cart = self._fill_cart(self.buyer, shown=2)
        total = cart._get_b2b_shown_total()
        self.pricelist.item_ids.unlink()
        with self.assertRaisesRegex(CartChanged, "Pan"):
            self._as(self.buyer)._submit_b2b(self.buyer, cart.id, total)
        cart._set_b2b_quantity(self.buyer, self.shown.id, "0")
        self.assertFalse(cart.order_line)

    def test_an_archived_article_stops_the_order(self):
        cart = self._fill_cart(self.buyer, shown=2)
        self.shown.active = False
        with self.assertRaises(CartChanged):
            self._submit(self.buyer, cart)

    def test_below_the_minimum_order_the_sentence_names_it(self):
        self.company.b2b_minimum_order = 100
        cart = self._fill_cart(self.buyer, shown=2)
        with self.assertRaisesRegex(B2bError, "100.00"):
            self._submit(self.buyer, cart)
        cart._set_b2b_quantity(self.buyer, self.shown.id, "4")
        self.assertEqual(self._submit(self.buyer, cart).state, "sale")

    def test_packs_are_ordered_in_multiples(self):
        self.shown.b2b_pack_size = 6
        cart = self._as(self.buyer)._ensure_b2b_cart(self.buyer)
        with self.assertRaisesRegex(B2bError, "packs of 6: order 6 or 12"):
            cart._set_b2b_quantity(self.buyer, self.shown.id, "7")
        cart._set_b2b_quantity(self.buyer, self.shown.id, "6")
        self.shown.b2b_pack_size = 4
        with self.assertRaisesRegex(B2bError, "packs of 4"):
            self._submit(self.buyer, cart)

    def test_an_empty_cart_is_no_order(self):
        cart = self._as(self.buyer)._ensure_b2b_cart(self.buyer)
        with self.assertRaisesRegex(B2bError, "empty"):
            self._submit(self.buyer, cart)

    def test_a_colleagues_cart_cannot_be_ordered(self):
        colleague = self._create_member(self.customer, "colleague")
        cart = self._fill_cart(self.buyer, shown=2)
        with self.assertRaises(CartChanged):
            self._as(colleague)._submit_b2b(colleague, cart.id, cart._get_b2b_shown_total())
        self.assertEqual(cart.b2b_stage, "cart")

    def test_a_viewer_can_neither_fill_a_cart_nor_order(self):
        viewer = self._create_member(self.customer, "viewer", role="viewer")
        with self.assertRaises(B2bError):
            self._as(viewer)._ensure_b2b_cart(viewer)

    def test_an_address_of_another_customer_is_refused(self):
        other = self._create_customer("Rival", street="Elsewhere 1", city="Hoorn")
        cart = self._fill_cart(self.buyer, shown=2)
        for address_id in (other.id, "text", -1, 2**31):
            with self.subTest(address_id), self.assertRaises(B2bError):
                cart._write_b2b_details(self.buyer, {"shipping_id": str(address_id)})

    def test_without_a_saved_address_the_goods_are_picked_up(self):
        cart = self._fill_cart(self.buyer, shown=2)
        cart._refresh_b2b_cart(self.buyer)
        self.assertTrue(cart.b2b_pickup)
        self.customer.write({"street": "Quay 1", "city": "Hoorn"})
        cart._refresh_b2b_cart(self.buyer)
        self.assertFalse(cart.b2b_pickup)
        self.assertEqual(cart.partner_shipping_id, self.customer)

    def test_what_the_customer_writes_is_kept_within_limits(self):
        cart = self._fill_cart(self.buyer, shown=2)
        cart._write_b2b_details(self.buyer, {"note": "<b>Ring twice</b>", "reference": "PO 7"})
        self.assertEqual((cart.b2b_note, cart.client_order_ref), ("<b>Ring twice</b>", "PO 7"))
        for values in (
            {"note": "x" * 2001},
            {"reference": "x" * 65},
            {"wished_date": "soon"},
            {"wished_date": "2001-01-01"},
        ):
            with self.subTest(values), self.assertRaises(B2bError):
                cart._write_b2b_details(self.buyer, values)

    def test_the_account_manager_gets_an_activity_and_the_customer_a_mail(self):
        manager = self.env.ref("base.user_admin")
        self.company.b2b_manager_id = manager
        cart = self._fill_cart(self.buyer, shown=2)
        cart.b2b_note = "<script>alert(1)</script>"
        order = self._submit(self.buyer, cart)
        self.assertEqual(order.activity_ids.user_id, manager)
        self.assertNotIn("<script", order.activity_ids.note)
        mail = order.message_ids.filtered("subject")
        self.assertIn(order.name, mail.subject)
        self.assertIn(self.customer, mail.notified_partner_ids | mail.partner_ids)

    def test_an_order_makes_no_invoice(self):
        order = self._submit(self.buyer, self._fill_cart(self.buyer, shown=2))
        self.assertFalse(order.invoice_ids)


@tagged("post_install", "-at_install")
class TestDelivery(B2bCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {"street": "Quay 1", "city": "Hoorn", "country_id": cls.env.ref("base.nl")}
        )
        cls.van, cls.post = (
            cls._create_carrier(name, price) for name, price in (("Van", 12), ("Post", 7))
        )
        cls.company.b2b_carrier_ids = cls.van

    @classmethod
    def _create_carrier(cls, name, price):
        product = cls._create_product(name, price, type="service")
        return cls.env["delivery.carrier"].create(
            {"name": name, "delivery_type": "fixed", "fixed_price": price, "product_id": product.id}
        )

    def test_the_only_method_is_chosen_and_its_cost_is_part_of_the_order(self):
        cart = self._fill_cart(self.buyer, shown=2)
        cart._refresh_b2b_cart(self.buyer)
        order = self._submit(self.buyer, cart)
        self.assertEqual((order.carrier_id, order.amount_untaxed), (self.van, 72))

    def test_a_method_that_is_not_offered_is_refused(self):
        cart = self._fill_cart(self.buyer, shown=2)
        with self.assertRaises(B2bError):
            cart._set_b2b_carrier(self.post.id)

    def test_a_method_that_is_withdrawn_is_taken_off_and_said(self):
        cart = self._fill_cart(self.buyer, shown=2)
        cart._refresh_b2b_cart(self.buyer)
        total = cart._get_b2b_shown_total()
        self.company.b2b_carrier_ids = [Command.clear()]
        with self.assertRaises(CartChanged):
            self._as(self.buyer)._submit_b2b(self.buyer, cart.id, total)
        cart._refresh_b2b_cart(self.buyer)
        self.assertFalse(cart.carrier_id)
        self.assertEqual(self._submit(self.buyer, cart).amount_untaxed, 60)

    def test_delivery_costs_do_not_count_for_the_minimum_order(self):
        self.company.b2b_minimum_order = 65
        cart = self._fill_cart(self.buyer, shown=2)
        with self.assertRaises(B2bError):
            self._submit(self.buyer, cart)

    def test_a_cart_that_is_picked_up_has_no_delivery_cost(self):
        self.customer.city = False
        cart = self._fill_cart(self.buyer, shown=2)
        cart._refresh_b2b_cart(self.buyer)
        self.assertTrue(cart.b2b_pickup)
        self.assertEqual(cart.amount_untaxed, 60)


@tagged("post_install", "-at_install")
class TestPayment(B2bCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env.ref("b2b_portal.payment_provider_invoice")
        cls.provider.write({"state": "test", "is_published": True})
        cls.method = cls.env.ref("b2b_portal.payment_method_invoice")
        cls.method.active = True
        cls.stranger = cls.env["res.partner"].create({"name": "Walk-in"})
        # Other ways to pay that are installed beside, such as Odoo's demo provider.
        others = cls.env["payment.provider"].search([("state", "!=", "disabled")]) - cls.provider
        others.state = "disabled"

    def _pay(self, partner, **values):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": 10,
                "currency_id": self.company.currency_id.id,
                "partner_id": partner.id,
                "reference": f"test {next(NUMBERS)}",
                "operation": "online_redirect",
                **values,
            }
        )

    def _offered(self, partner):
        providers = self.env["payment.provider"]._get_compatible_providers(
            self.company.id, partner.id, 10
        )
        return self.provider in providers

    def test_invoice_is_offered_to_business_customers_only(self):
        self.assertTrue(self._offered(self.customer))
        self.assertTrue(self._offered(self.buyer.partner_id))
        self.assertFalse(self._offered(self.stranger))

    def test_invoice_is_refused_where_it_is_not_offered_whatever_is_posted(self):
        self.assertTrue(self._pay(self.buyer.partner_id))
        with self.assertRaisesRegex(Exception, "not available"):
            self._pay(self.stranger)
        self.customer.b2b_invoice_allowed = False
        with self.assertRaisesRegex(Exception, "not available"):
            self._pay(self.buyer.partner_id)
        self.customer.b2b_invoice_allowed = True
        self.company.b2b_invoice_offered = False
        with self.assertRaisesRegex(Exception, "not available"):
            self._pay(self.buyer.partner_id)

    def test_an_order_paid_by_invoice_elsewhere_is_confirmed(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.shown.id})],
            }
        )
        payment = self._pay(self.customer, sale_order_ids=[Command.set(order.ids)])
        payment._set_pending()
        payment._post_process()
        self.assertEqual(order.state, "sale")

    def test_who_may_not_pay_by_invoice_and_has_no_other_way_cannot_order(self):
        self.company.b2b_invoice_offered = False
        with self.assertRaisesRegex(B2bError, "No way to pay"):
            self._submit(self.buyer, self._fill_cart(self.buyer, shown=2))

    def test_a_way_to_pay_that_is_not_offered_is_refused(self):
        cart = self._fill_cart(self.buyer, shown=2)
        for way in ("online", "cash", ""):
            with self.subTest(way), self.assertRaises(B2bError):
                cart._set_b2b_payment(self.buyer, way)
