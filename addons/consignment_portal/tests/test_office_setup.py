from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestOfficeSetup(ConsignmentCommon):
    def _step(self, word, company=None):
        setup = self.env["office.setup"].with_company(company or self.company)
        return next(s for s in setup._get_steps() if s.key == f"consignment_portal.{word}")

    def test_everything_begins_with_a_shop(self):
        other = self.env["res.company"].create({"name": "Other"})
        for word in ("shop", "terms", "account"):
            with self.subTest(word):
                step = self._step(word, other)
                self.assertFalse(step.done)
                self.assertEqual(step.finding, "There is no shop yet.")

    def test_a_shop_without_terms_is_named(self):
        self.shop.terms = False
        step = self._step("terms")
        self.assertFalse(step.done)
        self.assertIn("Market Hall", step.finding)
        shops = self.env["consignment.shop"].search([("company_id", "=", self.company.id)])
        shops.terms = "<p>Sixty days.</p>"
        self.assertTrue(self._step("terms").done)

    def test_consignors_count_when_one_can_log_in(self):
        self.assertTrue(self._step("consignors").done)
        consignors = self.env["consignment.consignor"].search([("user_id", "!=", False)])
        consignors.user_id = False
        self.assertFalse(self._step("consignors").done)

    def test_where_shares_are_booked_is_asked_as_a_settlement_asks(self):
        shops = self.env["consignment.shop"].search([("company_id", "=", self.company.id)])
        account = self.env["account.account"].create(
            {"name": "Shares", "code": "600123", "account_type": "expense"}
        )
        shops.share_account_id = account
        self.assertTrue(self._step("account").done)
