"""What an invoice becomes, with the taxes and roundings that companies have."""

from decimal import Decimal

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from .common import ConnectorCommon, total_of


@tagged("post_install", "-at_install")
class TestDocument(ConnectorCommon, TransactionCase):
    def _tax(self, **values):
        tax = self.tax.copy({"name": "Another", **values})
        self.tax_map.copy({"tax_id": tax.id, "code": "other"})
        return tax

    def _build(self, move):
        return self._export(move)._build()

    def _create_taxed(self, taxes, price=100.0):
        move = self._create_invoice((1, price), post=False)
        move.invoice_line_ids.tax_ids = [Command.set(taxes.ids)]
        move.action_post()
        return move

    def test_a_rounding_of_the_total_is_a_row_without_tax(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Whole",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
            }
        )
        move = self._create_invoice(post=False, invoice_cash_rounding_id=rounding.id)
        move.action_post()
        document = self._build(move)
        self.assertEqual(document.total, total_of(move))
        self.assertEqual(document.total % 1, 0)
        _tea, rounded = document.rows
        self.assertEqual((rounded.tax_percent, rounded.tax_code), (0, ""))
        self.assertEqual(rounded.net, document.total - Decimal("34.47"))

    def test_a_reverse_charge_is_sent_as_what_is_charged(self):
        account = self.company_data["default_account_tax_sale"].id
        lines = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": account}),
            Command.create(
                {"repartition_type": "tax", "factor_percent": -100, "account_id": account}
            ),
        ]
        tax = self._tax(amount=25)
        tax.write(
            {
                "invoice_repartition_line_ids": [Command.clear(), *lines],
                "refund_repartition_line_ids": [Command.clear(), *lines],
            }
        )
        document = self._build(self._create_taxed(tax))
        (row,) = document.rows
        self.assertEqual((row.tax_percent, row.tax_code), (0, "other"))
        self.assertEqual((document.net, document.tax, document.total), (100, 0, 100))

    def test_a_tax_by_the_piece_is_refused_by_its_name(self):
        tax = self._tax(name="Deposit", amount_type="fixed", amount=3)
        with self.assertRaisesRegex(UserError, "Deposit.*no percentage"):
            self._build(self._create_taxed(tax))

    def test_a_group_of_taxes_is_refused_by_its_name(self):
        group = self._tax(
            name="Both", amount_type="group", children_tax_ids=[Command.set(self.tax.ids)]
        )
        with self.assertRaisesRegex(UserError, "Both.*no percentage"):
            self._build(self._create_taxed(group))

    def test_two_taxes_on_a_line_are_refused(self):
        with self.assertRaisesRegex(UserError, "several taxes"):
            self._build(self._create_taxed(self.tax | self._tax(amount=5)))
