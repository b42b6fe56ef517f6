from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..exceptions import (
    InsufficientCredit,
    InvalidValue,
    MovementRefused,
)
from .common import LoyaltyCommon, money


@tagged("post_install", "-at_install")
class TestLedger(LoyaltyCommon):
    # === TOP-UP, CHARGE, REFUND === #

    def test_top_up_makes_a_lot_and_a_movement(self):
        move = self.ledger._top_up(self.account, 100, key="t1")
        self.assertEqual(
            (move.kind, move.seq, move.amount, move.balance_after), ("top_up", 1, 100, 100)
        )
        self.assertEqual(move.user_id, self.env.user)
        self.assertEqual(move.allocation_ids.accrual_company_id, self.company)
        self._assert_account(self.account, 100)

    def test_charge_takes_the_earliest_expiry_first_then_the_oldest(self):
        today = fields.Date.today()
        self.ledger._top_up(self.account, 10)
        self.ledger._top_up(self.account, 10, expiry_date=today + timedelta(days=9))
        self.ledger._top_up(self.account, 10, expiry_date=today + timedelta(days=5))
        self.ledger._charge(self.account, 15)
        self.assertEqual(self._lots(self.account), [10, 5, 0])
        self._assert_account(self.account, 15)

    def test_charge_beyond_the_credit_is_refused_and_writes_nothing(self):
        self.ledger._top_up(self.account, 10)
        with self.assertRaisesRegex(InsufficientCredit, "Only 10.00 of credit is available"):
            self.ledger._charge(self.account, money("10.01"))
        self.assertEqual(self.account.version, 1)
        self._assert_account(self.account, 10)

    def test_thousand_small_amounts_add_up_exactly(self):
        for _time in range(10):
            self.ledger._top_up(self.account, 0.1)
        self.ledger._charge(self.account, 1)
        self._assert_account(self.account, 0)

    def test_refund_gives_back_to_the_lots_taken_last_first(self):
        today = fields.Date.today()
        self.ledger._top_up(self.account, 10, expiry_date=today + timedelta(days=9))
        self.ledger._top_up(self.account, 10)
        payment = self.ledger._charge(self.account, 15)
        self.ledger._refund(payment, 7)
        self.assertEqual(self._lots(self.account), [2, 10])
        self.ledger._refund(payment)
        self.assertEqual(self._lots(self.account), [10, 10])
        self._assert_account(self.account, 20)

    def test_refunds_never_exceed_the_payment(self):
        self.ledger._top_up(self.account, 10)
        payment = self.ledger._charge(self.account, 6)
        self.ledger._refund(payment, 4)
        with self.assertRaisesRegex(MovementRefused, "Only 2"):
            self.ledger._refund(payment, 3)
        self.ledger._refund(payment)
        with self.assertRaisesRegex(MovementRefused, "given back already"):
            self.ledger._refund(payment)
        self._assert_account(self.account, 10)

    def test_only_a_payment_can_be_refunded_and_only_an_earning_taken_back(self):
        top_up = self.ledger._top_up(self.account, 10)
        with self.assertRaises(MovementRefused):
            self.ledger._refund(top_up)
        with self.assertRaises(MovementRefused):
            self.ledger._take_back(top_up)

    def test_refund_works_on_a_blocked_and_expired_account(self):
        self.ledger._top_up(self.account, 10)
        payment = self.ledger._charge(self.account, 10)
        self.account.write({"blocked": True, "expiry_date": "2020-01-01"})
        self.ledger._refund(payment)
        self._assert_account(self.account, 10)

    def test_refund_of_an_expired_lot_comes_back_with_days_of_grace(self):
        self.company.loyalty_refund_grace_days = 14
        with freeze_time("2026-03-01"):
            self.ledger._top_up(self.account, 10, expiry_date="2026-03-31")
            payment = self.ledger._charge(self.account, 10)
        with freeze_time("2026-05-01"):
            self.ledger._refund(payment, 4)
            self.assertEqual(str(self.account.lot_ids.expiry_date), "2026-05-15")
            self._assert_account(self.account, 4)
        with freeze_time("2026-05-16"):
            self.ledger._expire(self.account)
            self._assert_account(self.account, 0)

    # === EARNING, TAKING BACK, DEBT === #

    def test_taking_back_unspent_earnings_empties_their_lot_only(self):
        self.ledger._top_up(self.account, 20)
        earning = self.ledger._earn(self.account, 5)
        self.ledger._take_back(earning)
        self.assertEqual(self._lots(self.account), [20, 0])
        self._assert_account(self.account, 20)

    def test_taking_back_spent_earnings_makes_a_debt_that_later_earnings_repay(self):
        earning = self.ledger._earn(self.account, 10)
        self.ledger._charge(self.account, 8)
        self.ledger._take_back(earning)
        self._assert_account(self.account, 0, debt=8)
        self.ledger._earn(self.account, 5)
        self._assert_account(self.account, 0, debt=3)
        second = self.ledger._earn(self.account, 5)
        self.assertEqual((second.amount, second.debt_amount, second.asked_amount), (2, -3, 5))
        self._assert_account(self.account, 2)

    def test_taking_back_an_earning_that_repaid_a_debt_restores_the_debt(self):
        first = self.ledger._earn(self.account, 10)
        self.ledger._charge(self.account, 10)
        self.ledger._take_back(first)
        second = self.ledger._earn(self.account, 12)
        self._assert_account(self.account, 2)
        self.ledger._take_back(second)
        self._assert_account(self.account, 0, debt=10)

    def test_earnings_are_taken_back_in_parts_but_not_twice(self):
        earning = self.ledger._earn(self.account, 10)
        self.ledger._take_back(earning, 4)
        with self.assertRaisesRegex(MovementRefused, "Only 6"):
            self.ledger._take_back(earning, 7)
        self.ledger._take_back(earning)
        self.assertFalse(self.ledger._take_back(earning))
        self._assert_account(self.account, 0)

    def test_earnings_that_expired_unused_leave_no_debt(self):
        with freeze_time("2026-01-01"):
            earning = self.ledger._earn(self.account, 10, expiry_date="2026-01-31")
            self.ledger._charge(self.account, 3)
        with freeze_time("2026-03-01"):
            self.ledger._expire(self.account)
            self._assert_account(self.account, 0)
            self.ledger._take_back(earning)
            self._assert_account(self.account, 0, debt=3)

    def test_refund_of_credit_whose_earning_was_taken_back_repays_the_debt(self):
        self.ledger._top_up(self.account, 5)
        earning = self.ledger._earn(self.account, 50)
        payment = self.ledger._charge(self.account, 55)
        self.ledger._take_back(earning)
        self._assert_account(self.account, 0, debt=50)
        self.ledger._refund(payment, 20)
        self._assert_account(self.account, 0, debt=30)
        self.ledger._refund(payment)
        self._assert_account(self.account, 5)

    def test_releasing_reserved_credit_whose_earning_was_taken_back_repays_the_debt(self):
        earning = self.ledger._earn(self.account, 10)
        hold = self.ledger._hold(self.account, 10).hold_id
        self.ledger._take_back(earning)
        self._assert_account(self.account, 10, held=10, debt=10)
        self.ledger._capture(hold, 4)
        self.ledger._release(hold)
        self._assert_account(self.account, 0, debt=4)

    def test_credit_back_in_its_lot_before_its_earning_is_taken_back_leaves_no_debt(self):
        first = self.ledger._earn(self.account, 10)
        payment = self.ledger._charge(self.account, 10)
        self.ledger._take_back(first)
        second = self.ledger._earn(self.account, 10)
        self.ledger._refund(payment)
        self.ledger._take_back(second)
        self._assert_account(self.account, 0)

    def test_money_paid_in_frees_reserved_credit_to_repay_its_debt(self):
        for verb in ("_top_up", "_adjust"):
            account = self._create_account()
            earning = self.ledger._earn(account, 10)
            hold = self.ledger._hold(account, 10).hold_id
            self.ledger._take_back(earning)
            self._assert_account(account, 10, held=10, debt=10)
            options = {"note": "x"} if verb == "_adjust" else {}
            getattr(self.ledger, verb)(account, 10, **options)
            self._assert_account(account, 10, held=10)
            self.ledger._release(hold)
            self._assert_account(account, 10)

    def test_taking_back_ends_reservations_that_have_run_out_first(self):
        with freeze_time("2026-01-01 10:00:00"):
            earning = self.ledger._earn(self.account, 10)
            self.ledger._hold(
                self.account, 10, expires_at=fields.Datetime.now() + timedelta(minutes=5)
            )
        with freeze_time("2026-01-01 10:06:00"):
            self.ledger._take_back(earning)
            self._assert_account(self.account, 0)

    # === RESERVATIONS === #

    def test_reserved_credit_cannot_be_spent_elsewhere(self):
        self.ledger._top_up(self.account, 10)
        self.ledger._hold(self.account, 7)
        with self.assertRaises(InsufficientCredit):
            self.ledger._charge(self.account, 4)
        with self.assertRaises(InsufficientCredit):
            self.ledger._hold(self.account, 4)
        with self.assertRaises(InsufficientCredit):
            self.ledger._adjust(self.account, -4, note="mistake")
        self._assert_account(self.account, 10, held=7)

    def test_reserved_credit_is_captured_in_parts_and_the_rest_released(self):
        self.ledger._top_up(self.account, 10)
        hold = self.ledger._hold(self.account, 7).hold_id
        self.ledger._capture(hold, 3)
        self._assert_account(self.account, 7, held=4)
        with self.assertRaisesRegex(MovementRefused, "Only 4"):
            self.ledger._capture(hold, 5)
        self.ledger._release(hold)
        self._assert_account(self.account, 7)
        self.assertEqual((hold.state, hold.remaining), ("closed", 0))
        self.assertFalse(self.ledger._release(hold))
        with self.assertRaises(MovementRefused):
            self.ledger._capture(hold, 1)

    def test_capture_of_all_closes_the_reservation(self):
        self.ledger._top_up(self.account, 10)
        hold = self.ledger._hold(self.account, 7).hold_id
        self.ledger._capture(hold, 7)
        self.assertEqual(hold.state, "closed")
        self._assert_account(self.account, 3)

    def test_captured_payment_is_refunded_like_any_other(self):
        self.ledger._top_up(self.account, 10)
        hold = self.ledger._hold(self.account, 7).hold_id
        self.ledger._refund(self.ledger._capture(hold, 7))
        self._assert_account(self.account, 10)

    def test_capture_works_after_the_account_was_blocked(self):
        self.ledger._top_up(self.account, 10)
        hold = self.ledger._hold(self.account, 7).hold_id
        self.account.blocked = True
        self.ledger._capture(hold, 7)
        self._assert_account(self.account, 3)

    def test_reservation_with_a_clock_ends_by_itself(self):
        with freeze_time("2026-01-01 10:00:00"):
            self.ledger._top_up(self.account, 10)
            hold = self.ledger._hold(
                self.account, 10, expires_at=fields.Datetime.now() + timedelta(minutes=5)
            ).hold_id
        with freeze_time("2026-01-01 10:05:00"):
            with self.assertRaisesRegex(MovementRefused, "Only 0"):
                self.ledger._capture(hold, 1)
            self.ledger._charge(self.account, 10)
            self.assertEqual(hold.state, "closed")
            self._assert_account(self.account, 0)

    # === EXPIRY === #

    def test_expired_credit_cannot_be_spent_even_before_the_nightly_run(self):
        with freeze_time("2026-01-01"):
            self.ledger._top_up(self.account, 10, expiry_date="2026-01-31")
            self.ledger._top_up(self.account, 5)
        with freeze_time("2026-02-01"):
            with self.assertRaises(InsufficientCredit), self.cr.savepoint():
                self.ledger._charge(self.account, 6)
            self.ledger._charge(self.account, 5)
            self.assertEqual(
                self.account.move_ids.sorted("seq").mapped("kind"),
                ["top_up", "top_up", "expire", "charge"],
            )
            self._assert_account(self.account, 0)

    def test_credit_is_spendable_on_its_last_day(self):
        with freeze_time("2026-01-31"):
            self.ledger._top_up(self.account, 10, expiry_date="2026-01-31")
            self.assertFalse(self.ledger._expire(self.account))
            self.ledger._charge(self.account, 10)

    def test_reserved_credit_does_not_expire_before_its_reservation_ends(self):
        with freeze_time("2026-01-01"):
            self.ledger._top_up(self.account, 50, expiry_date="2026-01-31")
            self.ledger._top_up(self.account, 50)
            hold = self.ledger._hold(self.account, 60).hold_id
        with freeze_time("2026-02-01"):
            self.assertFalse(self.ledger._expire(self.account))
            self.ledger._charge(self.account, 40)
            self.ledger._capture(hold, 55)
            self.ledger._release(hold)
            self._assert_account(self.account, 5)
            self.assertFalse(self.ledger._expire(self.account), "the rest never expires")

    def test_credit_of_an_ended_reservation_expires_at_once(self):
        with freeze_time("2026-01-01"):
            self.ledger._top_up(self.account, 50, expiry_date="2026-01-31")
            hold = self.ledger._hold(self.account, 30).hold_id
        with freeze_time("2026-02-01"):
            self.assertEqual(self.ledger._expire(self.account).amount, -20)
            self.ledger._release(hold)
            self.assertEqual(self.ledger._expire(self.account).amount, -30)
            self._assert_account(self.account, 0)

    # === MANUAL ENTRIES === #

    def test_manual_entry_needs_a_reason(self):
        for note in ("", "   ", None, 5):
            with self.assertRaises(InvalidValue):
                self.ledger._adjust(self.account, 5, note=note)

    def test_manual_entry_goes_up_and_down_and_keeps_its_reason(self):
        self.ledger._adjust(self.account, 5, note="welcome gift")
        move = self.ledger._adjust(self.account, -2, note="typing error")
        self.assertEqual((move.note, move.amount), ("typing error", -2))
        self._assert_account(self.account, 3)

    def test_manual_entry_can_empty_a_blocked_account(self):
        self.ledger._top_up(self.account, 5)
        self.account.blocked = True
        self.ledger._adjust(self.account, -5, note="card stolen")
        self._assert_account(self.account, 0)
