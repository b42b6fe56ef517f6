from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..providers.base import RemoteCustomer
from .common import ConnectorCommon, Paper

INVOICING = "account.group_account_invoice"


@tagged("post_install", "-at_install")
class TestPreview(ConnectorCommon, TransactionCase):
    def _preview(self, moves, user=None):
        action = moves.with_user(user or self.env.user).action_accounting_export()
        return (
            self.env["accounting.preview"].with_user(user or self.env.user).browse(action["res_id"])
        )

    def test_it_shows_customer_rows_codes_and_totals_as_they_are_sent(self):
        preview = self._preview(self._create_invoice((3, 9.99), (2, 45)))
        line = preview.line_ids
        self.assertEqual((line.state, line.customer, preview.ready_count), ("ready", "7", 1))
        self.assertEqual(
            (line.net, line.tax, line.total), ("119.97 USD", "18.00 USD", "137.97 USD")
        )
        self.assertEqual(
            [(row.quantity, row.unit_price, row.tax_code, row.net) for row in line.row_ids],
            [("3", "9.99", "15", "29.97"), ("2", "45.00", "15", "90.00")],
        )
        self.assertEqual(Paper.pushes, 0)

    def test_an_invoice_with_a_problem_stays_and_the_others_go(self):
        good = self._create_invoice()
        stranger = self.env["res.partner"].create({"name": "Stranger", "is_company": True})
        bad = self._create_invoice(partner_id=stranger.id)
        preview = self._preview(good | bad)
        line = preview.line_ids.filtered(lambda one: one.move_id == bad)
        self.assertEqual((line.state, line.customer), ("problem", ""))
        self.assertIn("Stranger", line.problems)
        shown = preview.action_export()
        self.assertEqual(self.env[shown["res_model"]].search(shown["domain"]).move_id, good)
        self.assertEqual(sorted(preview.line_ids.mapped("state")), ["done", "problem"])

    def test_what_is_missing_is_mended_from_its_line_and_the_preview_is_right_again(self):
        self.link.unlink()
        self.tax_map.unlink()
        preview = self._preview(self._create_invoice())
        action = preview.line_ids.action_mend()
        dialogue = self.env[action["res_model"]].browse(action["res_id"])
        Paper.customers["7"] = RemoteCustomer("7", "Bean Ltd")
        dialogue.typed = "7"
        dialogue.action_fetch()
        dialogue.action_link()
        self.assertEqual(preview.line_ids.state, "problem", "the tax has no code yet")
        action = preview.line_ids.action_mend()
        codes = self.env[action["res_model"]].with_context(**action["context"])
        codes.create({"code": "15"}).action_save()
        self.assertEqual(preview.line_ids.state, "ready")

    def test_a_code_is_given_by_managers_and_others_are_told_whom_to_ask(self):
        self.tax_map.unlink()
        preview = self._preview(self._create_invoice(), self._create_user(INVOICING))
        with self.assertRaisesRegex(AccessError, "Connect accounting providers"):
            preview.line_ids.action_mend()
        codes = self.env["accounting.tax.code"].with_user(self._create_user(INVOICING))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            codes.create({"backend_id": self.backend.id, "tax_id": self.tax.id, "code": "1"})

    def test_nothing_goes_to_a_backend_for_which_it_was_not_shown(self):
        preview = self._preview(self._create_invoice())
        preview.backend_id = self._create_backend(name="Other")
        self.assertTrue(preview.is_stale)
        with self.assertRaisesRegex(UserError, "Check Again"):
            preview.action_export()
        preview.action_check()
        self.assertFalse(preview.is_stale)
        self.assertIn("customer of Other", preview.line_ids.problems)

    def test_a_connected_backend_is_proposed_before_one_that_is_not(self):
        self.env["accounting.backend"].create(
            {"name": "Unconnected", "provider": "paper", "sequence": 1}
        )
        self.assertEqual(self._preview(self._create_invoice()).backend_id, self.backend)

    def test_without_a_backend_the_way_to_one_is_told(self):
        self.backend.active = False
        with self.assertRaisesRegex(UserError, "Connectors > Backends"):
            self._create_invoice().action_accounting_export()

    # --- the invoice afterwards ---

    def test_the_invoice_says_why_it_is_not_there_and_leads_to_its_export(self):
        move = self._create_invoice()
        self.tax_map.unlink()
        export = self._export(move)
        self._run(export)
        move = move.with_user(self._create_user(INVOICING))
        self.assertIn(self.tax.name, move.accounting_reason)
        self.assertEqual(move.action_show_accounting_exports()["res_id"], export.id)
        other = move.with_user(self._create_user())
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            other.action_show_accounting_exports()
