from unittest.mock import patch

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

    def test_which_method_was_used_is_known_without_reading_each_payment(self):
        self.ledger._top_up(self.account, 100)
        self._sell([self._line(self.coffee)], [self._hold(40), self._pay(self.cash, 50)])
        self.env["pos.session"].search([("state", "!=", "closed")]).state = "closed"
        payments = type(self.env["pos.payment"])
        with patch.object(payments, "search", side_effect=AssertionError("each one is read")):
            uninstall_hook(self.env)
        self.assertTrue(self.credit.exists())
        self.assertFalse(self.credit.active)
