from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_clearing import ClearingBooksCommon


@tagged("post_install", "-at_install")
class TestClearingReverse(ClearingBooksCommon):
    """A closed period is reopened only by reversing all of it."""

    def test_items_are_open_again_and_the_period_keeps_its_own(self):
        items = self._spend(self.shop, self.bistro, 30)
        clearing = self._clear()
        clearing._reverse("wrong day")
        self.assertEqual((clearing.state, clearing.reverse_reason), ("reversed", "wrong day"))
        self.assertTrue(items.reversed)
        self.assertEqual(items.clearing_id, clearing)
        again = self.env["consolidation.item"].search([("clearing_id", "=", False)])
        same = ("allocation_id", "debtor_id", "creditor_id", "amount", "date", "document_name")
        self.assertEqual(again.read(same)[0] | {"id": 0}, items.read(same)[0] | {"id": 0})
        self.assertFalse(again.reversed)

    def test_the_next_period_takes_them_again(self):
        self._spend(self.shop, self.bistro, 30)
        self._clear()._reverse("wrong day")
        self.assertEqual(self._payments(self._clear()), {(self.shop, self.bistro): 30})
        self._assert_agreement()

    def test_entries_and_documents_are_reversed_to_nothing(self):
        for mode in ("entries", "invoices"):
            self._spend(self.shop, self.bistro, 30, percentage=40)
            self._book_everything()
            before = {company: self._balances(company) for company in self.companies}
            clearing = self._clear(settlement_mode=mode)
            clearing._reverse("test")
            for company in self.companies:
                with self.subTest(mode, company=company.name):
                    self.assertEqual(self._balances(company), before[company])
            moves = clearing.sudo().payment_ids.payee_move_id
            claims = moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            self.assertTrue(claims.reconciled)
            self.assertEqual(clearing.payment_ids.state, "reversed")

    def test_a_reversed_period_is_owed_by_its_open_items_only(self):
        self._spend(self.shop, self.bistro, 30)
        self._clear()._reverse("test")
        self.assertEqual(self._positions(self.bistro), {self.shop: 30})

    def test_a_settled_period_is_not_reversed(self):
        self._spend(self.shop, self.bistro, 30)
        clearing = self._clear()
        self._pay(clearing.payment_ids)
        with self.assertRaisesRegex(UserError, "has paid"):
            clearing._reverse("test")

    def test_a_period_is_reversed_once_and_a_draft_never(self):
        self._spend(self.shop, self.bistro, 30)
        draft, clearing = self._draft(), self._clear()
        clearing._reverse("test")
        for wrong in (draft, clearing):
            with self.assertRaisesRegex(UserError, "Only a closed period"):
                wrong._reverse("test")
