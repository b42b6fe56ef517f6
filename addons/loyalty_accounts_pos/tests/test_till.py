from odoo.tests import tagged

from odoo.addons.loyalty_accounts.exceptions import InsufficientCredit

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

    def test_anonymised_card_is_not_named_by_its_receipts(self):
        order = self._sell([self._line(self.coffee)], [self._pay(self.cash, 90)])
        self.ledger._adjust(self.account, -4.5, note="given back in cash")
        self.account._anonymise("asked by letter")
        order.invalidate_recordset()
        self.assertFalse(order.loyalty_number)
        self.assertEqual(order.loyalty_account_id, self.account)
        self.assertNotIn("Gold card", str(order.loyalty_receipt))
        self.assertEqual(self.account._verify_ledger(), [])

    def test_card_that_was_paired_at_a_till_is_archived_not_deleted(self):
        card = self._create_account(name="No credit", partner_id=False, credit_rate=0, discount=10)
        self._sell([self._line(self.coffee)], [self._pay(self.cash, 90)], number=card.number)
        self.assertFalse(card._get_deletable())

    def test_two_open_tills_never_overspend_one_card(self):
        self.ledger._top_up(self.account, 100)
        other = self._second_till()
        payment = self._hold(80)
        with self.assertRaisesRegex(InsufficientCredit, "Only 20"):
            self._hold(80, session=other)
        rest = self._hold(20, session=other)
        lines = [self._line(self.coffee)]
        self._sell(lines, [payment, self._pay(self.cash, 10)])
        lines = [self._line(self.coffee)]
        self._sell(lines, [rest, self._pay(self.bank, 70)], session=other)
        self._assert_account(self.account, 4)

    def test_receipt_sent_twice_is_one(self):
        receipt = self._receipt(
            [self._line(self.coffee)], [self._pay(self.cash, 90)], self.account.number
        )
        again = dict(receipt)
        self._sync(receipt)
        self._sync(again)
        self._assert_account(self.account, 4.5)

    def test_statements_of_a_receipt_do_not_grow_with_the_history_of_the_card(self):
        def count():
            receipt = self._receipt(
                [self._line(self.coffee)],
                [self._hold(10), self._pay(self.cash, 80)],
                self.account.number,
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._sync(receipt)
            return self.cr.sql_log_count - before

        self.ledger._top_up(self.account, 1000)
        count()
        first = count()
        for _payment in range(30):
            self.ledger._charge(self.account, 1)
        self.assertLessEqual(count(), first)
