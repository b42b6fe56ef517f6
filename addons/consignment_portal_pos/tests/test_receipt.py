from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..hooks import post_init_hook
from .common import TillCommon


@tagged("post_install", "-at_install")
class TestReceipt(TillCommon):
    def test_a_paid_receipt_sells_and_takes_the_owners_piece(self):
        article = self._create_stock()
        self.assertTrue(article.product_id.available_in_pos)
        order = self._ring_up(self._open(), self._line(article.product_id, 40))
        self.assertEqual(self._sums(article), (1, 40, 24))
        self.assertEqual(article.state, "sold")
        self.assertFalse(article.product_id.available_in_pos)
        self.assertEqual(order.picking_ids.move_line_ids.owner_id, article.consignor_id.partner_id)
        self.assertFalse(self._get_differences(article))

    def test_what_was_accepted_before_the_till_came_is_put_at_the_till(self):
        article, sold = self._create_stock(prices=(40, 30))
        self._ring_up(self._open(), self._line(sold.product_id, 30))
        article.product_id.available_in_pos = False
        post_init_hook(self.env)
        self.assertTrue(article.product_id.available_in_pos)
        self.assertFalse(sold.product_id.available_in_pos)

    def test_stock_moved_at_closing_is_no_difference_while_the_session_is_open(self):
        article, brought_back = self._create_stock(prices=(40, 30))
        articles = article + brought_back
        session = self._open("closing")
        self._ring_up(session, self._line(article.product_id, 40))
        order = self._ring_up(session, self._line(brought_back.product_id, 30))
        self._refund(session, order.lines)
        self.assertEqual(self._sums(articles), (1, 40, 24))
        self.assertFalse(self._get_differences(articles))
        self._close(session)
        self.assertEqual(self._sums(articles), (1, 40, 24))
        self.assertFalse(self._get_differences(articles))
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", brought_back.product_id.id),
                ("location_id.usage", "=", "internal"),
                ("quantity", ">", 0),
            ]
        )
        self.assertEqual(quant.owner_id, self.consignor.partner_id)

    def test_a_refund_puts_the_article_back_on_sale(self):
        article = self._create_stock()
        session = self._open()
        order = self._ring_up(session, self._line(article.product_id, 40, discount=10))
        self.assertEqual(self._sums(article), (1, 36, 21.6))
        self._refund(session, order.lines)
        self.assertEqual(self._sums(article), (0, 0, 0))
        self.assertEqual(article.state, "stock")
        self.assertTrue(article.product_id.available_in_pos)
        self.assertFalse(self._get_differences(article))

    def test_a_refund_of_the_back_office_takes_back_as_one_of_the_till_does(self):
        article = self._create_stock()
        session = self._open()
        line = self._ring_up(session, self._line(article.product_id, 40)).lines
        back = self._line(article.product_id, 40, qty=-1, refunded_orderline_id=line.id)
        self.assertEqual(back["price_subtotal_incl"], -40)
        self._ring_up(session, back, is_refund=True)
        self.assertEqual(self._sums(article), (0, 0, 0))

    def test_an_exchange_and_several_consignors_on_one_receipt_are_kept_apart(self):
        mine = self._create_stock(prices=(40, 25))
        theirs = self._create_stock(self.other, prices=(60,))
        session = self._open()
        order = self._ring_up(session, self._line(mine[0].product_id, 40))
        self._ring_up(
            session,
            self._line(mine[0].product_id, 40, qty=-1, refunded_orderline_id=order.lines.id),
            self._line(mine[1].product_id, 25),
            self._line(theirs.product_id, 60),
        )
        self.assertEqual(self._sums(mine), (1, 25, 15))
        self.assertEqual(self._sums(theirs), (1, 60, 36))
        self.assertEqual((mine + theirs).mapped("state"), ["stock", "sold", "sold"])

    def test_a_discount_on_the_receipt_is_shared_to_the_cent_and_taken_back_so(self):
        articles = self._create_stock(prices=(10, 10, 10))
        session = self._open()
        lines = [self._line(article.product_id, 10) for article in articles]
        order = self._ring_up(session, *lines, self._line(self.bargain, -1))
        self.assertEqual(self._sums(articles)[1], 29)
        self.assertEqual(sorted(articles.sale_ids.mapped("amount")), [9.66, 9.67, 9.67])
        back = [
            self._line(line.product_id, line.price_unit, -1, refunded_orderline_id=line.id)
            for line in order.lines
        ]
        self._ring_up(session, *back)
        self.assertEqual(self._sums(articles), (0, 0, 0))

    def test_one_line_refunded_of_a_discounted_receipt_leaves_the_others_as_they_were(self):
        articles = self._create_stock(prices=(10, 10, 10))
        session = self._open()
        lines = [self._line(article.product_id, 10) for article in articles]
        order = self._ring_up(session, *lines, self._line(self.bargain, -1))
        others = articles[1:]
        before = self._sums(others)
        self._refund(session, order.lines[0])
        self.assertEqual(self._sums(articles[0]), (0, 0, 0))
        self.assertEqual(self._sums(others), before)

    def test_what_is_refunded_for_less_than_it_was_sold_for_brings_nothing(self):
        article = self._create_stock()
        session = self._open()
        order = self._ring_up(session, self._line(article.product_id, 40))
        back = self._line(article.product_id, 35, -1, refunded_orderline_id=order.lines.id)
        self._ring_up(session, back)
        self.assertEqual(self._sums(article), (0, 0, 0))

    def test_a_part_of_a_settled_receipt_that_is_refunded_is_owed_back(self):
        articles = self._create_stock(prices=(40, 20))
        session = self._open("closing")
        order = self._ring_up(session, *(self._line(a.product_id, a.price) for a in articles))
        settlement = self._settle()
        settlement.action_confirm()
        self._refund(session, order.lines[1])
        self._close(session)
        self.assertEqual(settlement.bill_id.amount_total, 36)
        debt = self._settle()
        self.assertEqual((debt.amount_total, debt.sale_count), (-12, 1))
        self.assertFalse(self._get_differences(articles))

    def test_a_tip_bears_no_discount(self):
        article = self._create_stock(prices=(40,))
        tip = self._create_service("Tip")
        self.config.write({"iface_tipproduct": True, "tip_product_id": tip.id})
        self._ring_up(
            self._open(),
            self._line(article.product_id, 40),
            self._line(tip, 5),
            self._line(self.bargain, -4),
        )
        self.assertEqual(self._sums(article), (1, 36, 21.6))

    def test_a_failure_to_record_never_stops_a_sale_and_is_repaired(self):
        article = self._create_stock()
        session = self._open()
        sale = type(self.env["consignment.sale"])
        collect = sale._collect

        def crash(self, scope, once=False):
            self.env.cr.execute("SELECT 1/0")

        self.patch(sale, "_collect", crash)
        loggers = (
            "odoo.sql_db",
            "odoo.addons.consignment_portal.models.consignment_sale_collect",
        )
        with mute_logger(*loggers):
            order = self._ring_up(session, self._line(article.product_id, 40))
        self.assertEqual(order.state, "paid")
        self.assertEqual(self._sums(article), (0, 0, 0))
        self.patch(sale, "_collect", collect)
        self.assertEqual(self.env["consignment.sale"]._collect(SQL("TRUE")), 1)
        self.assertEqual(self._sums(article), (1, 40, 24))

    def test_unpaid_receipts_sell_nothing(self):
        article = self._create_stock()
        self._ring_up(
            self._open(),
            self._line(article.product_id, 40),
            state="draft",
            payment_ids=[],
            amount_paid=0,
        )
        self.assertEqual(self._sums(article), (0, 0, 0))

    def test_one_piece_on_two_receipts_is_shown(self):
        article = self._create_stock()
        session = self._open()
        for _receipt in range(2):
            self._ring_up(session, self._line(article.product_id, 40))
        self.assertEqual(self._get_differences(article).reason, "twice")
        self.assertEqual(self._sums(article), (2, 80, 48))

    def test_stock_taken_from_elsewhere_is_shown_as_without_owner(self):
        article = self._create_stock()
        elsewhere = self.shop.warehouse_id.lot_stock_id.copy({"name": "Elsewhere"})
        self.config.picking_type_id.default_location_src_id = elsewhere
        self._ring_up(self._open(), self._line(article.product_id, 40))
        self.assertEqual(self._get_differences(article).reason, "no_owner")

    def test_what_the_till_sold_is_settled(self):
        article = self._create_stock()
        session = self._open("closing")
        self._ring_up(session, self._line(article.product_id, 40))
        settlement = self._settle()
        settlement.action_confirm()
        self.assertEqual(settlement.bill_id.amount_total, 24)
        self._close(session)
        self.assertFalse(self._settle())
