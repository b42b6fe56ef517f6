from odoo.tests import tagged

from odoo.addons.office_kit.tests.common import AdministratorCase

from .common import B2bCommon


@tagged("post_install", "-at_install")
class TestOfficeSetup(AdministratorCase, B2bCommon):
    def _step(self, word, company=None):
        setup = self.env["office.setup"].with_company(company or self.company)
        return next(s for s in setup._get_steps() if s.key == f"b2b_portal.{word}")

    def test_a_closed_portal_is_missing(self):
        self.assertTrue(self._step("open").done)
        self.company.b2b_enabled = False
        self.assertFalse(self._step("open").done)

    def test_somebody_has_to_be_responsible(self):
        self.company.b2b_manager_id = False
        self.assertFalse(self._step("manager").done)
        self.company.b2b_manager_id = self.env.user
        self.assertEqual(self._step("manager").finding, self.env.user.name)

    def test_customers_and_prices_of_another_company_do_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["product.pricelist"].search([], limit=100).company_id = self.company
        for word in ("prices", "customers"):
            with self.subTest(word):
                self.assertTrue(self._step(word).done)
                self.assertFalse(self._step(word, other).done)

    def test_an_administrator_in_no_group_of_the_app_is_told_all_the_same(self):
        self.company.b2b_manager_id = self.env.user
        steps = self._see_steps("b2b_portal", self.company)
        self.assertTrue(steps[0]["done"] and steps[1]["done"])
