from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestTillRefund(TillCommon):
    """Goods that come back: credit goes to the card, money to the customer, never the other way."""

    def _plan(self, order, value):
        return self._till().plan_refund(self.till_session.id, order.id, value)

    def _take_back(self, order, money, credit=0, qty=None, **values):
        """Refund the order's first line, paying ``credit`` to the card and ``money`` in cash."""
        payments = [self._pay(self.cash, -money)] if money else []
        if credit:
            payments.append(self._pay(self.credit, -credit) | {"payment_status": "done"})
        receipt = self._receipt(
            [self._refund_line(order.lines[0], qty)], payments, is_refund=True, **values
        )
        self._sync(receipt)
        return self.env["pos.order"].search([("uuid", "=", receipt["uuid"])])

    def _sell_mixed(self):
        """90.00 paid with 40 of 100 credit and 50 of money; earns 2.50."""
        self.ledger._top_up(self.account, 100)
        return self._sell([self._line(self.coffee)], [self._hold(40), self._pay(self.cash, 50)])

    def test_plan_says_what_goes_back_to_the_card(self):
        order = self._sell_mixed()
        self.assertEqual(self._plan(order, 90.0), {"credit": 40, "withheld": 0})
        self.assertEqual(self._plan(order, 45.0), {"credit": 20, "withheld": 0})

    def test_refund_gives_credit_back_and_takes_the_earning(self):
        refund = self._take_back(self._sell_mixed(), 50, credit=40)
        self._assert_account(self.account, 100)
        self.assertEqual(refund.loyalty_account_id, self.account)
        self.assertEqual(
            (refund.loyalty_receipt["used"], refund.loyalty_receipt["left"]), (-40, 100)
        )

    def test_part_that_was_paid_with_credit_is_not_refunded_in_cash(self):
        order = self._sell_mixed()
        with self.assertRaisesRegex(UserError, "goes back to the customer's card"):
            self._take_back(order, 90)

    def test_more_than_was_paid_with_credit_does_not_become_credit(self):
        order = self._sell_mixed()
        with self.assertRaisesRegex(UserError, "goes back to the customer's card"):
            self._take_back(order, 0, credit=90)

    def test_receipt_without_a_card_never_becomes_credit(self):
        order = self._sell_without_card()
        with self.assertRaisesRegex(UserError, "goes back to the customer's card"):
            self._take_back(order, 0, credit=50)

    def _sell_without_card(self):
        receipt = self._receipt([self._line(self.book, card=0)], [self._pay(self.cash, 50)])
        self._sync(receipt)
        return self.env["pos.order"].search([("uuid", "=", receipt["uuid"])])

    def test_earned_credit_that_was_spent_is_withheld_from_the_money(self):
        order = self._sell([self._line(self.coffee)], [self._pay(self.cash, 90)])
        self.ledger._charge(self.account, 4)
        self.assertEqual(self._plan(order, 90.0), {"credit": 0, "withheld": 4})
        refund = self._take_back(order, 86, credit=4)
        self._assert_account(self.account, 0)
        self.assertEqual(refund.loyalty_receipt["withheld"], 4)

    def test_refund_in_two_parts_adds_up(self):
        self.ledger._top_up(self.account, 100)
        lines = [self._line(self.coffee, qty=3)]
        order = self._sell(lines, [self._hold(100), self._pay(self.cash, 170)])
        self._assert_account(self.account, 8.5)
        first = self._plan(order, 90.0)
        self.assertEqual(first, {"credit": 33.33, "withheld": 0})
        self._take_back(order, 56.67, credit=33.33, qty=1)
        second = self._plan(order, 180.0)
        self.assertEqual(second, {"credit": 66.67, "withheld": 0})
        self._take_back(order, 113.33, credit=66.67, qty=2)
        self._assert_account(self.account, 100)

    def test_refund_with_all_credit_spent_leaves_a_debt(self):
        self.ledger._top_up(self.account, 90)
        self.company.loyalty_earn_on_credit = True
        order = self._sell([self._line(self.coffee)], [self._hold(90)])
        self.ledger._charge(self.account, 4.5)
        self.assertEqual(self._plan(order, 90.0), {"credit": 90, "withheld": 0})
        self._take_back(order, 0, credit=90)
        self._assert_account(self.account, 90, debt=4.5)

    def test_top_up_is_taken_back_with_its_price(self):
        order = self._sell([self._line(self.top_up)], [self._pay(self.cash, 50)])
        self._take_back(order, 50)
        self._assert_account(self.account, 0)

    def test_spent_top_up_is_not_refunded(self):
        order = self._sell([self._line(self.top_up)], [self._pay(self.cash, 50)])
        self.ledger._charge(self.account, 20)
        with self.assertRaisesRegex(UserError, "was spent"):
            self._take_back(order, 50)

    def test_refund_sent_twice_is_one(self):
        order = self._sell_mixed()
        receipt = self._receipt(
            [self._refund_line(order.lines[0])],
            [self._pay(self.cash, -50), self._pay(self.credit, -40)],
            is_refund=True,
        )
        self._sync(receipt)
        again = dict(receipt)
        self._sync(again)
        self._assert_account(self.account, 100)

    def test_refund_closes_with_balanced_books(self):
        order = self._sell_mixed()
        self._take_back(order, 50, credit=40)
        self._sell([self._line(self.coffee)], [self._pay(self.cash, 90)])
        self._close()
        self._book_all()
        liability = self.env["loyalty.books.liability"]._compute_liability(
            self.company, self.company._get_loyalty_today()
        )
        self.assertEqual(
            (liability.difference, liability.not_posted, liability.unexplained), (0, 0, [])
        )
