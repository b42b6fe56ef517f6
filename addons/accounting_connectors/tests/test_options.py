from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..providers.fortnox import Fortnox
from .common import ConnectorCommon, Paper


@tagged("post_install", "-at_install")
class TestOptions(ConnectorCommon, TransactionCase):
    def _print(self, move):
        report = self.env["ir.actions.report"]._render_qweb_html(
            "account.account_invoices", move.ids
        )
        return report[0].decode()

    def test_the_providers_number_is_printed_only_where_it_is_the_legal_one(self):
        export = self._send()
        export._note({"external_number": "F-4711"})
        self.assertNotIn("F-4711", self._print(export.move_id))
        self.backend.number_of = "provider"
        printed = self._print(export.move_id)
        self.assertLess(printed.index("F-4711"), printed.index("Our Number"), "it is the title")
        self.assertLess(printed.index("Our Number"), printed.rindex(export.move_id.name))

    def test_before_it_is_sent_no_number_of_the_provider_is_printed(self):
        self.backend.number_of = "provider"
        self.assertEqual(self._create_invoice()._get_provider_number(), "")

    def test_the_reference_with_its_check_digit_is_printed_and_sent(self):
        for kind in ("ocr", "kid10", "kid11"):
            with self.subTest(kind):
                self.backend.reference_type = kind
                move = self._create_invoice()
                digits = "".join(one for one in move.name if one.isdigit())
                self.assertEqual(move.payment_reference[:-1], digits)
                self.assertEqual(self._export(move)._build().reference, move.payment_reference)

    def test_a_reference_that_is_none_of_the_chosen_kind_is_not_sent(self):
        move = self._create_invoice()
        export = self._export(move)
        self.assertEqual(export._build().reference, move.payment_reference)
        self.assertTrue(move.payment_reference)
        for kind in ("ocr", "none"):
            self.backend.reference_type = kind
            self.assertEqual(export._build().reference, "")

    def test_steps_of_the_first_run_are_ticked_when_done(self):
        backend = self._create_backend(name="New")
        self.assertEqual((backend.has_taxes, backend.has_links, backend.has_sent), (False,) * 3)
        self._send()
        self.backend.invalidate_recordset()
        self.assertTrue(self.backend.has_taxes and self.backend.has_links and self.backend.has_sent)

    def test_codes_are_proposed_for_taxes_without_one_and_kept_otherwise(self):
        other = self.tax.copy({"name": "6 %", "amount": 6})
        self.assertFalse(self.backend.offers_tax_codes)
        with patch.object(Paper, "propose_tax_code", lambda self, percent: f"{percent:.0f}"):
            self.backend.action_propose_taxes()
        codes = {one.tax_id: one.code for one in self.backend.tax_map_ids}
        self.assertEqual((codes[self.tax], codes[other]), ("15", "6"))

    def test_where_nothing_can_be_proposed_the_way_out_is_told(self):
        with self.assertRaisesRegex(UserError, "fill in the codes"):
            self.backend.action_propose_taxes()

    def test_fortnox_proposes_its_percentages_and_nothing_for_sales_without_vat(self):
        fortnox = Fortnox(None, None)
        found = [fortnox.propose_tax_code(Decimal(one)) for one in ("25.0", "6", "0", "21")]
        self.assertEqual(found, ["25", "6", None, None])

    def test_only_managers_choose_options_and_have_codes_proposed(self):
        backend = self.backend.with_user(self._create_user("account.group_account_invoice"))
        for refused in (
            lambda: backend.write({"number_of": "provider"}),
            backend.action_propose_taxes,
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                refused()
        manager = self._create_user("accounting_connectors.group_manager")
        self.backend.with_user(manager).number_of = "provider"
        self.assertEqual(self.backend.number_of, "provider")
