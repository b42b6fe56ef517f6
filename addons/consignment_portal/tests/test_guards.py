from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

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
