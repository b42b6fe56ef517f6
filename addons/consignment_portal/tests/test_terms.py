from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestTerms(ConsignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "manager", "consignment_portal.group_consignment_manager"
        )

    def test_only_administrators_agree_on_terms(self):
        terms = {"uses_own_share": True, "own_share": 90}
        with self.assertRaises(AccessError):
            self.consignor.with_user(self.staff).write(terms)
        with self.assertRaises(AccessError):
            self.env["consignment.consignor"].with_user(self.staff).create(
                {"shop_id": self.shop.id, "last_name": "Friend", **terms}
            )
        self.consignor.with_user(self.manager).write(terms)
        self.assertEqual(self.consignor.share, 90)

    def test_the_form_tells_who_may_set_terms(self):
        self.assertFalse(self.consignor.with_user(self.staff).may_set_terms)
        self.assertTrue(self.consignor.with_user(self.manager).may_set_terms)

    def test_staff_adds_consignors_on_the_shops_terms(self):
        consignors = self.env["consignment.consignor"].with_user(self.staff)
        added = consignors.create(
            {"shop_id": self.shop.id, "last_name": "New", "uses_own_share": False, "own_share": 0}
        )
        self.assertEqual(added.share, 60)

    def test_contact_and_shop_stay_once_articles_were_accepted(self):
        elsewhere = self._create_shop("10020")
        self.other.with_user(self.manager).shop_id = elsewhere
        self._create_stock()
        for values in ({"shop_id": elsewhere.id}, {"partner_id": self.other.partner_id.id}):
            with self.subTest(values), self.assertRaises(UserError):
                self.consignor.with_user(self.manager).write(values)

    def test_nobody_writes_into_a_settlement_by_hand(self):
        settlement = self.env["consignment.settlement"].create(
            {
                "consignor_id": self.consignor.id,
                "payee_id": self.consignor.id,
                "shop_id": self.shop.id,
                "company_id": self.company.id,
                "date_to": "2026-01-31",
                "stage": "carried",
            }
        )
        for values in ({"stage": "draft"}, {"amount_total": 999}, {"bill_id": False}):
            for user in (self.staff, self.manager):
                with self.subTest(values), self.assertRaises(AccessError):
                    settlement.with_user(user).write(values)
        self.assertEqual((settlement.stage, settlement.amount_total), ("carried", 0))

    def test_what_was_signed_stays_whatever_prices_and_shares_become(self):
        article = self._create_stock()
        article.with_user(self.staff).price = 10
        printed = self._print_receipt(article.intake_id)
        self.assertIn("40.00", printed)
        self.assertIn("24.00", printed)
        self.assertNotIn("10.00", printed)

    def test_another_share_after_the_submission_promises_nothing_else(self):
        intake = self._create_intake()
        article = self._create_article(intake)
        intake.action_submit()
        self.assertEqual(article.payout, 24)
        self.consignor.write({"uses_own_share": True, "own_share": 80})
        self.assertEqual(article.payout, 24)
        intake.action_accept()
        self.assertEqual((article.share, article.payout), (60, 24))

    def _print_receipt(self, intake):
        report = self.env["ir.actions.report"].with_user(self.staff)
        html, _kind = report._render_qweb_html("consignment_portal.report_intake", intake.ids)
        return html.decode()
