from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.loyalty_accounts.exceptions import (
    AccountNotFound,
    AccountUnusable,
    InsufficientCredit,
    MovementRefused,
)

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestHonouring(ConsolidationCommon):
    """Cards of the shop, presented at the bistro."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.env["loyalty.ledger"]
        cls.card = cls._open_card(cls.shop, credit=30)

    @classmethod
    def _open_card(cls, company, credit=0, **vals):
        card = cls.env["loyalty.account"].create(
            {"name": "Anna", "company_id": company.id, "discount": 10, "credit_rate": 0.05, **vals}
        )
        if credit:
            cls.ledger._top_up(card, credit, company=company)
        return card

    def _spendable(self, company, bill=None):
        return self.card._get_spendable(company, bill and Decimal(bill))

    def _earn_at(self, company, amount):
        return self.ledger._earn(self.card, amount, company=company)

    def _items(self):
        return self.env["consolidation.item"].search([("move_id.account_id", "=", self.card.id)])

    # === FINDING === #

    def test_card_of_a_stranger_is_as_unknown_as_none(self):
        with self.assertRaises(AccountNotFound):
            self.env["loyalty.account"]._find_by_number(self.card.number, self.bistro)

    def test_card_of_a_partner_is_found_and_usable(self):
        self._agree(self.shop, self.bistro)
        found = self.env["loyalty.account"]._find_by_number(self.card.number, self.bistro)
        self.assertEqual(found, self.card)
        found._check_usable(self.bistro)

    def test_agreement_counts_in_one_direction_only(self):
        self._agree(self.bistro, self.shop)
        with self.assertRaises(AccountNotFound):
            self.env["loyalty.account"]._find_by_number(self.card.number, self.bistro)

    def test_reason_of_a_block_is_not_told_to_a_partner(self):
        self._agree(self.shop, self.bistro)
        self.card.write({"blocked": True, "block_reason": "owes us money"})
        with self.assertRaises(AccountUnusable) as refused:
            self.card._check_usable(self.bistro)
        self.assertNotIn("owes us", str(refused.exception))

    # === PRIVILEGES === #

    def test_privileges_are_copied_or_given_by_the_terms(self):
        self._agree(self.shop, self.bistro)
        self._agree(self.shop, self.deli, copy_privileges=False, discount=3, accumulation=2)
        self.assertEqual(self.card._get_privileges(self.bistro), (Decimal("10.0"), Decimal("0.05")))
        self.assertEqual(self.card._get_privileges(self.deli), (Decimal("3.0"), Decimal("0.02")))

    # === SPENDING === #

    def test_shared_deposit_pays_at_the_partner_and_is_owed(self):
        agreement = self._agree(self.shop, self.bistro)
        self.ledger._charge(self.card, 12, company=self.bistro)
        item = self._items()
        self.assertEqual(item.debtor_id, self.shop)
        self.assertEqual(item.creditor_id, self.bistro)
        self.assertEqual((item.credit, item.amount, item.percentage), (12, 12, 100))
        self.assertEqual(item.agreement_id, agreement)
        self.assertEqual(agreement.position, 12)
        self.assertFalse(self.card._verify_ledger())

    def test_unshared_deposit_does_not_pay_at_the_partner(self):
        self._agree(self.shop, self.bistro, shared_deposit=False)
        with self.assertRaises(InsufficientCredit) as refused:
            self.ledger._charge(self.card, 1, company=self.bistro)
        self.assertNotIn("30", str(refused.exception))

    def test_credit_earned_at_the_partner_pays_there_up_to_the_share(self):
        self._agree(self.shop, self.bistro, shared_deposit=False, payment_percentage=33.33)
        self._earn_at(self.bistro, 50)
        self.assertEqual(self._spendable(self.bistro, 60), Decimal("19.99"))
        self.assertEqual(self._spendable(self.shop), Decimal(30))
        with self.assertRaises(InsufficientCredit):
            self.ledger._charge(self.card, 20, bill=Decimal(60), company=self.bistro)
        self.ledger._charge(self.card, 19.99, bill=Decimal(60), company=self.bistro)
        self.assertFalse(self._items(), "what was earned here is owed by nobody")

    def test_credit_earned_at_the_partner_pays_at_home_first(self):
        self._agree(self.shop, self.bistro, clearing_percentage=80)
        self._earn_at(self.bistro, 50)
        self.ledger._charge(self.card, 60, company=self.shop)
        item = self._items()
        self.assertEqual((item.debtor_id, item.creditor_id), (self.bistro, self.shop))
        self.assertEqual((item.credit, item.amount), (50, 40), "bonus clears at the terms' rate")

    def test_credit_keeps_the_terms_it_was_earned_by(self):
        agreement = self._agree(self.shop, self.bistro, payment_percentage=50)
        self._earn_at(self.bistro, 50)
        self._change(agreement, shared_deposit=False, payment_percentage=10)
        self._earn_at(self.bistro, 20)
        self.assertEqual(self._spendable(self.shop), Decimal(80), "the first 50 are shared")
        self.assertEqual(self._spendable(self.bistro, 100), Decimal(50))

    def test_charge_at_a_partner_costs_a_few_queries_more_than_at_home(self):
        self._agree(self.shop, self.bistro, exposure_limit=500)
        for company, most in ((self.shop, 13), (self.bistro, 20)):
            self.ledger._charge(self.card, 1, company=company)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(company.name), self.assertQueryCount(most):
                self.ledger._charge(self.card, 1, company=company)
                self.env.flush_all()

    # === REFUNDS === #

    def test_refund_after_the_end_goes_back_and_is_owed_no_longer(self):
        agreement = self._agree(self.shop, self.bistro, clearing_percentage=50)
        self._earn_at(self.bistro, 10)
        paid = self.ledger._charge(self.card, 35, company=self.bistro)
        self._end(agreement)
        self.ledger._refund(paid, 20, company=self.bistro)
        self.ledger._refund(paid, company=self.bistro)
        self.assertEqual(sum(self._items().mapped("amount")), 0)
        self.assertEqual(self.card.balance, 40)
        self.assertFalse(self.card._verify_ledger())

    def test_ended_agreement_leaves_what_was_earned_here(self):
        agreement = self._agree(self.shop, self.bistro, payment_percentage=50)
        self._earn_at(self.bistro, 10)
        self._end(agreement)
        self.card._check_usable(self.bistro)
        self.assertEqual(self.card._get_privileges(self.bistro), (0, 0))
        self.assertEqual(self._spendable(self.bistro, 100), Decimal(10))
        self.ledger._charge(self.card, 10, bill=Decimal(100), company=self.bistro)
        with self.assertRaises(AccountUnusable):
            self.card._check_usable(self.bistro)

    # === PROMISES === #

    def test_reservation_at_the_partner_stays_possible(self):
        self._agree(self.shop, self.bistro, payment_percentage=50)
        self._earn_at(self.bistro, 50)
        hold = self.ledger._hold(self.card, 60, bill=Decimal(60), company=self.bistro).hold_id
        self.assertEqual(self._spendable(self.shop), Decimal(20))
        with self.assertRaises(InsufficientCredit):
            self.ledger._charge(self.card, 21, company=self.shop)
        self.ledger._charge(self.card, 20, company=self.shop)
        self.ledger._capture(hold, 60, company=self.bistro)
        self.assertEqual(self.card.balance, 0)
        self.assertEqual(sum(self._items().mapped("credit")), 50, "30 at the bistro, 20 at home")

    def test_part_that_is_released_is_the_own_credit(self):
        self._agree(self.shop, self.bistro, payment_percentage=50)
        self._earn_at(self.bistro, 50)
        hold = self.ledger._hold(self.card, 60, bill=Decimal(60), company=self.bistro).hold_id
        self.ledger._release(hold, 25, company=self.bistro)
        self.ledger._capture(hold, 35, company=self.bistro)
        self.assertEqual(sum(self._items().mapped("credit")), 30)

    def test_second_payment_of_a_document_shares_the_cap(self):
        self._agree(self.shop, self.bistro, shared_deposit=False, payment_percentage=50)
        self._earn_at(self.bistro, 50)
        bill, document = Decimal(60), self.bistro.partner_id
        options = {"bill": bill, "company": self.bistro, "document": document}
        self.ledger._charge(self.card, 20, **options)
        with self.assertRaises(InsufficientCredit):
            self.ledger._charge(self.card, 11, **options)
        self.ledger._charge(self.card, 10, **options)
        self.assertEqual(self.card.balance, 50)

    # === MONEY IN, ENTRIES, EXPIRY === #

    def test_partners_card_is_not_topped_up(self):
        self._agree(self.shop, self.bistro)
        with self.assertRaisesRegex(MovementRefused, "Corner Shop"):
            self.ledger._top_up(self.card, 5, company=self.bistro)

    def test_manual_entry_takes_own_credit_only(self):
        self._agree(self.shop, self.bistro)
        self._earn_at(self.bistro, 50)
        with self.assertRaises(InsufficientCredit):
            self.ledger._adjust(self.card, -31, note="wrong", company=self.shop)
        self.ledger._adjust(self.card, -30, note="wrong", company=self.shop)
        self.assertFalse(self._items())

    def test_credit_of_a_partner_expires_at_the_partner(self):
        self._agree(self.shop, self.bistro)
        self.ledger._earn(self.card, 5, company=self.bistro, expiry_date="2099-01-01")
        lot = self.card.lot_ids.filtered(lambda lot: lot.company_id == self.bistro)
        self.assertEqual(lot.remaining, 5)
        state = self.ledger._lock(self.card)
        state.today = lot.expiry_date.replace(year=2100)
        request = self.ledger._derive(
            type("R", (), {"account_id": self.card.id, "company_id": self.shop.id}), "expire", 0
        )
        self.ledger._post_expiry(state, request)
        move = self.card.move_ids.filtered(lambda move: move.kind == "expire")
        self.assertEqual(move.company_id, self.bistro)

    # === EXPOSURE === #

    def test_limit_stops_credit_but_not_earning(self):
        agreement = self._agree(self.shop, self.bistro, exposure_limit=20)
        self.assertEqual(self._spendable(self.bistro), Decimal(20))
        self.ledger._charge(self.card, 17, company=self.bistro)
        self.assertEqual(agreement.exposure_state, "near")
        self.ledger._charge(self.card, 3, company=self.bistro)
        self.assertEqual(agreement.exposure_state, "stopped")
        with self.assertRaises(InsufficientCredit):
            self.ledger._charge(self.card, 1, company=self.bistro)
        self._earn_at(self.bistro, 5)
        self.assertEqual(self._spendable(self.bistro), Decimal(5))
        self.ledger._charge(self.card, 1, company=self.shop)
        self.assertIn("of at most", agreement.exposure_note)

    def test_reservation_made_before_passes_the_limit(self):
        agreement = self._agree(self.shop, self.bistro, exposure_limit=20)
        hold = self.ledger._hold(self.card, 20, company=self.bistro).hold_id
        other = self._open_card(self.shop, credit=50)
        self.ledger._charge(other, 20, company=self.bistro)
        self.ledger._capture(hold, 20, company=self.bistro)
        self.assertEqual(agreement._get_position(), 40)

    # === PRESENTING === #

    def test_partners_card_is_not_paired_by_its_id(self):
        self._agree(self.shop, self.bistro)
        self.bistro_clerk.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        orders = self.env["sale.order"].with_user(self.bistro_clerk).with_company(self.bistro)
        order = orders.create({"partner_id": self.bistro.partner_id.id})
        with self.assertRaises(AccessError):
            order.loyalty_account_id = self.card.id
        with self.assertRaises(AccessError):
            orders.create(
                {"partner_id": self.bistro.partner_id.id, "loyalty_account_id": self.card.id}
            )
        with self.assertRaises(UserError):
            order.write({"loyalty_account_id": self.card.id, "loyalty_presented": "WRONG-1"})
        order.write({"loyalty_account_id": self.card.id, "loyalty_presented": self.card.number})
        self.assertEqual(order.sudo().loyalty_account_id, self.card)
        order.action_unpair_loyalty_account()
        order.action_pair_loyalty_account(self.card.number)
        self.assertEqual(order.loyalty_discount, 10)
        self.assertEqual(order.loyalty_available, 30)
        self.assertIn("Corner Shop", order.loyalty_partner_note)
