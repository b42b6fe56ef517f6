from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.loyalty_accounts.exceptions import (
    AccountNotFound,
    InsufficientCredit,
    InvalidValue,
)
from odoo.addons.partner_consolidation.tests.common import end

from .common import PartnerTillCommon


@tagged("post_install", "-at_install")
class TestPartnerTill(PartnerTillCommon):
    """Receipts with cards of a partner, as the till's client sends them."""

    def _plan(self, bill):
        return self._till().plan_payment(self.till_session.id, self.card.number, bill)

    def _hold_partner(self, amount, bill=None):
        return self._hold(amount, self.card.number, bill=bill)

    # === WHAT IS TOLD === #

    def test_cashier_is_told_number_name_terms_and_spendable_credit_only(self):
        card = self._till().find_card(self.till_session.id, self.card.number)
        self.assertEqual(
            {name: card[name] for name in ("number", "name", "discount", "available", "issuer")},
            {
                "number": self.card.number,
                "name": "Guest card",
                "discount": 10,
                "available": 80,
                "issuer": "Harbour Bistro",
            },
        )
        self.assertEqual((card["partner_id"], card["expiry_date"]), (False, False))
        self.assertNotIn("Greta", str(card))

    def test_partners_clients_are_not_searched(self):
        for text in ("Greta", "5559876", "greta@example.org", "Guest card"):
            with self.subTest(text):
                self.assertEqual(self._till().find_cards(self.till_session.id, text), [])

    def test_plan_says_which_credit_pays_first(self):
        self.assertEqual(
            self._plan(60),
            {
                "bill": 60,
                "payable": 60,
                "parts": [
                    {"place": "Harbour Bistro", "amount": 30},
                    {"place": self.company.name, "amount": 30},
                ],
            },
        )
        self.assertEqual(self._plan(100)["payable"], 80)
        self.assertEqual(self._plan(0)["parts"], [])
        with self.assertRaises(InvalidValue):
            self._plan("60")

    def test_data_of_the_till_has_no_card(self):
        data = self.till_session.with_user(self.cashier).load_data([])
        self.assertNotIn("loyalty.account", data)
        self.assertNotIn("Greta Guest", str(data.get("res.partner")))

    # === RECEIPTS === #

    def test_receipt_gives_discount_charges_earns_and_is_owed(self):
        line = self._line(self.coffee)  # 90.00
        order = self._sell(
            [line],
            [self._hold_partner(70, bill=90), self._pay(self.cash, 20)],
            number=self.card.number,
        )
        self.assertEqual(order.state, "paid")
        self.assertFalse(order.partner_id)
        self.assertEqual(self._items().mapped("amount"), [30])
        self.assertEqual(self.card.balance, 11, "80 less 70, and 5 % of 20 earned")
        told = order.with_user(self.cashier).loyalty_receipt
        self.assertEqual(told["issuer"], "Harbour Bistro")
        self.assertEqual(told["left"], 11)
        self.assertEqual([part["amount"] for part in told["parts"]], [30, 40])
        self.assertEqual(self.card._verify_ledger(), [])

    def test_more_than_the_share_is_not_reserved(self):
        with self.assertRaises(InvalidValue):
            self._hold_partner(31, bill=2)
        with self.assertRaises(InsufficientCredit):
            self._hold_partner(70)  # without a bill, the amount is the bill: 30 + 35

    def test_bill_that_got_smaller_is_checked_when_it_is_closed(self):
        payment = self._hold_partner(75, bill=90)  # 30 and half of 90
        line = self._line(self.coffee, price=85, own=0)
        with self.assertRaisesRegex(UserError, "at most"):
            self._sell([line], [payment, self._pay(self.cash, 1.5)], number=self.card.number)
        self.assertEqual(self.card.balance, 80)

    def test_bill_that_was_made_up_is_refused(self):
        payment = self._hold_partner(80, bill=1000)
        with self.assertRaisesRegex(UserError, "at most"):
            self._sell(
                [self._line(self.coffee)],
                [payment, self._pay(self.cash, 10)],
                number=self.card.number,
            )

    def test_share_is_that_of_the_terms_by_which_the_credit_was_earned(self):
        self.agreement.with_company(self.company)._propose(
            {**self.agreement.terms_id._get_terms()._asdict(), "payment_percentage": 20}
        )
        self.agreement.with_company(self.issuer)._agree_to_proposal(self.agreement.proposal_id)
        self.assertEqual(self._plan(90)["payable"], 75)
        self._sell(
            [self._line(self.coffee)],
            [self._hold_partner(75, bill=90), self._pay(self.cash, 15)],
            number=self.card.number,
        )
        self.assertEqual(self._items().mapped("amount"), [30])

    def test_unshared_deposit_leaves_the_issuers_credit_alone(self):
        self.agreement.with_company(self.company)._propose(
            {**self.agreement.terms_id._get_terms()._asdict(), "shared_deposit": False}
        )
        self.agreement.with_company(self.issuer)._agree_to_proposal(self.agreement.proposal_id)
        self._sell(
            [self._line(self.coffee)],
            [self._hold_partner(45, bill=90), self._pay(self.cash, 45)],
            number=self.card.number,
        )
        self.assertFalse(self._items())

    def test_form_of_a_receipt_tells_nothing_of_a_card_by_its_id(self):
        orders = self.env["pos.order"].with_user(self.cashier)
        orders = orders.with_context(default_loyalty_account_id=self.card.id)
        spec = {"loyalty_account_id": {"fields": {"display_name": {}}}, "loyalty_receipt": {}}
        told = repr(orders.onchange({}, [], spec))
        self.assertNotIn(self.card.number, told)
        self.assertNotIn("Guest", told)

    def test_top_up_is_not_sold_for_a_partners_card(self):
        with self.assertRaisesRegex(UserError, "Harbour Bistro"):
            self._sell(
                [self._line(self.top_up, card=0)],
                [self._pay(self.cash, 50)],
                number=self.card.number,
            )

    def test_discount_beyond_the_terms_is_refused(self):
        self.card.discount = 5
        with self.assertRaisesRegex(UserError, "no discount"):
            self._sell(
                [self._line(self.coffee)], [self._pay(self.cash, 90)], number=self.card.number
            )

    def test_refund_goes_back_to_where_it_came_from(self):
        order = self._sell(
            [self._line(self.coffee)],
            [self._hold_partner(70, bill=90), self._pay(self.cash, 20)],
            number=self.card.number,
        )
        plan = self._till().plan_refund(self.till_session.id, order.id, 90)
        back = self._refund_line(order.lines)
        credit = plan["credit"] + plan["withheld"]
        self._sell(
            [back],
            [self._pay(self.credit, -credit), self._pay(self.cash, credit - 90)],
            number=False,
        )
        self.assertEqual(sum(self._items().mapped("amount")), 0)
        self.assertEqual(self.card.balance, 80)
        self.assertEqual(self.card._verify_ledger(), [])

    def test_session_closes_and_names_no_client(self):
        self._sell(
            [self._line(self.coffee)],
            [self._hold_partner(70, bill=90), self._pay(self.cash, 20)],
            number=self.card.number,
        )
        session = self._close()
        lines = session._get_related_account_moves().line_ids
        self.assertNotIn(self.card.partner_id, lines.partner_id)
        self.assertEqual(session.state, "closed")

    def test_former_partner_is_unknown(self):
        end(self.agreement)
        self.ledger._charge(self.card, 50, bill=Decimal(100), company=self.company)
        with self.assertRaises(AccountNotFound):
            self._till().find_card(self.till_session.id, self.card.number)
