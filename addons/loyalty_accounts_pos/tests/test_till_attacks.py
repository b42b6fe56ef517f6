from uuid import uuid4

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.loyalty_accounts.exceptions import (
    AccountNotFound,
    AccountUnusable,
    InsufficientCredit,
    MovementRefused,
    PinRefused,
)

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestTillAttacks(TillCommon):
    """A manipulated client, and cashiers who call the server themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger._top_up(cls.account, 100)

    def _assert_refused(self, words, lines, payments, error=UserError, number=None, **values):
        receipt = self._receipt(lines, payments, number or self.account.number, **values)
        with self.assertRaisesRegex(error, words):
            self._sync(receipt)

    # === DISCOUNT AND TOTAL === #

    def test_discount_typed_into_the_request_is_refused(self):
        line = self._line(self.coffee, discount=90)
        self._assert_refused("has a discount of 90", [line], [self._pay(self.cash, 10)])

    def test_card_discount_above_the_cards_is_refused(self):
        line = self._line(self.coffee, card=50)
        self._assert_refused("gives no discount of 50", [line], [self._pay(self.cash, 50)])

    def test_card_discount_on_an_excluded_product_is_refused(self):
        line = self._line(self.book, card=10)
        self._assert_refused("gives no discount", [line], [self._pay(self.cash, 45)])

    def test_card_discount_without_a_card_is_refused(self):
        receipt = self._receipt([self._line(self.coffee)], [self._pay(self.cash, 90)])
        with self.assertRaisesRegex(UserError, "gives no discount"):
            self._sync(receipt)

    def test_own_discount_where_cashiers_give_none_is_refused(self):
        self.config.manual_discount = False
        line = self._line(self.coffee, own=50)
        self._assert_refused("has a discount of 50", [line], [self._pay(self.cash, 50)])

    def test_cashiers_own_discount_stays_possible_beside_the_cards(self):
        order = self._sell([self._line(self.coffee, own=20)], [self._pay(self.cash, 80)])
        self.assertEqual((order.lines.loyalty_own_discount, order.lines.loyalty_discount), (20, 10))

    def test_changed_total_is_refused(self):
        self._assert_refused(
            "should be", [self._line(self.coffee)], [self._pay(self.cash, 900)], amount_total=900
        )

    def test_what_the_till_says_of_a_lines_price_counts_for_nothing(self):
        line = self._line(self.top_up) | {"price_subtotal_incl": 5000, "price_subtotal": 5000}
        self._sell([line], [self._pay(self.cash, 50)], amount_total=50)
        self._assert_account(self.account, 150)

    # === CARD === #

    def test_foreign_card_is_refused_like_an_unknown_one(self):
        foreign = self._create_account(company_id=self.other_company.id, partner_id=False)
        for number in (foreign.number, "999999"):
            with self.assertRaisesRegex(AccountNotFound, "No account has the card number"):
                self._till().find_card(self.till_session.id, number)
            self._assert_refused(
                "No account has",
                [self._line(self.coffee)],
                [self._pay(self.cash, 90)],
                number=number,
            )

    def test_blocked_card_is_refused_with_the_reason(self):
        self.account.write({"blocked": True, "block_reason": "reported stolen"})
        with self.assertRaisesRegex(AccountUnusable, "reported stolen"):
            self._till().find_card(self.till_session.id, self.account.number)
        self._assert_refused("stolen", [self._line(self.coffee)], [self._pay(self.cash, 90)])

    def test_card_cannot_be_set_by_its_id(self):
        with self.assertRaises(AccessError):
            self._sync(
                self._receipt(
                    [self._line(self.book, card=0)],
                    [self._pay(self.cash, 50)],
                    loyalty_account_id=self.account.id,
                )
            )

    def test_terms_cannot_be_set(self):
        self._assert_refused(
            "by its number",
            [self._line(self.coffee)],
            [self._pay(self.cash, 90)],
            error=AccessError,
            loyalty_credit_rate=1.0,
        )

    # === CREDIT === #

    def test_payment_beyond_what_is_reserved_is_refused(self):
        payment = self._hold(10) | {"amount": 90}
        self._assert_refused(
            "is not reserved", [self._line(self.coffee)], [payment], MovementRefused
        )
        self._assert_account(self.account, 100, held=10)

    def test_payment_without_a_reservation_is_refused(self):
        payment = self._pay(self.credit, 90) | {"loyalty_request": str(uuid4())}
        self._assert_refused(
            "is not reserved", [self._line(self.coffee)], [payment], MovementRefused
        )

    def test_one_reservation_pays_once(self):
        payment = self._hold(45)
        lines = [self._line(self.coffee)]
        self._assert_refused("is not reserved", lines, [payment, dict(payment)], MovementRefused)

    def test_reservation_of_another_card_is_refused(self):
        other = self._create_account(name="Other", partner_id=False, discount=10)
        self._assert_refused(
            "is not reserved",
            [self._line(self.coffee)],
            [self._hold(90)],
            MovementRefused,
            number=other.number,
        )

    def test_more_than_the_balance_cannot_be_reserved(self):
        with self.assertRaisesRegex(InsufficientCredit, "Only 100"):
            self._hold(100.01)

    def test_negative_payment_with_credit_on_a_sale_is_refused(self):
        payments = [self._pay(self.credit, -50), self._pay(self.cash, 140)]
        self._assert_refused("At most", [self._line(self.coffee)], payments)

    def test_credit_does_not_pay_for_credit(self):
        self._assert_refused("paid in money", [self._line(self.top_up)], [self._hold(50)])

    def test_top_up_on_account_is_refused(self):
        later = self.env["pos.payment.method"].create({"name": "Later", "split_transactions": True})
        self._close()
        self.config.payment_method_ids |= later
        self.till_session = self._open(self.config)
        self._assert_refused(
            "paid in money",
            [self._line(self.top_up)],
            [self._pay(later, 50)],
            partner_id=self.partner.id,
        )

    def test_top_up_without_a_card_is_refused(self):
        receipt = self._receipt([self._line(self.top_up)], [self._pay(self.cash, 50)])
        with self.assertRaisesRegex(UserError, "scan the card"):
            self._sync(receipt)

    def test_rebate_does_not_pay_for_a_top_up(self):
        rebate = self._line(self.book, price=-50, card=0)
        self._assert_refused("paid in money", [self._line(self.top_up), rebate], [])

    # === CLOSED RECEIPTS === #

    def test_payment_with_credit_stays_after_closing(self):
        order = self._sell([self._line(self.coffee)], [self._hold(90)])
        payment = order.payment_ids.with_user(self.cashier)
        for values in ({"amount": 1}, {"payment_method_id": self.cash.id}):
            with self.assertRaisesRegex(UserError, "was settled with"):
                payment.write(values)
        with self.assertRaisesRegex(UserError, "was settled with"):
            payment.unlink()

    def test_closed_receipt_is_not_changed_to_credit(self):
        order = self._sell([self._line(self.coffee)], [self._pay(self.cash, 90)])
        with self.assertRaisesRegex(UserError, "was settled with"):
            order.payment_ids.with_user(self.cashier).payment_method_id = self.credit

    def test_receipt_with_a_card_is_not_closed_by_writing_its_state(self):
        receipt = self._receipt(
            [self._line(self.coffee)], [self._hold(90)], self.account.number, state="draft"
        )
        order = self._sync(receipt)
        with self.assertRaisesRegex(UserError, "close it at the till"):
            order.with_user(self.cashier).state = "paid"

    def test_receipt_with_a_card_is_not_created_closed(self):
        values = self._receipt([self._line(self.coffee)], [self._hold(90)], self.account.number)
        order = self.env["pos.order"].with_user(self.cashier).create(values)
        self.assertEqual(order.state, "draft")
        self._assert_account(self.account, 100, held=90)

    def test_card_of_a_closed_receipt_stays(self):
        order = self._sell([self._line(self.coffee)], [self._pay(self.cash, 90)])
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            order.with_user(self.cashier).loyalty_number = False

    # === THE TILL'S OWN METHODS === #

    def test_cashier_cannot_read_accounts(self):
        with self.assertRaises(AccessError):
            self.account.with_user(self.cashier).read(["balance"])

    def test_only_cashiers_ask(self):
        stranger = self._create_user("till_stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self._till(stranger).find_card(self.till_session.id, self.account.number)

    def test_closed_till_is_refused(self):
        self._close()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._till().find_card(self.till_session.id, self.account.number)

    def test_session_of_another_company_is_unknown(self):
        outsider = self._create_user(
            "till_outsider",
            "point_of_sale.group_pos_user",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        with self.assertRaisesRegex(UserError, "is closed"):
            self._till(outsider).find_card(self.till_session.id, self.account.number)

    def test_reservation_cannot_be_released_after_it_paid(self):
        payment = self._hold(90)
        self._sell([self._line(self.coffee)], [payment])
        with self.assertRaisesRegex(MovementRefused, "was closed with this payment"):
            self._till().release(self.till_session.id, payment["loyalty_request"])

    def test_foreign_reservation_is_not_released(self):
        move = self.ledger._hold(self.account, 10, key="rpc/1/mine")
        self.assertFalse(self._till().release(self.till_session.id, "../rpc/1/mine"))
        self.assertEqual(move.hold_id.state, "open")

    # === PIN === #

    def test_large_payments_ask_for_the_pin_also_in_parts(self):
        self.company.loyalty_pin_amount = 50
        self.account._set_pin(self.account._digest_pin("2468", new=True))
        with self.assertRaises(PinRefused):
            self._hold(60)
        self._hold(40)
        with self.assertRaises(PinRefused):
            self._hold(40)
        self._hold(40, pin="2468")
