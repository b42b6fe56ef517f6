from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.consignment_portal.tests.settling import SettlingCase


@tagged("post_install", "-at_install")
class TestCredit(SettlingCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.credit_bonus = 10
        cls.consignor.payout_method = "credit"
        cls._sell(cls._create_stock())
        cls.settlement = cls._settle(cls.consignor)
        cls.settlement.action_confirm()
        cls.manager = new_test_user(
            cls.env, "chief", "consignment_portal.group_consignment_manager"
        )

    def _pay(self):
        wizard = (
            self.env["consignment.pay"]
            .with_user(self.manager)
            .with_context(active_model=self.settlement._name, active_ids=self.settlement.ids)
            .create({"method": "credit"})
        )
        wizard.action_pay()

    def _get_account(self):
        return self.env["loyalty.account"].search(
            [("partner_id", "=", self.consignor.partner_id.id)]
        )

    def test_a_payout_is_spendable_credit_with_a_bonus_and_settles_the_bill(self):
        self._pay()
        account = self._get_account()
        self.assertEqual(account.balance, 26.4)
        self.assertEqual(self.settlement.state, "paid")
        self.assertTrue(self.env["loyalty.ledger"]._charge(account, 26.4, key="spent"))
        entry = account.move_ids.posting_ids.entry_id[:1]
        deposit = self.company.loyalty_deposit_account_id
        self.assertEqual(
            entry.line_ids.filtered(lambda line: line.account_id == deposit).balance, -24
        )

    def test_an_account_that_the_consignor_has_is_used(self):
        account = self.env["loyalty.account"].create({"partner_id": self.consignor.partner_id.id})
        self._pay()
        self.assertEqual(self._get_account(), account)
        self.assertEqual(account.balance, 26.4)

    def test_a_settlement_is_credited_once(self):
        self._pay()
        with self.assertRaises(UserError):
            self._pay()
        self.settlement.payout_id._credit_settlement(self.settlement)
        self.assertEqual(self._get_account().balance, 26.4)

    def _undo(self):
        self.settlement.with_user(self.manager).action_undo_payout()

    def test_a_payout_not_spent_yet_is_taken_back_and_the_bill_is_open_again(self):
        self._pay()
        account = self._get_account()
        self._undo()
        self.assertEqual((account.balance, account.debt), (0, 0))
        self.assertEqual(self.settlement.state, "confirmed")
        self.assertFalse(self.settlement.payout_id)
        bill = self.settlement.bill_id
        self.assertEqual((bill.payment_state, bill.amount_residual), ("not_paid", 24))
        deposit = self.company.loyalty_deposit_account_id
        lines = account.move_ids.posting_ids.entry_id.line_ids
        booked = lines.filtered(lambda line: line.account_id == deposit)
        self.assertEqual((len(booked), sum(booked.mapped("balance"))), (2, 0))
        self.assertFalse(self.env["loyalty.ledger.audit"]._verify(account))

    def test_what_was_taken_back_is_paid_again_or_reversed(self):
        self._pay()
        self._undo()
        self._pay()
        self.assertEqual(self._get_account().balance, 26.4)
        self._undo()
        self.settlement.action_reverse()
        self.assertEqual(self.settlement.state, "reversed")
        self.assertEqual(self._get_account().balance, 0)

    def test_a_payout_of_which_something_was_spent_stays(self):
        self._pay()
        account = self._get_account()
        for amount in (1, 20):
            self.env["loyalty.ledger"]._charge(account, amount, key=f"spent {amount}")
            balance = account.balance
            with (
                self.subTest(amount),
                self.assertRaisesRegex(UserError, "spent"),
                self.env.cr.savepoint(),
            ):
                self._undo()
            self.env.invalidate_all()
            self.assertEqual((account.balance, self.settlement.state), (balance, "paid"))

    def test_only_managers_take_payouts_back(self):
        self._pay()
        with self.assertRaises(AccessError):
            self.settlement.with_user(self.staff).action_undo_payout()
        self.assertEqual(self._get_account().balance, 26.4)

    def test_what_is_not_paid_is_not_taken_back(self):
        with self.assertRaisesRegex(UserError, "not paid"):
            self._undo()

    def test_without_a_bonus_only_the_share_is_credited(self):
        self.shop.credit_bonus = 0
        self._pay()
        self.assertEqual(self._get_account().balance, 24)
