from odoo import Command
from odoo.tests import tagged

from odoo.addons.consignment_portal_pos.tests.common import TillCommon


@tagged("post_install", "-at_install")
class TestSettledOrders(TillCommon):
    """Orders that are opened at the till, with the lines that its client then sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config.down_payment_product_id = cls._create_service("Down payment")

    def _take_over(self, line, **values):
        """Return the till's line for a line of an order: what is neither delivered nor billed."""
        return self._line(
            line.product_id,
            line.price_unit,
            qty=line.product_uom_qty - max(line.qty_delivered, line.qty_invoiced),
            sale_order_origin_id=line.order_id.id,
            sale_order_line_id=line.id,
            **values,
        )

    def _ring_up_order(self, session, order):
        return self._ring_up(session, *(self._take_over(line) for line in order.order_line))

    def test_an_order_handed_over_at_the_till_is_one_sale(self):
        for stock in ("real", "closing"):
            article = self._create_stock()
            order = self._sell(article, deliver=False)
            session = self._open(stock)
            self._ring_up_order(session, order)
            self._close(session)
            with self.subTest(stock):
                self.assertEqual(self._sums(article), (1, 40, 24))
                self.assertEqual(article.sale_ids.source_model, "pos.order.line")
                self.assertNotIn("assigned", order.picking_ids.mapped("state"))
                self.assertFalse(self._get_differences(article))

    def test_an_order_that_was_delivered_and_is_paid_at_the_till_is_one_sale(self):
        article = self._create_stock()
        order = self._sell(article)
        session = self._open()
        self._ring_up_order(session, order)
        self._close(session)
        self.assertEqual(self._sums(article), (1, 40, 24))
        self.assertEqual(article.sale_ids.source_model, "sale.order.line")
        self.assertFalse(self._get_differences(article))

    def test_a_down_payment_taken_off_is_no_discount(self):
        article = self._create_stock()
        order = self._sell(article, deliver=False)
        session = self._open()
        down = self.config.down_payment_product_id
        self._ring_up(session, self._line(down, 15, sale_order_origin_id=order.id))
        self.assertEqual(self._sums(article), (0, 0, 0))
        [goods] = order.order_line.filtered(lambda line: line.product_id == article.product_id)
        rest = self._ring_up(
            session,
            self._take_over(goods),
            self._line(down, -15, sale_order_origin_id=order.id),
        )
        self.assertEqual(rest.amount_total, 25)
        self.assertEqual(self._sums(article), (1, 40, 24))

    def test_a_discount_of_the_order_lowers_the_share_at_the_till_too(self):
        articles = self._create_stock(prices=(10, 10, 10))
        order = self._sell(articles, deliver=False)
        order.order_line = [
            Command.create({"product_id": self.bargain.id, "price_unit": -1, "tax_ids": False})
        ]
        self._ring_up_order(self._open(), order)
        self.assertEqual(sorted(articles.sale_ids.mapped("amount")), [9.66, 9.67, 9.67])

    def test_what_was_handed_over_at_the_till_and_comes_back_there_is_no_sale(self):
        article = self._create_stock()
        order = self._sell(article, deliver=False)
        session = self._open()
        receipt = self._ring_up_order(session, order)
        self._refund(session, receipt.lines)
        self.assertEqual(self._sums(article), (0, 0, 0))
        self.assertEqual(article.state, "stock")
