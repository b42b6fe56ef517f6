from odoo.tests import HttpCase, tagged

from .common import ConsignmentCase
from .common_access import AccessCase


@tagged("post_install", "-at_install")
class TestAccessTour(AccessCase, ConsignmentCase, HttpCase):
    def test_the_rules_are_ticked_while_a_consignor_types_a_password(self):
        token = self._send(self.other)
        self.start_tour(f"/consign/30012/link/{token}", "consignment_portal_access", login=None)
        self.assertTrue(self.other.user_id.active)
