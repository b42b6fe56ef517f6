from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestOfficeSetup(TillCommon):
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
