from odoo.tests import tagged

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestAudit(ConsolidationCommon):
    """Who changes what establishments owe each other, past the ledger, is found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._agree(cls.shop, cls.bistro, clearing_percentage=80)
        ledger = cls.env["loyalty.ledger"]
        cls.card = cls.env["loyalty.account"].create({"name": "Anna", "company_id": cls.shop.id})
        ledger._earn(cls.card, 30, company=cls.shop)
        ledger._earn(cls.card, 5, company=cls.bistro)
        ledger._charge(cls.card, 12, company=cls.bistro)
        cls.item = cls.env["consolidation.item"].search([("move_id.account_id", "=", cls.card.id)])

    def _find(self, query, *values):
        """Tamper, verify, and take it back."""
        self.env.flush_all()
        self.env.cr.execute("SAVEPOINT tampering")
        self.env.cr.execute(query, values)
        self.env.invalidate_all()
        found = self.card._verify_ledger()
        self.env.cr.execute("ROLLBACK TO SAVEPOINT tampering")
        self.env.invalidate_all()
        return [(problem["model"], problem["record_id"]) for problem in found]

    def test_what_is_true_is_right(self):
        self.assertEqual((self.item.credit, self.item.amount), (12, 9.6))
        self.assertEqual(self.card._verify_ledger(), [])

    def test_changed_or_missing_item_is_found(self):
        move = ("loyalty.account.move", self.item.move_id.id)
        for change in (
            "UPDATE consolidation_item SET credit = 11, amount = 8.8 WHERE id = %s",
            "UPDATE consolidation_item SET debtor_id = creditor_id + 100000 WHERE id = %s",
            "DELETE FROM consolidation_item WHERE id = %s",
            "UPDATE consolidation_item SET reversed = TRUE WHERE id = %s",
        ):
            with self.subTest(change):
                self.env.cr.execute("SET session_replication_role = replica")
                self.assertIn(move, self._find(change, self.item.id))
                self.env.cr.execute("SET session_replication_role = DEFAULT")

    def test_changed_amount_or_terms_are_found(self):
        item = ("consolidation.item", self.item.id)
        for change in ("amount = 9", "percentage = 100", "percentage = 70, amount = 8.4"):
            with self.subTest(change):
                query = f"UPDATE consolidation_item SET {change} WHERE id = %s"
                self.assertIn(item, self._find(query, self.item.id))

    def test_missing_terms_of_earned_credit_are_found(self):
        lot = self.card.lot_ids.filtered(lambda lot: lot.company_id == self.bistro)
        found = self._find("DELETE FROM consolidation_lot WHERE lot_id = %s", lot.id)
        self.assertEqual(found, [("loyalty.account.lot", lot.id)])
