from odoo.tests import tagged

from odoo.addons.b2b_portal.tests.common import B2bCommon
from odoo.addons.office_kit.tests.common import AdministratorCase


@tagged("post_install", "-at_install")
class TestOfficeSetup(AdministratorCase, B2bCommon):
    def test_an_administrator_in_no_group_of_the_app_is_told_whether_the_page_is_there(self):
        self.company.b2b_registration = True
        self.assertTrue(self._see_steps("b2b_portal_website", self.company)[0]["done"])
