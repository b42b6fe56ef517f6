from odoo.tests import tagged

from odoo.addons.office_kit.tests.common import AdministratorCase

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestOfficeSetup(AdministratorCase, TillCommon):
    def _step(self):
        setup = self.env["office.setup"].with_company(self.company)
        return next(s for s in setup._get_steps() if s.key == "loyalty_accounts_pos.tills")

    def test_one_till_that_takes_cards_is_enough(self):
        self.assertTrue(self._step().done)
        tills = self.env["pos.config"].search([("company_id", "=", self.company.id)])
        tills.loyalty_cards = False
        step = self._step()
        self.assertFalse(step.done)
        self.assertIn("0 of", step.finding)

    def test_an_administrator_in_no_group_of_the_app_is_told_all_the_same(self):
        self.assertTrue(self._see_steps("loyalty_accounts_pos", self.company)[0]["done"])
