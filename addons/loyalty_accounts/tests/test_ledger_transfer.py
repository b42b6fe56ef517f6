from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..exceptions import (
    AccountUnusable,
    InsufficientCredit,
    InvalidValue,
    MovementRefused,
    RequestConflict,
)
from .common import BooksCommon, LoyaltyCommon, money


@tagged("post_install", "-at_install")
class TestLedgerTransfer(LoyaltyCommon):
    """Opening balances and transfers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls._create_account(name="New card")

    def _lot_facts(self, account):
        return [
            (lot.origin, lot.remaining, str(lot.date), str(lot.expiry_date))
            for lot in account.lot_ids.sorted("id")
            if lot.remaining
        ]

    # === OPENING BALANCES === #

    def test_opening_balance_is_credit_of_its_own_origin(self):
        move = self.ledger._open(self.account, money("12.30"), key="list/1")
        self.assertEqual((move.kind, move.amount), ("opening", 12.30))
        self.assertEqual(self.account.lot_ids.origin, "opening")
        self._assert_account(self.account, 12.30)

    def test_the_same_line_of_a_list_opens_once(self):
        first = self.ledger._open(self.account, 12, key="list/1")
        self.assertEqual(self.ledger._open(self.account, 12, key="list/1"), first)
        with self.assertRaises(RequestConflict):
            self.ledger._open(self.account, 13, key="list/1")
        self._assert_account(self.account, 12)

    def test_an_opening_balance_needs_a_key_and_an_amount_above_zero(self):
        with self.assertRaises(InvalidValue):
            self.ledger._open(self.account, 12, key=None)
        for amount in (0, -5):
            with self.assertRaises(InvalidValue):
                self.ledger._open(self.account, amount, key=f"list/{amount}")

    def test_blocked_accounts_get_their_opening_balance_too(self):
        self.account.blocked = True
        self.ledger._open(self.account, 12, key="list/1")
        self._assert_account(self.account, 12)

    def test_happens_at_the_company_of_the_account_wherever_the_list_is_read(self):
        foreign = self._create_account(company_id=self.other_company.id)
        move = self.ledger._open(foreign, 12, key="list/1")
        self.assertEqual(move.company_id, self.other_company)

    # === TRANSFERS === #

    @freeze_time("2026-03-04 10:00:00")
    def test_lots_keep_their_origin_day_and_expiry_on_the_other_side(self):
        with freeze_time("2026-01-01 10:00:00"):
            self.ledger._earn(self.account, 5, expiry_date="2026-06-30")
        self.ledger._top_up(self.account, 10)
        self.ledger._transfer(self.account, self.target, 7, key="t1")
        self.assertEqual(
            self._lot_facts(self.target),
            [("earn", 5, "2026-01-01", "2026-06-30"), ("top_up", 2, "2026-03-04", "False")],
        )
        self._assert_account(self.account, 8)
        self._assert_account(self.target, 7)

    def test_both_movements_name_the_same_reason_and_document(self):
        self.ledger._top_up(self.account, 10)
        moves = self.ledger._transfer(
            self.account, self.target, 7, key="t1", note="lost", document=self.partner
        )
        self.assertEqual(moves.mapped("account_id"), self.account | self.target)
        self.assertEqual(moves.mapped("amount"), [-7, 7])
        self.assertEqual(moves.mapped("key"), ["t1/out", "t1/in"])
        self.assertEqual(set(moves.mapped("note")), {"lost"})
        self.assertEqual(set(moves.mapped("document_name")), {"Anna Berg"})

    def test_the_same_request_transfers_once(self):
        self.ledger._top_up(self.account, 10)
        moves = self.ledger._transfer(self.account, self.target, 7, key="t1")
        self.assertEqual(self.ledger._transfer(self.account, self.target, 7, key="t1"), moves)
        third = self._create_account()
        for target, amount in ((self.target, 6), (third, 7)):
            with self.assertRaises(RequestConflict):
                self.ledger._transfer(self.account, target, amount, key="t1")
        self._assert_account(self.account, 3)

    def test_blocked_card_gives_but_does_not_take(self):
        self.ledger._top_up(self.account, 10)
        self.account.blocked = True
        self.ledger._transfer(self.account, self.target, 4, key="t1")
        with self.assertRaises(AccountUnusable):
            self.ledger._transfer(self.target, self.account, 4, key="t2")
        self._assert_account(self.account, 6)

    def test_reserved_credit_stays(self):
        self.ledger._top_up(self.account, 10)
        self.ledger._hold(self.account, 8)
        with self.assertRaises(InsufficientCredit):
            self.ledger._transfer(self.account, self.target, 3, key="t1")
        self.ledger._transfer(self.account, self.target, 2, key="t2")
        self._assert_account(self.account, 8, held=8)

    def test_bad_transfers_are_refused(self):
        self.ledger._top_up(self.account, 10)
        foreign = self._create_account(company_id=self._company_in_another_currency().id)
        for target, options in (
            (self.account, {"key": "t1"}),
            (foreign, {"key": "t2"}),
            (self.target, {"key": None}),
        ):
            with self.assertRaises(MovementRefused if options["key"] else InvalidValue):
                self.ledger._transfer(self.account, target, 1, **options)
        self._assert_account(self.account, 10)

    def _company_in_another_currency(self):
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("id", "!=", self.company.currency_id.id)], limit=1)
        currency.active = True
        return self.env["res.company"].create({"name": "Far away", "currency_id": currency.id})

    def test_both_accounts_are_locked_by_one_statement_before_anything_else(self):
        self.ledger._top_up(self.target, 10)
        calls, lock = [], type(self.ledger)._lock

        def spy(ledger, accounts):
            calls.append(accounts.ids)
            return lock(ledger, accounts)

        self.patch(type(self.ledger), "_lock", spy)
        self.ledger._transfer(self.target, self.account, 1, key="t1")
        self.assertEqual(set(calls[0]), {self.account.id, self.target.id})

    # === DIALOGUE === #

    def test_dialogue_shows_both_balances_before_and_after(self):
        self.ledger._top_up(self.account, 10)
        self.ledger._top_up(self.target, 1)
        wizards = self.env["loyalty.account.transfer"].with_user(self.admin)
        form = Form(wizards.with_context(default_account_id=self.account.id))
        self.assertEqual(form.amount, 10, "all of it, unless less is entered")
        form.target_id = self.target
        form.amount = 4
        form.note = "lost card"
        self.assertEqual(
            (form.available, form.available_after, form.target_available, form.target_after),
            (10, 6, 1, 5),
        )
        wizard = form.save()
        wizard.action_confirm()
        wizard.action_confirm()
        self._assert_account(self.account, 6)
        self._assert_account(self.target, 5)

    def test_dialogue_takes_no_account_of_another_company_that_the_user_may_not_see(self):
        self.ledger._top_up(self.account, 10)
        foreign = self._create_account(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self.env["loyalty.account.transfer"].with_user(self.admin).create(
                {"account_id": self.account.id, "target_id": foreign.id, "amount": 1, "note": "x"}
            )

    def test_manual_entry_may_be_an_opening_balance(self):
        wizards = self.env["loyalty.account.adjust"].with_user(self.admin)
        form = Form(wizards.with_context(default_account_id=self.account.id))
        form.direction = "down"  # hidden for opening balances, and without effect
        form.entry_type = "opening"
        form.amount = 9
        form.note = "old cash register"
        self.assertEqual(form.available_after, 9)
        form.save().action_confirm()
        self.assertEqual(self.account.move_ids.kind, "opening")
        self._assert_account(self.account, 9)


@tagged("post_install", "-at_install")
class TestBooksTransfer(BooksCommon):
    """What a transfer and a top-up leave in the books."""

    def test_transfer_to_another_company_is_booked_by_each(self):
        company = self._company_with_chart("Elsewhere", currency_id=self.company.currency_id.id)
        target = self._create_account(company_id=company.id)
        self.ledger._open(self.account, 10, key="o")
        moves = self.ledger._transfer(self.account, target, 10, key="t")
        self.assertEqual(moves.mapped("company_id"), self.company | company)
        self.assertEqual(
            self._lines(self._book_all()),
            {
                ("opening", "Opening balances, 1 movement"): 10,
                ("deposit", "Opening balances, 1 movement"): -10,
                ("transfer", "Credit transferred away, 1 movement"): -10,
                ("deposit", "Credit transferred away, 1 movement"): 10,
            },
        )
        self.assertEqual(
            self._lines(self._book_all(company)),
            {
                ("transfer", "Credit transferred here, 1 movement"): 10,
                ("deposit", "Credit transferred here, 1 movement"): -10,
            },
        )

    # === TOP-UPS AT THE DESK === #

    def _top_up(self, user=None, **values):
        wizards = self.env["loyalty.account.top.up"].with_user(user or self.admin)
        values = {"account_id": self.account.id, "amount": 25, "note": "receipt 7", **values}
        return wizards.create(values)

    def _journal(self, kind):
        return self.env["account.journal"].create(
            {"name": f"My {kind}", "type": kind, "company_id": self.company.id}
        )

    def test_top_up_is_booked_where_the_money_came_in(self):
        bank, cash = self._journal("bank"), self._journal("cash")
        outstanding = bank.inbound_payment_method_line_ids.payment_account_id
        for journal, account in (
            (bank, outstanding or bank.default_account_id),
            (cash, cash.default_account_id),
        ):
            with self.subTest(journal=journal.type):
                self._top_up(journal_id=journal.id).action_confirm()
                entry = self.account.move_ids.sorted("id")[-1:].posting_ids.entry_id
                self.assertEqual((entry.journal_id, entry.state), (journal, "posted"))
                self.assertIn(self.account.number, entry.ref)
                self.assertEqual(entry.line_ids.partner_id, self.partner)
                self.assertEqual(
                    {line.account_id: line.balance for line in entry.line_ids},
                    {account: 25, self.company.loyalty_deposit_account_id: -25},
                )
        self.assertFalse(self._book_all(), "nothing is left for the batch")

    def test_outstanding_account_of_the_journal_is_used_where_there_is_one(self):
        bank = self._journal("bank")
        outstanding = bank.default_account_id.copy({"account_type": "asset_current"})
        bank.inbound_payment_method_line_ids.payment_account_id = outstanding
        self._top_up(journal_id=bank.id).action_confirm()
        self.assertIn(outstanding, self.account.move_ids.posting_ids.entry_id.line_ids.account_id)

    def test_pressing_twice_books_once(self):
        wizard = self._top_up()
        wizard.action_confirm()
        wizard.action_confirm()
        self.assertEqual(len(self.account.move_ids.posting_ids), 1)

    def test_journal_of_the_credit_and_others_are_refused(self):
        general = self.env["account.journal"].search([("type", "=", "general")], limit=1)
        for journal in (self.company.loyalty_journal_id, general):
            with self.assertRaisesRegex(UserError, "journal the money came in"):
                self._top_up(journal_id=journal.id).action_confirm()
        self.assertFalse(self.account.version)

    def test_without_a_chart_no_journal_is_asked_for(self):
        account = self._create_account(company_id=self.other_company.id)
        self.env.user.company_ids |= self.other_company
        wizard = self._top_up(self.env.user, account_id=account.id)
        self.assertFalse(wizard.has_books)
        wizard.action_confirm()
        self.assertFalse(account.move_ids.posting_ids)
        self._assert_account(account, 25)

    def test_entry_of_a_top_up_is_not_reset_cancelled_deleted_or_reversed(self):
        self._top_up().action_confirm()
        entry = self.account.move_ids.posting_ids.entry_id
        for method in ("button_draft", "button_cancel", "unlink", "_reverse_moves"):
            with self.subTest(method=method), self.assertRaisesRegex(UserError, "loyalty ledger"):
                getattr(entry, method)()
        with self.assertRaisesRegex(UserError, "loyalty ledger"):
            entry.write({"state": "draft"})
