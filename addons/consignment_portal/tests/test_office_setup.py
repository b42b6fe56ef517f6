from odoo.tests import tagged

from odoo.addons.office_kit.tests.common import AdministratorCase

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestOfficeSetup(AdministratorCase, ConsignmentCommon):
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

    def test_looking_makes_no_journal_though_a_bill_will(self):
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("is_self_billing", "=", True)]
        )
        for number, journal in enumerate(journals):
            # The one to be made has a code that one of these may have.
            journal.write({"is_self_billing": False, "code": f"OLD{number}"})
        shops = self.env["consignment.shop"].search([("company_id", "=", self.company.id)])
        shops.write({"share_account_id": False, "bill_journal_id": False})
        before = self.env["account.journal"].search_count([])
        step = self._step("account")
        self.assertEqual(step.done, bool(self.company.expense_account_id))
        self.assertEqual(self.env["account.journal"].search_count([]), before)
        self.company.expense_account_id = self.env["account.account"].create(
            {"name": "Shares", "code": "600124", "account_type": "expense"}
        )
        self.assertTrue(self._step("account").done)
        self.assertEqual(self.shop._get_share_account(), self.company.expense_account_id)
        self.assertEqual(self.env["account.journal"].search_count([]), before + 1)

    def test_where_shares_are_booked_costs_the_same_queries_however_many_shops_there_are(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._step("account")
            return self.env.cr.sql_log_count - before

        count()
        one = count()
        for number in range(30020, 30025):
            self._create_shop(str(number))
        self.assertEqual(count(), one)

    def test_an_administrator_in_no_group_of_the_app_is_told_all_the_same(self):
        steps = self._see_steps("consignment_portal", self.company)
        self.assertIn("Market Hall", steps[0]["finding"])
        self.assertTrue(steps[3]["done"])
