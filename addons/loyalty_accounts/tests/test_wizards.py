from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..exceptions import InsufficientCredit, InvalidValue
from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestWizards(LoyaltyCommon):
    def _wizard(self, name, user=None, **values):
        model = self.env[f"loyalty.account.{name}"].with_user(user or self.admin)
        return model.create({"account_id": self.account.id, **values})

    # === TOP-UP === #

    def test_top_up_credits_with_its_payment_reference(self):
        self._wizard("top.up", amount=25, note="receipt 7").action_confirm()
        self.assertEqual(self.account.move_ids.note, "receipt 7")
        self.assertEqual(self.account.move_ids.user_id, self.admin)
        self._assert_account(self.account, 25)

    def test_large_amounts_are_entered_like_small_ones(self):
        self._wizard("top.up", amount=500_000_000, note="lottery").action_confirm()
        self._wizard("adjust", amount=99_999_999.99, note="x").action_confirm()
        self._assert_account(self.account, 599_999_999.99)

    def test_pressing_twice_credits_once(self):
        wizard = self._wizard("top.up", amount=25, note="receipt 7")
        wizard.action_confirm()
        wizard.action_confirm()
        self._assert_account(self.account, 25)

    def test_two_dialogues_credit_twice(self):
        for _time in range(2):
            self._wizard("top.up", amount=25, note="receipt 7").action_confirm()
        self._assert_account(self.account, 50)

    def test_bad_top_ups_are_refused(self):
        for amount in (0, -5, 1e12):
            with self.subTest(amount=amount), self.assertRaises(InvalidValue):
                self._wizard("top.up", amount=amount, note="x").action_confirm()
        self.assertFalse(self.account.version)

    def test_amounts_that_are_no_numbers_are_refused_in_words(self):
        for wizard in ("top.up", "adjust"):
            for amount in (float("nan"), float("inf"), "5", 10**400):
                with self.subTest(wizard=wizard, amount=str(amount)[:9]):
                    with self.assertRaises(InvalidValue):
                        self._wizard(wizard, amount=amount, note="x")

    def test_dialogue_shows_no_account_of_another_company(self):
        foreign = self._create_account(company_id=self.other_company.id)
        for wizard in ("top.up", "adjust"):
            with self.subTest(wizard=wizard), self.assertRaises(AccessError):
                self._wizard(wizard, account_id=foreign.id, amount=1, note="x")
            own = self._wizard(wizard, amount=1, note="x")
            with self.subTest(wizard=wizard), self.assertRaises(AccessError):
                own.account_id = foreign

    # === MANUAL ENTRY === #

    def test_manual_entry_shows_the_credit_afterwards(self):
        self.ledger._top_up(self.account, 10)
        form = Form(
            self.env["loyalty.account.adjust"].with_context(default_account_id=self.account.id)
        )
        form.amount = 4
        self.assertEqual(form.available_after, 14)
        form.direction = "down"
        self.assertEqual(form.available_after, 6)
        form.note = "typing error"
        form.save().action_confirm()
        self._assert_account(self.account, 6)

    def test_negative_amount_does_not_turn_the_direction_around(self):
        with self.assertRaises(InvalidValue):
            self._wizard("adjust", amount=-5, direction="down", note="x").action_confirm()

    def test_more_than_the_credit_cannot_be_removed(self):
        self.ledger._top_up(self.account, 10)
        with self.assertRaises(InsufficientCredit):
            self._wizard("adjust", amount=11, direction="down", note="x").action_confirm()

    def test_only_administrators_enter_credit(self):
        for wizard in ("top.up", "adjust"):
            for user in (self.seller, self.manager):
                with self.subTest(wizard=wizard, user=user.login), self.assertRaises(AccessError):
                    self._wizard(wizard, user, amount=5, note="x")

    # === DELETION === #

    def _delete(self, accounts, **values):
        action = accounts.with_user(self.manager).action_delete()
        model = (
            self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
        )
        return model.create(values)

    def test_deletes_what_is_unused_and_says_how_many_and_which(self):
        used, unused = self.account, self._create_account(name="Unused")
        self.ledger._top_up(used, 5)
        answer = self._delete(used | unused).action_confirm()["params"]["message"]
        self.assertIn("1 deleted: Unused", answer)
        self.assertIn("1 kept: Gold card", answer)
        self.assertFalse(unused.exists())
        self.assertTrue(used.active)

    def test_archives_the_rest_on_request_and_restores_with_the_balance(self):
        self.ledger._top_up(self.account, 5)
        answer = self._delete(self.account, archive_kept=True).action_confirm()
        self.assertIn("1 archived: Gold card", answer["params"]["message"])
        self.assertFalse(self.account.active)
        self.account.with_user(self.manager).action_unarchive()
        self._assert_account(self.account, 5)

    def test_account_paired_with_an_order_is_kept(self):
        self.env["sale.order"].create(
            {"partner_id": self.partner.id, "loyalty_account_id": self.account.id}
        )
        self.assertEqual(self._delete(self.account).kept_ids, self.account)
        with self.assertRaisesRegex(UserError, "Gold card"):
            self.account.unlink()

    def test_sellers_cannot_delete(self):
        with self.assertRaises(AccessError):
            self.env["loyalty.account.delete"].with_user(self.seller).create(
                {"account_ids": [(6, 0, self.account.ids)]}
            )

    def test_splitting_many_accounts_costs_no_query_per_account(self):
        counts = []
        for number in (2, 2, 30):
            accounts = self.env["loyalty.account"]
            for _time in range(number):
                accounts |= self._create_account()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            accounts._get_deletable()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], "the first round only warms caches up")
