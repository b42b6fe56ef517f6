from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import loyalty_ledger_audit
from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestVerification(LoyaltyCommon):
    """The check as people start it, what it says, and the nightly job."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger._top_up(cls.account, 10)
        cls.ledger._charge(cls.account, 4)
        cls.env.flush_all()
        cls.checks = cls.env["loyalty.verification"]

    def _tamper(self):
        self.cr.execute("SET LOCAL session_replication_role = replica")
        self.cr.execute(
            "UPDATE loyalty_account_move SET note = 'x' WHERE account_id = %s", (self.account.id,)
        )
        self.cr.execute("SET LOCAL session_replication_role = DEFAULT")
        self.env.invalidate_all()

    def _check(self, action, user):
        return self.checks.with_user(user).browse(action["res_id"])

    def test_manager_verifies_an_account_and_is_told_what_was_checked(self):
        check = self._check(self.account.with_user(self.manager).action_verify(), self.manager)
        self.assertRegex(check.result, "Nothing wrong: 2 movements of 1 accounts checked on ")
        self.assertEqual((check.state, check.progress), ("done", 100))

    def test_first_record_that_was_tampered_with_is_named(self):
        self._tamper()
        check = self._check(self.account.with_user(self.manager).action_verify(), self.manager)
        first = self.account.move_ids.sorted("seq")[:1]
        self.assertEqual(
            (check.problem_ids.model, check.problem_ids.record_id), (first._name, first.id)
        )
        self.assertIn(f"{first.id}: broken seal", check.result)
        self.assertEqual(check.problem_ids.account_name, self.account.display_name)
        self.assertEqual(check.action_view_account()["res_id"], self.account.id)

    def test_sellers_verify_nothing(self):
        with self.assertRaises(AccessError):
            self.account.with_user(self.seller).action_verify()
        for user in (self.seller, self.manager):
            with self.assertRaises(AccessError):
                self.checks.with_user(user).action_verify_all()

    def test_managers_see_their_own_verifications_and_administrators_all(self):
        self.account.with_user(self.admin).action_verify()
        self._tamper()
        own = self._check(self.account.with_user(self.manager).action_verify(), self.manager)
        self.assertEqual(self.checks.with_user(self.manager).search([]), own)
        self.assertEqual(len(self.checks.with_user(self.admin).search([])), 2)
        problems = self.env["loyalty.verification.problem"]
        self.assertEqual(problems.with_user(self.manager).search([]), own.problem_ids)
        with self.assertRaises(AccessError):
            problems.with_user(self.seller).search([])

    def test_nobody_writes_results(self):
        check = self._check(self.account.with_user(self.admin).action_verify(), self.admin)
        for operation in ("write", "create", "unlink"):
            self.assertFalse(check.has_access(operation))

    def test_accounts_of_other_companies_are_not_verified_by_a_manager(self):
        foreign = self._create_account(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).action_verify()

    def test_all_accounts_are_verified_page_by_page(self):
        for _number in range(4):
            self.ledger._top_up(self._create_account(), 1)
        self.account.action_archive()
        with patch.object(loyalty_ledger_audit, "ACCOUNTS_PAGE", 2):
            check = self._check(self.checks.with_user(self.admin).action_verify_all(), self.admin)
        total = self.env["loyalty.account"].with_context(active_test=False).search_count([])
        self.assertEqual((check.account_count, check.state), (total, "done"))
        self.assertGreaterEqual(check.move_count, 6)

    def test_movements_are_read_page_by_page(self):
        for _number in range(5):
            self.ledger._charge(self.account, 1)
        with patch.object(loyalty_ledger_audit, "MOVES_PAGE", 3):
            self.assertEqual(self.account._verify_ledger(), [])
            self._tamper()
            problems = self.account._verify_ledger()
        self.assertEqual(problems[0]["record_id"], min(self.account.move_ids.ids))

    def test_what_takes_long_goes_on_in_the_background(self):
        with (
            patch.object(loyalty_ledger_audit, "ACCOUNTS_PAGE", 1),
            patch("odoo.addons.loyalty_accounts.models.loyalty_verification.WAITING_SECONDS", 0),
        ):
            action = self.checks.with_user(self.admin).action_verify_all()
            check = self._check(action, self.admin)
            self.assertEqual(check.state, "running")
            self.assertIn("so far", check.result)
            with self.enter_registry_test_mode():
                self.env.ref("loyalty_accounts.ir_cron_verify_ledger").method_direct_trigger()
        check.invalidate_recordset()
        self.assertEqual(check.state, "done")

    def test_night_leaves_a_task_for_administrators_only_when_something_is_wrong(self):
        cron = self.env.ref("loyalty_accounts.ir_cron_verify_ledger")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        check = self.checks.search([], limit=1)
        self.assertFalse(check.activity_ids)
        self.assertTrue(self.env["loyalty.checkpoint"].search([]).line_ids)
        self._tamper()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        check = self.checks.search([], limit=1)
        self.assertIn(self.admin, check.activity_ids.user_id)
        self.assertNotIn(self.manager, check.activity_ids.user_id)

    # === WHY THIS BALANCE? === #

    def test_balance_is_explained_in_words(self):
        order = self.env["sale.order"].create({"partner_id": self.partner.id})
        self.ledger._charge(self.account, 2, document=order)
        self.ledger._hold(self.account, 1, document=order)
        text = self._why(self.seller).explanation.striptags()
        for words in ("Balance", "4.00", "Top-up", "left", order.name, "is reserved"):
            with self.subTest(words=words):
                self.assertIn(words, text)

    def test_accounts_of_other_companies_are_not_explained(self):
        foreign = self._create_account(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self._why(self.seller, foreign)

    def _why(self, user, account=None):
        values = {"account_id": (account or self.account).id}
        return self.env["loyalty.account.why"].with_user(user).create(values)
