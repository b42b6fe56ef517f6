from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.loyalty_accounts.exceptions import InsufficientCredit

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestMergeAndTransfer(ConsolidationCommon):
    """Credit that was earned at a partner goes along, with its terms, and is owed to nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._agree(cls.shop, cls.bistro, shared_deposit=False, payment_percentage=40)
        cls.ledger = cls.env["loyalty.ledger"]
        cls.old, cls.new, cls.foreign = (
            cls.env["loyalty.account"].create({"name": "Card", "company_id": company.id})
            for company in (cls.shop, cls.shop, cls.deli)
        )
        cls.ledger._top_up(cls.old, 30, company=cls.shop)
        cls.ledger._earn(cls.old, 20, company=cls.bistro)

    def _assert_no_items(self):
        items = self.env["consolidation.item"]
        cards = self.old | self.new | self.foreign
        self.assertFalse(items.search([("move_id.account_id", "in", cards.ids)]))
        self.assertEqual(cards._verify_ledger(), [])

    def test_transfer_to_another_card_of_the_issuer_keeps_place_and_terms(self):
        self.ledger._transfer(self.old, self.new, 50, key="t")
        lots = self.new.lot_ids.sorted("id")
        self.assertEqual(
            {(lot.company_id, lot.remaining) for lot in lots}, {(self.shop, 30), (self.bistro, 20)}
        )
        self.assertEqual(self.new._get_spendable(self.shop), 30)
        self.assertEqual(self.new._get_spendable(self.bistro, Decimal(30)), 12)
        self._assert_no_items()

    def test_merge_keeps_everything(self):
        self.old._merge_into(self.new, key="m")
        self.assertEqual((self.old.balance, self.new.balance), (0, 50))
        self.assertEqual(self.new._get_spendable(self.bistro, Decimal(100)), 20)
        self._assert_no_items()

    def test_transfer_to_another_establishment_takes_own_credit_only(self):
        with self.assertRaises(InsufficientCredit):
            self.ledger._transfer(self.old, self.foreign, 31, key="t")
        self.ledger._transfer(self.old, self.foreign, 30, key="u")
        self.assertEqual(self.old.balance, 20)
        self._assert_no_items()

    def test_transfer_leaves_what_is_reserved_at_the_partner(self):
        hold = self.ledger._hold(self.old, 20, bill=Decimal(50), company=self.bistro).hold_id
        with self.assertRaises(InsufficientCredit):
            self.ledger._transfer(self.old, self.new, 31, key="t")
        self.ledger._transfer(self.old, self.new, 30, key="u")
        self.ledger._capture(hold, 20, company=self.bistro)
        self._assert_no_items()
