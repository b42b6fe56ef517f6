from odoo.tests import tagged

from odoo.addons.office_kit.tests.common import AdministratorCase

from .common import BooksCommon


@tagged("post_install", "-at_install")
class TestOfficeSetup(AdministratorCase, BooksCommon):
    def _step(self, word, company=None):
        setup = self.env["office.setup"].with_company(company or self.company)
        return next(s for s in setup._get_steps() if s.key == f"loyalty_accounts.{word}")

    def test_a_company_without_a_chart_of_accounts_is_told_where_to_choose_one(self):
        step = self._step("books", self.other_company)
        self.assertFalse(step.done)
        self.assertEqual(step.action, "account.action_account_config")
        self.assertTrue(self._step("books").done)

    def test_terms_are_missing_until_a_new_card_gives_something(self):
        self.company.write({"loyalty_default_discount": 0, "loyalty_default_credit_rate": 0})
        self.assertFalse(self._step("terms").done)
        self.company.loyalty_default_credit_rate = 0.025
        step = self._step("terms")
        self.assertTrue(step.done)
        self.assertIn(" 2.5 % of", step.finding)
        self.company.loyalty_default_credit_rate = 0.07
        self.assertIn(" 7 % of", self._step("terms").finding)

    def test_cards_of_another_establishment_do_not_count(self):
        self.assertTrue(self._step("cards").done)
        self.assertFalse(self._step("cards", self.other_company).done)

    def test_a_product_that_sells_credit_is_optional(self):
        self.assertTrue(self._step("products").optional)

    def test_the_steps_cost_the_same_queries_however_many_cards_there_are(self):
        setup = self.env["office.setup"]
        setup._get_steps()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            setup._get_steps()

    def test_an_administrator_in_no_group_of_the_app_is_told_all_the_same(self):
        self.company._get_loyalty_books()
        self.assertEqual(len(self._see_steps("loyalty_accounts", self.company)), 4)
