from ..const import TERMINAL
from ..hooks import uninstall_hook
from .common import TillCommon


class TestRemoval(TillCommon):
    def _get_obstacles(self, name):
        return self.env["ir.module.module"]._get_removal_obstacles({name})

    def test_open_sessions_have_to_be_closed_first(self):
        (told,) = self._get_obstacles("loyalty_accounts_pos")
        self.assertIn("Till 1", told)
        self.assertEqual(self._get_obstacles("sale"), [])

    def test_no_till_is_left_with_a_method_that_charges_no_card(self):
        config = self._config("Till 3", payment_method_ids=[])
        method = config.payment_method_ids.filtered("use_payment_terminal")
        self.assertEqual(method.use_payment_terminal, TERMINAL)
        self.env["pos.session"].search([("state", "!=", "closed")]).state = "closed"
        uninstall_hook(self.env)
        self.assertFalse(method.exists().active)
        self.assertFalse(config.payment_method_ids & method)
