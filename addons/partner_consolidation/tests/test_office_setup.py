from odoo.tests import tagged

from odoo.addons.office_kit.tests.common import AdministratorCase

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestOfficeSetup(AdministratorCase, ConsolidationCommon):
    def _step(self, word, company):
        setup = self.env["office.setup"].with_company(company)
        return next(s for s in setup._get_steps() if s.key == f"partner_consolidation.{word}")

    def test_an_establishment_is_told_that_nobody_can_ask_it(self):
        self.shop.consolidation_open = False
        self.assertFalse(self._step("open", self.shop).done)
        self.shop.write({"consolidation_open": True, "consolidation_user_id": self.shop_clerk.id})
        step = self._step("open", self.shop)
        self.assertTrue(step.done)
        self.assertIn(self.shop_clerk.name, step.finding)

    def test_who_was_asked_is_told_that_an_answer_is_waited_for(self):
        self._invite(self.shop, self.bistro)
        self.assertIn("0 in force, 1 waiting", self._step("agreement", self.bistro).finding)
        self.assertIn("0 in force, 0 waiting", self._step("agreement", self.shop).finding)

    def test_an_agreement_in_force_counts_for_both_sides_and_nobody_else(self):
        self._agree(self.shop, self.bistro)
        done = [self._step("agreement", c).done for c in (self.shop, self.bistro, self.deli)]
        self.assertEqual(done, [True, True, False])

    def test_an_administrator_in_no_group_of_the_app_is_told_all_the_same(self):
        self.shop.write({"consolidation_open": True, "consolidation_user_id": self.shop_clerk.id})
        self._agree(self.shop, self.bistro)
        steps = self._see_steps("partner_consolidation", self.shop)
        self.assertEqual([step["done"] for step in steps], [True, True])
