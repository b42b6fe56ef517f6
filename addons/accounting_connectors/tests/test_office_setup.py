from odoo.tests import tagged

from odoo.addons.office_kit.tests.common import AdministratorCase

from .common import ConnectorCommon


@tagged("post_install", "-at_install")
class TestOfficeSetup(AdministratorCase, ConnectorCommon):
    def _step(self, word, company=None):
        setup = self.env["office.setup"].with_company(company or self.env.company)
        return next(s for s in setup._get_steps() if s.key == f"accounting_connectors.{word}")

    def test_everything_is_done_where_a_program_is_connected_coded_and_linked(self):
        for word in ("backend", "taxes", "links"):
            with self.subTest(word):
                self.assertTrue(self._step(word).done)

    def test_a_company_without_a_program_is_told_so(self):
        other = self.env["res.company"].create({"name": "Other"})
        for word in ("backend", "taxes", "links"):
            with self.subTest(word):
                self.assertFalse(self._step(word, other).done)

    def test_a_program_that_lost_its_connection_is_named(self):
        self.backend.sudo().state = "reconnect"
        step = self._step("backend")
        self.assertFalse(step.done)
        self.assertIn("Paper", step.finding)

    def test_a_program_without_codes_is_named(self):
        self.tax_map.unlink()
        step = self._step("taxes")
        self.assertFalse(step.done)
        self.assertIn("Paper", step.finding)

    def test_an_administrator_in_no_group_of_the_app_is_told_all_the_same(self):
        steps = self._see_steps("accounting_connectors", self.env.company)
        self.assertTrue(all(step["done"] for step in steps))
