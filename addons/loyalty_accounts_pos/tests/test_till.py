from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestTill(TillCommon):
    """Receipts with cards, as a till's client sends them."""

    def test_receipt_with_a_card_is_discounted_and_earns(self):
        order = self._sell([self._line(self.coffee)], [self._pay(self.cash, 90)])
        self.assertEqual((order.state, order.amount_total), ("paid", 90))
        self.assertEqual(order.loyalty_account_id, self.account)
        self._assert_account(self.account, 4.5)
        self.assertEqual(
            order.loyalty_receipt,
            {
                "name": "Gold card",
                "number": f"•••{self.account.number[-4:]}",
                "used": 0,
                "earned": 4.5,
                "topped_up": 0,
                "vouchers": [],
                "withheld": 0,
                "left": 4.5,
            },
        )

    def test_credit_pays_a_part_and_money_the_rest(self):
        self.ledger._top_up(self.account, 100)
        payments = [self._hold(40), self._pay(self.cash, 50)]
        order = self._sell([self._line(self.coffee)], payments)
        self._assert_account(self.account, 62.5)
        self.assertEqual(order._get_loyalty_credit_payments().loyalty_move_id.amount, -40)

    def test_top_up_raises_credit_and_earns_nothing(self):
        order = self._sell([self._line(self.top_up)], [self._pay(self.cash, 50)])
        self._assert_account(self.account, 50)
        self.assertEqual(order.loyalty_receipt["topped_up"], 50)

    def test_closing_entry_balances(self):
        self.ledger._top_up(self.account, 100)
        self._book_all()
        self._sell([self._line(self.coffee)], [self._hold(40), self._pay(self.cash, 50)])
        self._sell([self._line(self.top_up)], [self._pay(self.bank, 50)])
        self._close()
        books = self.company._get_loyalty_books()
        deposits = self.env["account.move.line"].search(
            [("account_id", "=", books.loyalty_deposit_account_id.id)]
        )
        self.assertEqual(sum(deposits.mapped("balance")), -100 + 40 - 50)
        self._book_all()
        liability = self.env["loyalty.books.liability"]._compute_liability(
            self.company, self.company._get_loyalty_today()
        )
        self.assertEqual((liability.difference, liability.not_posted), (0, 0))
