from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import QuotaExceeded
from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestIntake(ConsignmentCommon):
    def test_accepted_articles_are_stock_of_the_consignor_worth_nothing(self):
        articles = self._create_stock(prices=(40, 12.5))
        self.assertEqual(set(articles.mapped("state")), {"stock"})
        quants = self.env["stock.quant"].search(
            [("product_id", "in", articles.product_id.ids), ("location_id.usage", "=", "internal")]
        )
        self.assertEqual(quants.owner_id, self.consignor.partner_id)
        self.assertEqual(quants.mapped("quantity"), [1, 1])
        self.assertEqual(set(articles.product_id.mapped("total_value")), {0})
        self.assertEqual(len(set(articles.mapped("barcode"))), 2)
        self.assertEqual(articles.intake_id.state, "done")

    def test_terms_are_those_of_the_day_of_acceptance(self):
        article = self._create_stock()
        self.shop.write({"share": 10, "return_days": 1})
        self.assertEqual(article.share, 60)
        today = fields.Date.context_today(article)
        self.assertEqual(article.return_date, fields.Date.add(today, days=90))

    def test_staff_accepts_with_its_own_rights_only(self):
        intake = self._create_intake()
        self._create_article(intake)
        intake.with_user(self.staff).action_submit()
        intake.with_user(self.staff).action_accept()
        self.assertEqual(intake.state, "done")

    def test_what_a_consignor_enters_counts_and_comes_back_when_deleted(self):
        intake = self._create_intake(is_from_portal=True)
        articles = [self._create_article(intake) for _number in range(5)]
        self.assertEqual(self.consignor.entry_quota, 0)
        with self.assertRaises(QuotaExceeded):
            self._create_article(intake)
        articles[0].unlink()
        self.assertEqual(self.consignor.entry_quota, 1)

    def test_nothing_is_entered_in_another_shop_or_without_permission(self):
        intake = self._create_intake(is_from_portal=True)
        self.shop.number = "10012"
        with self.assertRaises(QuotaExceeded):
            self._create_article(intake)
        self.shop.number = "30012"
        self.consignor.entry_allowed = False
        with self.assertRaises(QuotaExceeded):
            self._create_article(intake)

    @mute_logger("odoo.sql_db")
    def test_the_permitted_number_is_200_at_most(self):
        for number in (201, -1):
            with self.subTest(number), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.consignor.entry_quota = number
                self.consignor.flush_recordset()

    @mute_logger("odoo.sql_db")
    def test_prices_are_above_nothing_and_below_a_million(self):
        intake = self._create_intake()
        for price in (0, -1, 0.001, 1e12):
            with self.subTest(price), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._create_article(intake, price=price)

    def test_accepted_articles_are_not_deleted(self):
        with self.assertRaises(UserError):
            self._create_stock().unlink()
