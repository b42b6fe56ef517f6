from uuid import uuid4

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.loyalty_accounts.exceptions import (
    InvalidValue,
    MovementRefused,
    PinRefused,
    TooManyGuesses,
)

from ..const import SEARCH_POLICY
from .common import TillCommon

SETTLED = "was settled with"
RETURNED = "does not come back as"


@tagged("post_install", "-at_install")
class TestTillBypass(TillCommon):
    """Ways around the ledger: each turned credit into cash, or made it from nothing, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger._top_up(cls.account, 100)

    def setUp(self):
        super().setUp()
        self.sold = self._sell([self._line(self.coffee)], [self._hold(90)])

    def _refund(self, lines, payments, **values):
        return self._receipt(lines, payments, is_refund=True, **values)

    def _cash_refund(self, **values):
        line = self._refund_line(self.sold.lines)
        return self._refund([line], [self._pay(self.cash, -90)], **values)

    def _assert_refused(self, words, lines, payments, **values):
        with self.assertRaisesRegex(UserError, words):
            self._sync(self._refund(lines, payments, **values))

    def _orders(self):
        return self.env["pos.order"].with_user(self.cashier)

    # === CLOSING PAST THE LEDGER === #

    def test_refund_is_not_created_closed(self):
        with self.assertRaisesRegex(UserError, "close it at the till|" + SETTLED):
            self._orders().create(self._cash_refund())

    def test_refund_is_not_closed_by_its_state(self):
        for state in ("paid", "done"):
            with self.subTest(state=state), self.cr.savepoint() as savepoint:
                order = self._sync(self._cash_refund(state="draft"))
                order = self._orders().search([("state", "=", "draft")], limit=1) or order
                with self.assertRaisesRegex(UserError, "close it at the till"):
                    order.write({"state": state})
                savepoint.rollback()

    def test_refund_is_not_closed_by_sending_it_as_done(self):
        values = self._cash_refund(state="draft")
        self._sync(dict(values))
        again = values | {"state": "done", "lines": [], "payment_ids": []}
        with self.assertRaisesRegex(UserError, "close it at the till"):
            self._sync(again)

    def test_cancelled_receipt_is_not_closed(self):
        payment = self._pay(self.credit, 90) | {"loyalty_request": str(uuid4())}
        receipt = self._receipt(
            [self._line(self.coffee)], [payment], self.account.number, state="draft"
        )
        uuid = receipt["uuid"]
        self._sync(receipt)
        order = self._orders().search([("uuid", "=", uuid)])
        order.write({"state": "cancel"})
        with self.assertRaisesRegex(UserError, "close it at the till"), self.cr.savepoint():
            order.write({"state": "paid"})
        with self.assertRaisesRegex(UserError, "is cancelled"):
            order.action_pos_order_paid()

    def test_voucher_is_not_sold_by_a_state(self):
        receipt = self._receipt(
            [self._line(self.voucher)], [self._pay(self.cash, 30)], state="draft"
        )
        uuid = receipt["uuid"]
        self._sync(receipt)
        with self.assertRaisesRegex(UserError, "close it at the till"):
            self._orders().search([("uuid", "=", uuid)]).write({"state": "paid"})

    def test_cancelled_receipt_keeps_nothing_reserved(self):
        receipt = self._receipt(
            [self._line(self.coffee)], [self._hold(10)], self.account.number, state="draft"
        )
        uuid = receipt["uuid"]
        self._sync(receipt)
        self.assertEqual(self.account.held, 10)
        self._orders().search([("uuid", "=", uuid)]).action_pos_order_cancel()
        self._assert_account(self.account, 10)

    # === WHAT COMES BACK === #

    def test_returned_line_does_not_switch_the_checks_off(self):
        back = self._refund_line(self.sold.lines) | {"qty": 0}
        self._assert_refused("on a receipt of its own", [back, self._line(self.top_up)], [])

    def test_returned_line_with_a_quantity_above_zero_is_refused(self):
        back = self._refund_line(self.sold.lines) | {"qty": 1000}
        away = self._line(self.coffee, qty=-1000, card=0)
        self._assert_refused("should be|" + RETURNED, [back, away], [], amount_total=0)

    def test_open_receipt_is_not_refunded(self):
        receipt = self._receipt([self._line(self.book, card=0)], [], state="draft")
        receipt["loyalty_number"] = self.account.number
        uuid = receipt["uuid"]
        self._sync(receipt)
        order = self.env["pos.order"].search([("uuid", "=", uuid)])
        back = self._refund_line(order.lines)
        self._assert_refused("one closed receipt", [back], [self._pay(self.cash, -50)])

    def test_no_more_comes_back_than_was_sold(self):
        back = self._refund_line(self.sold.lines, qty=2)
        payments = [self._pay(self.credit, -90), self._pay(self.cash, -90)]
        self._assert_refused(RETURNED, [back], payments)
        once = self._refund_line(self.sold.lines)
        self._sync(self._refund([once], [self._pay(self.credit, -90)]))
        again = self._refund_line(self.sold.lines)
        self._assert_refused(RETURNED, [again], [self._pay(self.cash, -90)])

    def test_two_originals_on_one_refund_are_refused(self):
        plain = self._receipt([self._line(self.book, card=0)], [self._pay(self.cash, 50)])
        uuid = plain["uuid"]
        self._sync(plain)
        plain = self.env["pos.order"].search([("uuid", "=", uuid)])
        draft = self._refund([self._refund_line(plain.lines)], [], state="draft")
        self._sync(dict(draft))
        both = draft | {
            "state": "paid",
            "lines": [Command.create(self._refund_line(self.sold.lines))],
            "payment_ids": [Command.create(self._pay(self.cash, -140) | {"uuid": str(uuid4())})],
            "amount_total": -140,
            "amount_paid": -140,
        }
        with self.assertRaisesRegex(UserError, "one closed receipt"):
            self._sync(both)

    def test_top_up_does_not_come_back_as_another_product(self):
        order = self._sell([self._line(self.top_up)], [self._pay(self.cash, 50)])
        back = self._refund_line(order.lines) | {"product_id": self.book.id}
        self._assert_refused(RETURNED, [back], [self._pay(self.cash, -50)])

    def test_price_and_discount_of_what_comes_back_are_those_of_then(self):
        for values in ({"price_unit": 200}, {"discount": 0}, {"tax_ids": [Command.clear()]}):
            back = self._refund_line(self.sold.lines) | values
            with self.subTest(**values), self.cr.savepoint() as savepoint:
                self._assert_refused(RETURNED + "|should be", [back], [self._pay(self.credit, -90)])
                savepoint.rollback()

    def test_total_of_a_refund_is_checked(self):
        back = self._refund_line(self.sold.lines) | {"discount": 100}
        self._assert_refused(
            RETURNED + "|should be", [back], [self._pay(self.cash, -90)], amount_total=-90
        )

    # === CLOSED RECEIPTS === #

    def test_closed_receipt_is_not_rewritten(self):
        order = self._orders().browse(self.sold.id)
        other = self._second_till()
        for values in ({"amount_total": 1000000}, {"session_id": other.id}):
            with self.subTest(**values), self.assertRaisesRegex(UserError, SETTLED):
                order.write(values)

    def test_lines_of_a_closed_receipt_stay(self):
        line = self.sold.lines.with_user(self.cashier)
        for values in ({"qty": 5}, {"price_unit": 1}, {"product_id": self.book.id}):
            with self.subTest(**values), self.assertRaisesRegex(UserError, SETTLED):
                line.write(values)
        with self.assertRaisesRegex(UserError, SETTLED):
            line.unlink()

    def test_nothing_is_added_to_another_closed_receipt(self):
        plain = self._receipt([self._line(self.book, card=0)], [self._pay(self.cash, 50)])
        uuid = plain["uuid"]
        self._sync(plain)
        plain = self.env["pos.order"].search([("uuid", "=", uuid)])
        line = self._refund_line(self.sold.lines) | {"order_id": plain.id}
        with self.assertRaisesRegex(UserError, SETTLED):
            self.env["pos.order.line"].with_user(self.cashier).create(line)

    def test_refund_stays_tied_to_its_receipt(self):
        self._sync(
            self._refund([self._refund_line(self.sold.lines)], [self._pay(self.credit, -90)])
        )
        back = self.sold.lines.refund_orderline_ids.with_user(self.cashier)
        with self.assertRaisesRegex(UserError, SETTLED):
            back.write({"refunded_orderline_id": False})

    def test_paid_top_up_is_not_changed_to_a_debt(self):
        later = self.env["pos.payment.method"].create({"name": "Later"})
        self._close()
        self.config.payment_method_ids |= later
        self.till_session = self._open(self.config)
        order = self._sell([self._line(self.top_up)], [self._pay(self.cash, 50)])
        with self.assertRaisesRegex(UserError, SETTLED):
            order.payment_ids.with_user(self.cashier).payment_method_id = later

    def test_cash_that_was_a_bank_card_is_put_right(self):
        order = self._sell([self._line(self.coffee)], [self._pay(self.cash, 90)])
        order.payment_ids.with_user(self.cashier).payment_method_id = self.bank
        self.assertEqual(order.payment_ids.payment_method_id, self.bank)

    # === PIN === #

    def test_pin_counts_all_tills_and_what_was_paid_lately(self):
        self.ledger._top_up(self.account, 200)
        self.account._set_pin(self.account._digest_pin("2468", new=True))
        self.company.loyalty_pin_amount = 100
        with self.assertRaises(PinRefused):
            self._hold(20)  # 90 were paid a moment ago
        self.company.loyalty_pin_amount = 130
        other = self._second_till()
        self._hold(30, session=other)
        with self.assertRaises(PinRefused):
            self._hold(30)

    def test_credit_that_another_till_reserved_does_not_pay(self):
        self.ledger._top_up(self.account, 90)
        other = self._second_till()
        payment = self._hold(90, session=other)
        receipt = self._receipt([self._line(self.coffee)], [payment], self.account.number)
        with self.assertRaisesRegex(MovementRefused, "is not reserved"):
            self._sync(receipt)

    # === WHAT IS TOLD === #

    def test_numbers_on_receipts_are_for_cashiers(self):
        self._sell([self._line(self.voucher)], [self._pay(self.cash, 30)])
        stock = self._create_user("till_stock", "stock.group_stock_user")
        for name in ("loyalty_receipt", "loyalty_number"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.env["pos.order"].with_user(stock).search_read([], [name])

    def test_voucher_is_masked_once_its_session_is_closed(self):
        order = self._sell([self._line(self.voucher)], [self._pay(self.cash, 30)])
        number = order.loyalty_receipt["vouchers"][0]["number"]
        self._close()
        order.invalidate_recordset()
        self.assertEqual(order.loyalty_receipt["vouchers"][0]["number"], f"•••{number[-4:]}")

    def test_receipt_without_a_card_names_none(self):
        receipt = self._receipt([self._line(self.voucher)], [self._pay(self.cash, 30)])
        uuid = receipt["uuid"]
        self._sync(receipt)
        said = self.env["pos.order"].search([("uuid", "=", uuid)]).loyalty_receipt
        self.assertEqual((said["name"], said["number"]), (False, False))

    def test_found_customers_are_masked_and_searches_counted(self):
        self.partner.write({"phone": "+31 20 555 12 34", "email": "anna@example.org"})
        with self._own_cursor():
            (found,) = self._till().find_cards(self.till_session.id, "anna")
            self.assertEqual(found["hint"], "•••234 · a•••@example.org")
            with self.assertRaises(TooManyGuesses):
                for _search in range(SEARCH_POLICY.limit + 1):
                    self._till().find_cards(self.till_session.id, "anna")

    def test_public_pages_pair_no_card(self):
        receipt = self._receipt(
            [self._line(self.book, card=0)], [], self.account.number, state="draft"
        )
        uuid = receipt["uuid"]
        public = new_test_user(self.env, "till_kiosk", "base.group_public")
        self.env["pos.order"].with_user(public).sudo().sync_from_ui([receipt])
        self.assertFalse(self.env["pos.order"].search([("uuid", "=", uuid)]).loyalty_account_id)

    def test_ids_of_another_kind_are_refused_in_words(self):
        for bad in ({}, [], True, "1"):
            with self.subTest(bad=bad), self.assertRaises(InvalidValue):
                self._till().plan_refund(self.till_session.id, bad, 5)

    # === MERGED CARDS, ROUNDING, COMBOS === #

    def test_refund_to_a_merged_card_reaches_the_one_that_stayed(self):
        target = self._create_account(name="Stays", partner_id=self.partner.id)
        self.ledger._transfer(self.account, target, self.account.available, key="merge")
        self.account.write({"merged_into_id": target.id, "active": False})
        before = target.balance
        self._sync(
            self._refund([self._refund_line(self.sold.lines)], [self._pay(self.credit, -90)])
        )
        self._assert_account(self.account, 0)
        self._assert_account(target, before + 90)

    def test_item_that_only_looks_like_a_combos_gets_no_discount(self):
        parent = self._line(self.coffee)
        child = self._line(self.book, card=10)
        receipt = self._receipt(
            [parent, child], [self._pay(self.cash, 135)], self.account.number, state="draft"
        )
        uuid = receipt["uuid"]
        self._sync(receipt)
        order = self.env["pos.order"].search([("uuid", "=", uuid)])
        order.lines[1].combo_parent_id = order.lines[0]
        with self.assertRaisesRegex(UserError, "gives no discount"):
            order.with_user(self.cashier).action_pos_order_paid()
