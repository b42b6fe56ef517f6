from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.loyalty_accounts.exceptions import (
    AccountNotFound,
    InsufficientCredit,
    InvalidValue,
    MovementRefused,
)

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestPartnerApi(ConsolidationCommon):
    """Programs of the bistro work with cards of the shop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._agree(cls.shop, cls.bistro, payment_percentage=50)
        cls.card = cls.env["loyalty.account"].create(
            {"name": "Anna", "company_id": cls.shop.id, "discount": 10, "credit_rate": 0.05}
        )
        cls.ledger = cls.env["loyalty.ledger"]
        cls.ledger._top_up(cls.card, 30, company=cls.shop)
        cls.ledger._earn(cls.card, 50, company=cls.bistro)
        cls.program = cls._create_program(cls.bistro)
        cls.api = cls.env["loyalty.api"].with_user(cls.program).with_company(cls.bistro)

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()  # charges run on a cursor of their own

    @classmethod
    def _create_program(cls, company):
        return new_test_user(
            cls.env,
            login=f"program-{company.id}",
            groups="base.group_user,loyalty_accounts.group_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_find_tells_terms_and_what_is_spendable_only(self):
        found = self.api.find(self.card.number)
        self.assertEqual((found["discount"], found["credit_rate"]), (10, 0.05))
        self.assertEqual(found["available"], 80)
        hidden = ("balance", "held", "debt", "expiry_date")
        self.assertEqual([found[name] for name in hidden], [False] * 4)

    def test_terms_say_what_a_bill_can_be_paid_with(self):
        terms = self.api.terms(self.card.number, 60)
        self.assertEqual((terms["issuer"], terms["own"]), ("Corner Shop", False))
        self.assertEqual((terms["spendable"], terms["payment_percentage"]), (60, 50))
        self.assertEqual(self.api.terms(self.card.number, 100)["spendable"], 80)
        with self.assertRaises(InvalidValue):
            self.api.terms(self.card.number, "60")

    def test_charge_hold_capture_and_refund_work_and_tell_no_balance(self):
        paid = self.api.charge(self.card.number, 10, "a", bill=100)
        self.assertEqual((paid["amount"], paid["balance"], paid["available"]), (-10, False, False))
        self.assertEqual(self.api.charge(self.card.number, 10, "a", bill=100), paid)
        held = self.api.hold(self.card.number, 20, "b", 60)
        self.assertEqual(held["available"], 50)
        self.api.capture(held["hold_id"], 5, "c")
        self.assertTrue(self.api.release(held["hold_id"], "d"))
        self.assertEqual(self.api.refund(paid["move_id"], "e")["amount"], 10)
        self.env.invalidate_all()  # they were other transactions, as far as the cache knows
        self.assertEqual(self.card.balance, 75)
        self.assertEqual(self.card.move_ids[:1].user_id, self.program)

    def test_without_a_bill_the_amount_is_the_bill(self):
        with self.assertRaises(InsufficientCredit) as refused:
            self.api.charge(self.card.number, 70, "a")
        self.assertIn("65", str(refused.exception), "30 and half of 70")

    def test_bill_below_the_amount_is_refused(self):
        with self.assertRaises(InvalidValue):
            self.api.charge(self.card.number, 10, "a", bill=9)

    def test_movement_elsewhere_is_as_unknown_as_none(self):
        paid = self.ledger._charge(self.card, 5, company=self.shop)
        with self.assertRaisesRegex(MovementRefused, "no such record"):
            self.api.refund(paid.id, "a")

    def test_third_establishment_does_not_know_the_card(self):
        program = self._create_program(self.deli)
        api = self.env["loyalty.api"].with_user(program).with_company(self.deli)
        for call in (api.find, api.terms):
            with self.assertRaises(AccountNotFound):
                call(self.card.number)
        with self.assertRaises(AccountNotFound):
            api.charge(self.card.number, 1, "a")

    def test_user_without_the_right_learns_nothing(self):
        user = new_test_user(self.env, login="nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["loyalty.api"].with_user(user).terms(self.card.number)
