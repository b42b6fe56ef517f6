from odoo.http import serialize_exception
from odoo.tests import tagged

from ..exceptions import (
    AccountUnusable,
    InvalidValue,
    RequestConflict,
)
from .common import LoyaltyCommon, money


@tagged("post_install", "-at_install")
class TestLedgerInput(LoyaltyCommon):
    """Repeated requests, bad values, unusable accounts, and what a charge costs."""

    # === REQUESTS === #

    def test_repeated_request_gets_the_first_result_and_moves_nothing(self):
        first = self.ledger._top_up(self.account, 10, key="same")
        self.ledger._charge(self.account, 4)
        self.assertEqual(self.ledger._top_up(self.account, 10, key="same"), first)
        self._assert_account(self.account, 6)

    def test_every_verb_repeats_its_first_result(self):
        ledger, account = self.ledger, self.account
        ledger._top_up(account, 100)
        charge = ledger._charge(account, 5, key="c")
        hold = ledger._hold(account, 5, key="h")
        capture = ledger._capture(hold.hold_id, 2, key="p")
        release = ledger._release(hold.hold_id, key="r")
        refund = ledger._refund(charge, 1, key="b")
        earning = ledger._earn(account, 3, key="e")
        back = ledger._take_back(earning, 1, key="k")
        adjust = ledger._adjust(account, 1, key="a", note="x")
        version = account.version
        self.assertEqual(ledger._charge(account, 5, key="c"), charge)
        self.assertEqual(ledger._hold(account, 5, key="h"), hold)
        self.assertEqual(ledger._capture(hold.hold_id, 2, key="p"), capture)
        self.assertEqual(ledger._release(hold.hold_id, key="r"), release)
        self.assertEqual(ledger._refund(charge, 1, key="b"), refund)
        self.assertEqual(ledger._earn(account, 3, key="e"), earning)
        self.assertEqual(ledger._take_back(earning, 1, key="k"), back)
        self.assertEqual(ledger._adjust(account, 1, key="a", note="x"), adjust)
        self.assertEqual(account.version, version)

    def test_same_key_for_anything_else_is_refused(self):
        other = self._create_account()
        self.ledger._top_up(other, 10)
        self.ledger._top_up(self.account, 10, key="same")
        different = (
            (self.ledger._top_up, self.account, 11),
            (self.ledger._top_up, other, 10),
            (self.ledger._charge, self.account, 10),
            (self.ledger._hold, self.account, 10),
        )
        for verb, account, amount in different:
            with self.subTest(verb=verb.__name__), self.assertRaises(RequestConflict):
                verb(account, amount, key="same")
        with self.assertRaises(RequestConflict):
            self.ledger._top_up(self.account, 10, key="same", company=self.other_company)

    def test_bad_keys_and_notes_are_refused(self):
        for key in ("", "k" * 151, "line\nbreak", "zero\u200bwidth", 5, b"k"):
            with self.subTest(key=key), self.assertRaises(InvalidValue):
                self.ledger._top_up(self.account, 10, key=key)
        with self.assertRaises(InvalidValue):
            self.ledger._top_up(self.account, 10, note="n" * 501)
        self.assertFalse(self.account.version)

    # === BAD AMOUNTS AND ACCOUNTS === #

    def test_bad_amounts_are_refused_by_every_verb_and_write_nothing(self):
        self.ledger._top_up(self.account, 50)
        charge = self.ledger._charge(self.account, 5)
        hold = self.ledger._hold(self.account, 5).hold_id
        earning = self.ledger._earn(self.account, 5)
        version = self.account.version
        amounts = [
            0,
            -1,
            1e12,
            10**400,
            float("nan"),
            float("inf"),
            0.001,
            "5",
            "",
            None,
            True,
            [5],
            money("1.000000000000000000000000000001"),
            money("NaN"),
            money("1e40"),
        ]
        for amount in amounts:
            for verb, record in (
                (self.ledger._top_up, self.account),
                (self.ledger._earn, self.account),
                (self.ledger._charge, self.account),
                (self.ledger._hold, self.account),
                (self.ledger._capture, hold),
                (self.ledger._refund, charge),
                (self.ledger._take_back, earning),
            ):
                if amount is None and verb in (self.ledger._refund, self.ledger._take_back):
                    continue  # there it stands for all that is left
                with (
                    self.subTest(verb=verb.__name__, amount=amount),
                    self.assertRaises(InvalidValue),
                ):
                    verb(record, amount)
        self.assertEqual(self.account.version, version)

    def test_unusable_accounts_are_refused_with_the_reason(self):
        self.ledger._top_up(self.account, 50)
        cases = (
            ({"blocked": True, "block_reason": "reported lost"}, "reported lost"),
            ({"expiry_date": "2020-01-31"}, "expired on 2020-01-31"),
            ({"active": False}, "archived"),
        )
        for values, reason in cases:
            account = self.account
            account.write({"blocked": False, "expiry_date": False, "active": True})
            account.write(values)
            for verb in ("_top_up", "_earn", "_charge", "_hold"):
                with (
                    self.subTest(verb=verb, reason=reason),
                    self.assertRaisesRegex(AccountUnusable, reason),
                ):
                    getattr(self.ledger, verb)(account, 5)
        self.assertEqual(self.account.version, 1)

    def test_account_is_not_honoured_by_another_company(self):
        for verb in ("_top_up", "_earn", "_charge", "_hold"):
            with self.assertRaisesRegex(AccountUnusable, "not honoured at Harbour Bistro"):
                getattr(self.ledger, verb)(self.account, 5, company=self.other_company)

    def test_credit_that_could_never_be_spent_is_refused(self):
        for verb in (self.ledger._top_up, self.ledger._earn):
            with self.assertRaisesRegex(InvalidValue, "over already"):
                verb(self.account, 5, expiry_date="2020-01-01")

    def test_defaults_of_the_caller_do_not_reach_the_ledger(self):
        yen = self.env.ref("base.JPY")
        ledger = self.ledger.with_context(
            default_currency_id=yen.id, default_company_id=self.other_company.id, default_note="x"
        )
        ledger.sudo()._top_up(self.account, 5.15)
        self.assertFalse(self.account.move_ids.note)
        self._assert_account(self.account, 5.15)

    def test_account_cannot_hold_more_than_the_largest_amount(self):
        self.ledger._top_up(self.account, 999_999_999)
        with self.assertRaisesRegex(InvalidValue, "cannot hold more"):
            self.ledger._top_up(self.account, 1)
        self._assert_account(self.account, 999_999_999)

    def test_currency_without_decimals_refuses_fractions(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        company = self.env["res.company"].create({"name": "Tokyo", "currency_id": yen.id})
        account = self.env["loyalty.account"].create({"name": "Yen", "company_id": company.id})
        ledger = self.ledger.with_company(company)
        with self.assertRaisesRegex(InvalidValue, "multiple of 1"):
            ledger._top_up(account, 10.5)
        ledger._top_up(account, 10)
        self._assert_account(account, 10)

    # === COST === #

    def test_charge_takes_few_queries_however_many_lots_there_are(self):
        for _time in range(12):
            self.ledger._top_up(self.account, 1)
        self.ledger._charge(self.account, 1)  # warms caches up
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(14):
            self.ledger._charge(self.account, 11)
            self.env.flush_all()

    def test_what_is_refused_is_shown_as_a_sentence_and_not_as_a_failure(self):
        shown = serialize_exception(InvalidValue("Do this instead."))
        self.assertEqual(shown["context"]["exception_class"], "odoo.exceptions.UserError")
        self.assertEqual(shown["arguments"], ("Do this instead.",))
