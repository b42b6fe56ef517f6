from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..exceptions import ConsignmentError
from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestGuards(ConsignmentCommon):
    def test_staff_cannot_make_an_article_somebody_elses_by_writing_what_follows(self):
        article = self._create_stock()
        shop = self._create_shop("30099")
        for values in (
            {"consignor_id": self.other.id},
            {"shop_id": shop.id},
            {"company_id": self.company.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                article.with_user(self.staff).write(values)
        self.assertEqual((article.consignor_id, article.shop_id), (self.consignor, self.shop))

    def test_staff_cannot_move_an_intake_or_a_consignor_by_writing_what_follows(self):
        intake = self._create_stock().intake_id
        shop = self._create_shop("30099")
        for record, values in (
            (intake, {"shop_id": shop.id}),
            (intake, {"company_id": self.company.id}),
            (intake, {"picking_ids": [(5,)]}),
            (self.consignor, {"company_id": self.company.id}),
            (self.consignor, {"access_state": "none"}),
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                record.with_user(self.staff).write(values)
        self.assertTrue(intake.picking_ids)

    def test_staff_neither_submits_what_a_consignor_enters_nor_deletes_what_was_submitted(self):
        intake = self._create_intake(is_from_portal=True)
        article = self._create_article(intake)
        with self.assertRaises(ConsignmentError):
            intake.with_user(self.staff).action_submit()
        self.assertEqual((intake.state, intake.agreed_terms), ("draft", False))
        intake.action_submit()
        for record in (article, intake):
            with self.subTest(record), self.assertRaisesRegex(UserError, "reject them"):
                record.with_user(self.staff).unlink()
        article.with_user(self.staff)._reject("Too worn")
        with self.assertRaises(UserError):
            article.with_user(self.staff).unlink()

    def test_staff_still_writes_what_is_theirs(self):
        article = self._create_stock()
        article.with_user(self.staff).write({"name": "Scarf", "price": 12})
        self.consignor.with_user(self.staff).write({"entry_quota": 7})
        self.assertEqual((article.product_id.name, article.product_id.list_price), ("Scarf", 12))
        self.assertEqual(self.consignor.entry_quota, 7)

    def test_products_of_articles_are_not_changed_past_the_article(self):
        product = self._create_stock().product_id
        groups = "product.group_product_manager,stock.group_stock_manager"
        keeper = new_test_user(self.env, "keeper", groups)
        for record, values in (
            (product, {"list_price": 1}),
            (product, {"lst_price": 1}),
            (product, {"barcode": "other"}),
            (product, {"active": False}),
            (product, {"type": "service"}),
            (product.product_tmpl_id, {"list_price": 1}),
            (product.product_tmpl_id, {"barcode": "other"}),
            (product.product_tmpl_id, {"active": False}),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "on its article"):
                record.with_user(keeper).write(values)
        self.assertEqual((product.list_price, product.active), (40, True))

    def test_other_products_and_other_values_are_written_as_ever(self):
        keeper = new_test_user(self.env, "keeper", "product.group_product_manager")
        product = self._create_stock().product_id.with_user(keeper)
        product.weight = 2
        other = self.env["product.product"].create({"name": "Bag"}).with_user(keeper)
        other.write({"list_price": 2, "barcode": "bag", "active": False})
        self.assertEqual((product.weight, other.list_price), (2, 2))

    def test_products_of_ended_articles_do_not_come_back_by_hand(self):
        article = self._create_stock()
        article.with_user(self.staff).action_return()
        keeper = new_test_user(self.env, "keeper", "product.group_product_manager")
        with self.assertRaisesRegex(UserError, "on its article"):
            article.product_id.with_user(keeper).action_unarchive()
        with self.assertRaisesRegex(UserError, "on its article"):
            article.product_id.product_tmpl_id.with_user(keeper).action_unarchive()
        self.assertFalse(article.product_id.active)
