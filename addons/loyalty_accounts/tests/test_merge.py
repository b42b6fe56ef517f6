from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..exceptions import AccountUnusable, CardReplaced, LoyaltyError, MovementRefused
from .common import BooksCommon, LoyaltyCommon


@tagged("post_install", "-at_install")
class TestMergePartners(LoyaltyCommon):
    """Odoo's own wizard merges two contacts: accounts stay whole, and can still be verified."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double = cls.env["res.partner"].create({"name": "Anna B.", "email": "anna@x.example"})
        cls.other = cls._create_account(name="Second card", partner_id=cls.double.id)
        cls.order = cls.env["sale.order"].create({"partner_id": cls.double.id})
        cls.ledger._top_up(cls.account, 10)
        cls.ledger._top_up(cls.other, 5)
        cls.paid = cls.ledger._charge(cls.other, 2, document=cls.order)

    def _merge(self, **values):
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [(6, 0, (self.partner | self.double).ids)],
                "dst_partner_id": self.partner.id,
                **values,
            }
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def test_accounts_belong_to_the_contact_that_stays(self):
        self._merge()
        self.assertFalse(self.double.exists())
        self.assertEqual(self.other.partner_id, self.partner)
        self.assertEqual(self.partner.loyalty_account_count, 2)
        self._assert_account(self.account, 10)
        self._assert_account(self.other, 3)
        self.assertEqual(self.env["loyalty.account"]._verify_ledger(), [])

    def test_names_and_documents_stay_as_text_in_the_movements(self):
        self._merge()
        self.assertEqual(self.paid.partner_name, "Anna B.")
        self.assertEqual(self.paid.document_name, self.order.name)
        self.assertEqual(self.paid.action_open_document()["res_id"], self.order.id)

    def test_cards_go_on_paying(self):
        self._merge()
        self.ledger._charge(self.other, 1)
        self._assert_account(self.other, 2)

    def test_contact_of_another_company_does_not_take_cards(self):
        self.partner.loyalty_account_ids.partner_id = False
        self.partner.company_id = self.other_company
        with self.assertRaisesRegex(UserError, "issued by another company"):
            self._merge()
        self.assertEqual(self.other.partner_id, self.double)


@tagged("post_install", "-at_install")
class TestMergeAccounts(LoyaltyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls._create_account(name="Stays")
        cls.ledger._top_up(cls.account, 10)
        cls.earning = cls.ledger._earn(cls.account, 3)
        cls.ledger._top_up(cls.target, 1)

    def _merge(self, user=None, account=None, target=None):
        wizards = self.env["loyalty.account.merge"].with_user(user or self.admin)
        values = {
            "account_id": (account or self.account).id,
            "target_id": (target or self.target).id,
            "note": "two cards",
        }
        wizard = wizards.create(values)
        wizard.action_confirm()
        return wizard

    def test_credit_moves_by_a_pair_of_transfers(self):
        self._merge()
        self._assert_account(self.account, 0)
        self._assert_account(self.target, 14)
        pair = self.account.move_ids[0] | self.target.move_ids[0]
        self.assertEqual(pair.mapped("kind"), ["transfer", "transfer"])
        self.assertEqual(pair.mapped("amount"), [-13, 13])
        self.assertEqual(set(pair.mapped("note")), {"two cards"})
        self.assertEqual(self.env["loyalty.account"]._verify_ledger(), [])

    def test_merged_account_is_archived_and_its_number_refused_in_words(self):
        self._merge()
        self.assertEqual((self.account.active, self.account.merged_into_id), (False, self.target))
        accounts = self.env["loyalty.account"].with_user(self.seller)
        for find in (
            accounts._find_by_number,
            lambda number, _company: accounts.name_search(number),
        ):
            with self.assertRaisesRegex(CardReplaced, "merged into another account"):
                find(self.account.number, self.company)
        with self.assertRaisesRegex(AccountUnusable, "merged into another"):
            self.ledger._charge(self.account, 1)

    def test_merged_account_is_not_restored(self):
        self._merge()
        with self.assertRaisesRegex(UserError, "cannot be restored"):
            self.account.with_user(self.manager).action_unarchive()

    def test_orders_keep_naming_the_merged_account(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "loyalty_account_id": self.account.id}
        )
        self._merge()
        self.assertEqual(order.loyalty_account_id, self.account)

    def test_pressing_twice_merges_once(self):
        wizard = self._merge()
        wizard.action_confirm()
        self._assert_account(self.target, 14)

    def test_debt_moves_too_and_later_earnings_repay_it(self):
        self.ledger._charge(self.account, 13)
        self.ledger._take_back(self.earning)
        self._assert_account(self.account, 0, debt=3)
        self._merge()
        self._assert_account(self.account, 0)
        self._assert_account(self.target, 1, debt=3)
        self.ledger._earn(self.target, 5)
        self._assert_account(self.target, 3)

    def test_empty_account_is_merged_without_a_movement(self):
        empty = self._create_account()
        self._merge(account=empty)
        self.assertFalse(empty.version)
        self.assertEqual(empty.merged_into_id, self.target)

    def test_open_reservation_is_refused_by_the_name_of_its_document(self):
        order = self.env["sale.order"].create({"partner_id": self.partner.id})
        self.ledger._hold(self.account, 2, document=order)
        with self.assertRaisesRegex(MovementRefused, order.name):
            self._merge()
        self._assert_account(self.account, 13, held=2)

    def test_what_does_not_fit_is_refused_and_changes_nothing(self):
        foreign = self._create_account(company_id=self.other_company.id)
        blocked = self._create_account(blocked=True)
        merged = self._create_account()
        self._merge(account=merged)
        for target in (self.account, blocked, merged):
            with self.subTest(target=target.name), self.assertRaises(LoyaltyError):
                self._merge(target=target)
        with self.assertRaisesRegex(MovementRefused, "same company"):
            self.account._merge_into(foreign, key="x")
        self.assertTrue(self.account.active)
        self._assert_account(self.account, 13)

    def test_two_ticked_accounts_are_offered_and_can_be_swapped(self):
        ticked = {"active_model": "loyalty.account", "active_ids": (self.account | self.target).ids}
        wizards = self.env["loyalty.account.merge"].with_user(self.admin).with_context(**ticked)
        form = Form(wizards)
        self.assertEqual((form.account_id, form.target_id), (self.target, self.account))
        wizard = form.save()
        wizard.action_swap()
        self.assertEqual((wizard.account_id, wizard.target_id), (self.account, self.target))
        self.assertEqual(wizard.target_after, 14)
        with self.assertRaisesRegex(UserError, "Tick the two"):
            Form(wizards.with_context(active_ids=self.account.ids))

    def test_only_administrators_merge(self):
        for user in (self.seller, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._merge(user=user)

    def test_accounts_of_other_companies_are_not_merged(self):
        foreign = self._create_account(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self._merge(target=foreign)


@tagged("post_install", "-at_install")
class TestMergeInTheBooks(BooksCommon):
    def test_merging_leaves_ledger_and_general_ledger_equal(self):
        target = self._create_account()
        earning = self.ledger._earn(self.account, 5)
        self.ledger._charge(self.account, 5)
        self.ledger._take_back(earning, 2)
        self.ledger._top_up(self.account, 7)
        self.account._merge_into(target, key="books")
        self._book_all()
        report = self.env["loyalty.liability.report"].create({"company_id": self.company.id})
        self.assertEqual((report.difference, report.not_posted), (0, 0))
        self._assert_account(target, 7, debt=2)
