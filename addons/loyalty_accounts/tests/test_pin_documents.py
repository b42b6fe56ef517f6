from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import PinRefused
from .common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestPinOnDocuments(DocumentsCommon):
    """Orders and invoices ask for the PIN; nothing is reserved or paid without it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account._set_pin(cls.account._digest_pin("4071"))
        cls.company.loyalty_pin_amount = 5
        cls.bookkeeper = cls._create_user("pin_bookkeeper", "account.group_account_invoice")
        cls.seller.group_ids |= cls.env.ref("sales_team.group_sale_salesman_all_leads")

    def _quotation(self, planned):
        return self._order(planned=planned, user_id=self.seller.id).with_user(self.seller)

    def _enter(self, order, pin, user=None):
        wizards = self.env["loyalty.order.pin"].with_user(user or self.seller)
        wizard = wizards.create({"order_id": order.id, "pin": pin})
        wizard.action_confirm()
        return wizard

    # === ORDERS === #

    def test_order_is_not_confirmed_by_staff_before_the_pin_was_entered(self):
        order = self._quotation(30)
        self.assertTrue(order.loyalty_needs_pin)
        with self.assertRaisesRegex(PinRefused, "Enter PIN"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")
        with self.assertRaises(PinRefused):
            self._enter(order, "4072")
        self._enter(order, "4071")
        self.assertFalse(order.loyalty_needs_pin)
        order.action_confirm()
        self._assert_credit(50 + 3.5, held=30)

    def test_order_that_pays_little_needs_no_pin(self):
        order = self._quotation(5)
        self.assertFalse(order.loyalty_needs_pin)
        order.action_confirm()
        self.assertEqual(self.account.held, 5)

    def test_pin_covers_no_more_than_was_shown_when_it_was_entered(self):
        order = self._quotation(30)
        self._enter(order, "4071")
        order.loyalty_credit_planned = 31
        with self.assertRaises(PinRefused):
            order.action_confirm()

    def test_pin_of_one_card_does_not_cover_another(self):
        order = self._quotation(30)
        self._enter(order, "4071")
        other = self._create_account()
        self.ledger._top_up(other, 100)
        other._set_pin(other._digest_pin("9021"))
        order.loyalty_account_id = other
        with self.assertRaises(PinRefused):
            order.action_confirm()

    def test_nothing_but_the_dialogue_stands_for_a_pin(self):
        order = self._quotation(30)
        with self.assertRaises(AccessError):
            order.loyalty_pin_credit = 99
        values = {"partner_id": self.partner.id, "loyalty_account_id": self.account.id}
        orders = self.env["sale.order"].with_user(self.seller)
        with self.assertRaises(AccessError):
            orders.with_context(default_loyalty_pin_credit=99).create(values)

    def test_customer_who_signs_is_not_asked_for_the_pin(self):
        order = self._order(planned=30)
        order.sudo().action_confirm()
        self.assertEqual(self.account.held, 30)

    def test_reserving_more_for_a_confirmed_order_needs_the_pin_and_less_does_not(self):
        order = self._quotation(5)
        order.action_confirm()
        wizards = self.env["loyalty.order.credit"].with_user(self.seller)
        wizard = wizards.create({"order_id": order.id, "amount": 20})
        self.assertTrue(wizard.needs_pin)
        with self.assertRaisesRegex(PinRefused, "Enter it"):
            wizard.action_reserve()
        wizard.pin = "4071"
        wizard.action_reserve()
        self.assertEqual(self.account.held, 20)
        less = wizards.create({"order_id": order.id, "amount": 15})
        self.assertFalse(less.needs_pin)
        less.action_reserve()
        self.assertEqual(self.account.held, 15)

    def test_clerk_without_right_to_the_order_does_not_try_its_pin(self):
        clerk = self._create_user("pin_clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self._enter(self._quotation(30), "4071", user=clerk)

    # === INVOICES === #

    def test_invoice_is_paid_with_the_pin_only(self):
        invoice = self._invoice(self._confirm())
        wizards = self.env["loyalty.invoice.credit"].with_user(self.bookkeeper)
        wizard = wizards.create({"invoice_id": invoice.id, "account_id": self.account.id})
        wizard.amount = 20
        self.assertTrue(wizard.needs_pin)
        with self.assertRaises(PinRefused):
            wizard.action_pay()
        with self.assertRaises(PinRefused):
            wizard.pin = "1357"
            wizard.action_pay()
        wizard.pin = "4071"
        wizard.action_pay()
        self.assertEqual(invoice.loyalty_credit_paid, 20)

    def test_dialogue_says_when_the_card_needs_a_pin_and_has_none(self):
        self.account._set_pin(False)
        self.company.loyalty_pin_required = True
        invoice = self._invoice(self._confirm())
        wizards = self.env["loyalty.invoice.credit"].with_user(self.bookkeeper)
        wizard = wizards.create({"invoice_id": invoice.id, "account_id": self.account.id})
        wizard.amount = 20
        self.assertEqual((wizard.needs_pin, wizard.lacks_pin), (False, True))
        with self.assertRaisesRegex(PinRefused, "has none"):
            wizard.action_pay()
