import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import AccountNotFound, CardReplaced, InvalidValue
from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestReplacement(LoyaltyCommon):
    """A lost card: the account gets another number, the old one is refused for ever."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger._top_up(cls.account, 10)
        cls.old = cls.account.number
        cls.accounts = cls.env["loyalty.account"]

    def _replace(self, user=None, account=None, **values):
        wizard = (
            self.env["loyalty.account.replace"]
            .with_user(user or self.manager)
            .create({"account_id": (account or self.account).id, **values})
        )
        wizard.action_confirm()
        return self.account.number

    def _find(self, number, company=None):
        accounts = self.accounts.with_user(self.seller)
        return accounts._find_by_number(number, company or self.company)

    def test_new_number_is_generated_and_history_stays(self):
        new = self._replace(reason="lost")
        self.assertNotEqual(new, self.old)
        self.assertEqual(self._find(new), self.account)
        self.assertEqual(self.account.number_ids.mapped("number"), [self.old])
        self.assertEqual(self.account.number_ids.replaced_by_id, self.manager)
        self._assert_account(self.account, 10)

    def test_old_number_is_refused_in_words_that_do_not_tell_the_new_one(self):
        new = self._replace(reason="stolen", number=" new-77 ")
        self.assertEqual(new, "NEW-77")
        for find in (
            lambda: self._find(f" {self.old.lower()} "),
            lambda: self.accounts.with_user(self.seller).name_search(self.old),
            lambda: self.env["loyalty.api"].with_user(self.seller).find(self.old),
        ):
            with self.assertRaisesRegex(CardReplaced, "replaced on .* name, phone") as refusal:
                find()
            self.assertNotIn(new, str(refusal.exception))
            self.assertEqual(refusal.exception.code, "card_replaced")

    def test_other_companies_learn_nothing_of_a_replaced_card(self):
        self._replace(reason="lost")
        with self.assertRaises(AccountNotFound):
            self._find(self.old, self.other_company)

    def test_beginning_of_another_number_that_was_replaced_does_not_stop_a_search(self):
        account = self._create_account(number="AB-1")
        self._replace(reason="lost", account=account)
        longer = self._create_account(number="AB-12")
        self.assertEqual(self.accounts.name_search("AB-1"), [(longer.id, longer.display_name)])

    def test_old_number_is_never_given_to_another_account(self):
        self._replace(reason="lost")
        with self.assertRaisesRegex(InvalidValue, "is or was in use"):
            self._replace(reason="lost", number=self.old)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            self._create_account(number=self.old)

    def test_bad_numbers_are_refused(self):
        taken = self._create_account().number
        for number in ("a", "x" * 40, "ÅÄÖ", taken, self.old):
            with self.subTest(number=number), self.assertRaises(InvalidValue):
                self._replace(reason="lost", number=number)
        self.assertEqual(self.account.number, self.old)

    def test_number_corrected_before_its_first_use_is_free_again(self):
        account = self._create_account(number="TYPO-1")
        account.number = "RIGHT-1"
        account.flush_recordset()
        self.assertEqual(self._create_account(number="TYPO-1").number, "TYPO-1")

    def test_replaced_number_does_not_come_back_by_hand(self):
        account = self._create_account(number="FIRST-1")
        self._replace(reason="lost", account=account)
        with self.assertRaisesRegex(UserError, "Replace the card"):
            account.number = "FIRST-1"

    def test_number_of_a_deleted_account_without_history_is_free_again(self):
        account = self._create_account(number="GONE-1")
        account.unlink()
        self.assertEqual(self._create_account(number="GONE-1").number, "GONE-1")

    def test_replacement_is_undone_while_nothing_has_moved(self):
        new = self._replace(reason="lost")
        self.account.with_user(self.manager).action_undo_replacement()
        self.assertEqual(self._find(self.old), self.account)
        with self.assertRaises(CardReplaced):
            self._find(new)
        self._assert_account(self.account, 10)

    def test_replacement_is_not_undone_once_the_new_card_was_used(self):
        self._replace(reason="lost")
        self.assertTrue(self.account.with_user(self.manager).can_undo_replacement)
        self.ledger._charge(self.account, 1)
        self.assertFalse(self.account.with_user(self.manager).can_undo_replacement)
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            self.account.with_user(self.manager).action_undo_replacement()

    def test_only_managers_replace_and_undo(self):
        with self.assertRaises(AccessError):
            self._replace(user=self.seller, reason="lost")
        self._replace(reason="lost")
        self.assertFalse(self.account.with_user(self.seller).can_undo_replacement)
        with self.assertRaises(AccessError):
            self.account.with_user(self.seller).action_undo_replacement()

    def test_manager_of_another_company_does_not_replace(self):
        stranger = self._create_user(
            "stranger_manager",
            "loyalty_accounts.group_manager",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        with self.assertRaises(AccessError):
            self._replace(user=stranger, reason="lost")

    def test_numbers_are_read_by_users_and_written_by_nobody(self):
        self._replace(reason="lost")
        for user in (self.seller, self.manager, self.admin):
            numbers = self.account.number_ids.with_user(user)
            self.assertEqual(numbers.number, self.old)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(numbers.has_access(operation))

    def test_blocked_account_may_be_unblocked_with_its_new_card(self):
        self.account.blocked = True
        self._replace(reason="stolen", unblock=False)
        self.assertTrue(self.account.blocked)
        self._replace(reason="stolen")
        self.assertFalse(self.account.blocked)

    def test_archived_account_gets_no_new_card(self):
        self.account.action_archive()
        with self.assertRaisesRegex(UserError, "archived"):
            self._replace(reason="lost")
