from psycopg2 import IntegrityError
from psycopg2.errors import RaiseException

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from .settling import SettlingCase


@tagged("post_install", "-at_install")
class TestSale(SettlingCase, TransactionCase):
    def test_an_article_counts_as_sold_when_delivered(self):
        article = self._create_stock()
        order = self._sell(article, deliver=False)
        self.assertEqual(self._sums(article), (0, 0, 0))
        self._deliver(order.picking_ids)
        self.assertEqual(self._sums(article), (1, 40, 24))
        self.assertEqual(article.state, "sold")
        self.assertFalse(article.product_id.sale_ok)
        sale = article.sale_ids
        self.assertEqual(sale.share, 60)
        self.assertEqual(sale.settlement_state, "open")
        self.assertIn(sale, sale.search([("settlement_state", "=", "open")]))
        self.assertNotIn(sale, sale.search([("settlement_state", "=", "paid")]))

    def test_what_comes_back_is_on_sale_again_and_owed_no_more(self):
        article = self._create_stock()
        order = self._sell(article)
        self._bring_back(order.picking_ids)
        self.assertEqual(self._sums(article), (0, 0, 0))
        self.assertEqual(article.state, "stock")
        self.assertTrue(article.product_id.sale_ok)
        self.assertEqual(article.sale_ids.sorted("sequence").mapped("quantity"), [1, -1])

    def test_an_order_delivered_in_parts_sells_what_is_delivered(self):
        articles = self._create_stock(prices=(40, 30))
        order = self._sell(articles, deliver=False)
        picking = order.picking_ids
        picking.action_assign()
        picking.move_ids[0].picked = True
        picking.with_context(skip_sms=True)._action_done()
        self.assertEqual(self._sums(articles[0])[0], 1)
        self.assertEqual(self._sums(articles[1])[0], 0)
        self._deliver(order.picking_ids - picking)
        self.assertEqual(self._sums(articles), (2, 70, 42))

    def test_discounts_of_a_line_lower_the_share(self):
        article = self._create_stock()
        self._sell(article, discount=25)
        self.assertEqual(self._sums(article), (1, 30, 18))

    def test_a_discount_on_the_order_is_shared_to_the_cent(self):
        articles = self._create_stock(prices=(10, 10, 10))
        order = self._sell(articles, deliver=False)
        discount = self.env["product.product"].create({"name": "Discount", "type": "service"})
        order.order_line = [
            Command.create({"product_id": discount.id, "price_unit": -1, "tax_ids": False})
        ]
        self._deliver(order.picking_ids)
        self.assertEqual(sorted(articles.sale_ids.mapped("amount")), [9.66, 9.67, 9.67])
        self.assertEqual(self._sums(articles)[1], 29)

    def test_a_discounted_order_returned_credited_in_full_and_delivered_again_costs_as_before(self):
        articles = self._create_stock(prices=(10, 10, 10))
        order = self._sell(articles, deliver=False)
        discount = self.env["product.product"].create({"name": "Discount", "type": "service"})
        order.order_line = [
            Command.create({"product_id": discount.id, "price_unit": -1, "tax_ids": False})
        ]
        self._deliver(order.picking_ids)
        sold = self._sums(articles)
        invoice = order._create_invoices()
        invoice.action_post()
        back = self._bring_back(order.picking_ids)
        self.assertEqual(self._sums(articles), (0, 0, 0))
        credit = invoice._reverse_moves([{"invoice_date": order.date_order}])
        credit.action_post()
        self.assertEqual(self._sums(articles), (0, 0, 0))
        self._bring_back(back)
        self.assertEqual(self._sums(articles), sold)
        again = order._create_invoices(final=True)
        again.action_post()
        self.assertEqual(invoice.amount_total - credit.amount_total + again.amount_total, 29)
        self._credit(again, 2)
        self.assertEqual(self._sums(articles)[1], 27)

    def test_a_price_changed_after_delivery_is_followed(self):
        article = self._create_stock()
        order = self._sell(article)
        order.order_line.price_unit = 33.33
        self.env["consignment.sale"]._collect(SQL("TRUE"))
        self.assertEqual(self._sums(article), (1, 33.33, 20))

    def test_a_credit_note_without_return_lowers_the_price(self):
        article = self._create_stock()
        invoice = self._sell(article)._create_invoices()
        invoice.action_post()
        credit = self._credit(invoice, 10)
        self.assertEqual(self._sums(article), (1, 30, 18))
        credit.button_draft()
        self.assertEqual(self._sums(article), (1, 40, 24))

    def test_a_credit_note_for_goods_that_came_back_counts_once(self):
        article = self._create_stock()
        order = self._sell(article)
        invoice = order._create_invoices()
        invoice.action_post()
        self._bring_back(order.picking_ids)
        self._credit(invoice, 40)
        self.assertEqual(self._sums(article), (0, 0, 0))

    def test_an_article_sold_again_after_a_return_counts_once(self):
        article = self._create_stock()
        self._bring_back(self._sell(article).picking_ids)
        self._sell(article, discount=50)
        self.assertEqual(self._sums(article), (1, 20, 12))
        self.assertEqual(article.state, "sold")

    def test_amounts_are_in_the_companys_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "XTC",
                "symbol": "x",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2})],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        article = self._create_stock()
        self._sell(article, pricelist_id=pricelist.id)
        self.assertEqual(self._sums(article), (1, 20, 12))

    def test_what_a_sale_was_said_to_bring_is_what_it_brings(self):
        self.shop.sale_tax_id = self.env["account.tax"].create(
            {
                "name": "19 % included",
                "amount": 19,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
                "company_id": self.company.id,
            }
        )
        for mode, brings in (("margin", 7.41), ("agency", 6.23)):
            self.shop.vat_mode = mode
            intake = self._create_intake()
            article = self._create_article(intake, price=12.35)
            before = article.payout
            intake.action_submit()
            intake.action_accept()
            with self.subTest(mode):
                self.assertEqual((before, article.payout), (brings, brings))
                self._sell(article)
                self.assertEqual(self._sums(article)[2], brings)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_to_change_or_forget_a_sale(self):
        article = self._create_stock()
        self._sell(article)
        sale = article.sale_ids
        for statement in ("UPDATE consignment_sale SET amount = 0", "DELETE FROM consignment_sale"):
            with (
                self.subTest(statement),
                self.assertRaisesRegex(RaiseException, "append-only"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(SQL("%s WHERE id = %s", SQL(statement), sale.id))

    def test_collecting_again_writes_nothing(self):
        article = self._create_stock()
        self._sell(article)
        self.assertEqual(self.env["consignment.sale"]._collect(SQL("TRUE")), 0)

    def test_what_a_crash_left_out_is_found_by_the_next_run(self):
        article = self._create_stock()
        collect = type(self.env["consignment.sale"])._collect

        def crash(self, scope, once=False):
            raise ValueError("crash")

        self.patch(type(self.env["consignment.sale"]), "_collect", crash)
        with mute_logger("odoo.addons.consignment_portal.models.consignment_sale_collect"):
            order = self._sell(article)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self._sums(article), (0, 0, 0))
        self.patch(type(self.env["consignment.sale"]), "_collect", collect)
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_options: 0)
        self.env["consignment.sale"]._cron_collect()
        self.assertEqual(self._sums(article), (1, 40, 24))

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_change_recorded_twice(self):
        article = self._create_stock()
        self._sell(article)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO consignment_sale (article_id, consignor_id, shop_id, company_id, date,"
                " source_model, source_id, sequence) SELECT article_id, consignor_id, shop_id,"
                " company_id, date, source_model, source_id, sequence FROM consignment_sale"
                " WHERE id = %s",
                [article.sale_ids.id],
            )

    def test_recorded_sales_are_never_changed_or_deleted(self):
        article = self._create_stock()
        self._sell(article)
        for change in (article.sale_ids.unlink, lambda: article.sale_ids.write({"amount": 1})):
            with self.assertRaises(UserError):
                change()

    def test_staff_reads_sales_and_writes_none(self):
        article = self._create_stock()
        self._sell(article)
        sale = article.sale_ids.with_user(self.staff)
        self.assertEqual(sale.amount, 40)
        with self.assertRaises(AccessError):
            sale.create({})
        with self.assertRaises(AccessError):
            sale.with_user(self.user).read(["amount"])


@tagged("post_install", "-at_install")
class TestDifference(SettlingCase, TransactionCase):
    def _get_reason(self, article):
        difference = self.env["consignment.difference"].search([("article_id", "=", article.id)])
        self.assertEqual(bool(difference.explanation), bool(difference))
        return difference.reason

    def test_sales_and_stock_agree_after_delivery_and_return(self):
        article = self._create_stock()
        order = self._sell(article)
        self.assertFalse(self._get_reason(article))
        self._bring_back(order.picking_ids)
        self.assertFalse(self._get_reason(article))

    def test_stock_that_left_without_its_owner_is_shown(self):
        article = self._create_stock()
        order = self._sell(article, deliver=False)
        order.picking_ids.action_assign()
        order.picking_ids.move_line_ids.owner_id = False
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        self.assertEqual(self._get_reason(article), "no_owner")

    def test_stock_that_left_without_a_sale_is_shown(self):
        article = self._create_stock()
        self._sell(article, deliver=False).picking_ids.move_ids.sale_line_id = False
        self._deliver(
            self.env["stock.move"]
            .search([("product_id", "=", article.product_id.id), ("state", "!=", "done")])
            .picking_id
        )
        self.assertEqual(self._get_reason(article), "no_sale")

    def test_one_piece_sold_twice_is_shown(self):
        article = self._create_stock()
        self._sell(article)
        order = self._sell(article, deliver=False)
        order.picking_ids.move_ids.quantity = 1
        self._deliver(order.picking_ids)
        self.assertEqual(self._get_reason(article), "twice")
