from unittest.mock import patch

from odoo.exceptions import AccessDenied, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..models.ir_module_module import IrModuleModule


@tagged("post_install", "-at_install")
class TestRemoval(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.env["ir.module.module"].search([("name", "=", "office_kit")])

    def _lose(self, *sentences, kind="losses"):
        """Let the removal of the kit cost something."""

        def answer(_self, names):
            return list(sentences) if "office_kit" in names else []

        self.startPatcher(patch.object(IrModuleModule, f"_get_removal_{kind}", answer))

    def _open(self):
        return self.env["base.module.uninstall"].create({"module_ids": [(6, 0, self.module.ids)]})

    def test_a_module_whose_removal_costs_nothing_goes(self):
        self.assertFalse(self._open().removal_losses)
        self.module.button_uninstall()
        self.assertEqual(self.module.state, "to remove")

    def test_what_would_be_lost_is_said_and_nothing_goes(self):
        self._lose("Twelve cards.")
        self.assertEqual(self._open().removal_losses, "• Twelve cards.")
        with self.assertRaisesRegex(UserError, r"Twelve cards\."):
            self.module.button_uninstall()
        self.assertEqual(self.module.state, "installed")

    def test_it_goes_all_the_same_once_it_was_ticked(self):
        self._lose("Twelve cards.")
        arch = self._open().get_view(view_type="form")["arch"]
        self.assertIn("{'office_kit_remove_all_the_same': remove_all_the_same}", arch)
        self.module.with_context(office_kit_remove_all_the_same=True).button_uninstall()
        self.assertEqual(self.module.state, "to remove")

    def test_what_has_to_be_finished_first_is_not_waived(self):
        self._lose("Close the till.", kind="obstacles")
        with self.assertRaisesRegex(UserError, r"Close the till\."):
            self.module.with_context(office_kit_remove_all_the_same=True).button_uninstall()

    def test_who_may_not_uninstall_learns_nothing(self):
        self._lose("Twelve cards.")
        user = new_test_user(self.env, "removal_user", "base.group_user")
        with self.assertRaises(AccessDenied):
            self.module.with_user(user).button_uninstall()
