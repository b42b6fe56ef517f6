from odoo.tests import tagged

from odoo.addons.office_kit.tests.common import AdministratorCase

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestOfficeSetup(AdministratorCase, IntegratorCommon):
    def test_a_program_with_a_key_is_counted_in_its_company_and_never_needed(self):
        other = self.env["res.company"].create({"name": "Other"})
        steps = [
            next(step for step in setup._get_steps() if step.key == "integrator_api.programs")
            for setup in (self.env["office.setup"], self.env["office.setup"].with_company(other))
        ]
        self.assertEqual([step.done for step in steps], [True, False])
        self.assertTrue(all(step.optional for step in steps))

    def test_an_administrator_in_no_group_of_the_app_is_told_all_the_same(self):
        self.assertEqual(len(self._see_steps("integrator_api", self.company)), 1)
