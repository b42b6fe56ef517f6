from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..exceptions import AccountUnusable, InsufficientCredit
from .common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestInvoiceCredit(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bookkeeper = cls._create_user("bookkeeper", "account.group_account_invoice")

    def _plain_invoice(self, price=100, post=True, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.taxed.id, "price_unit": price, "tax_ids": self.tax.ids}
                    )
                ],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    def _wizard(self, invoice, user=None, **values):
        wizards = self.env["loyalty.invoice.credit"].with_user(user or self.bookkeeper)
        return wizards.create({"invoice_id": invoice.id, **values})

    # === PAYING === #

    def test_a_bookkeeper_pays_an_invoice_with_a_card(self):
        invoice = self._plain_invoice()
        wizard = self._wizard(invoice, account_id=self.account.id)
        self.assertEqual((wizard.amount_due, wizard.amount), (120, 50))
        wizard.action_pay()
        self.assertEqual(invoice.amount_residual, 70)
        self.assertEqual(invoice.loyalty_credit_paid, 50)
        self._assert_credit(0)

    def test_the_only_card_of_the_customer_is_proposed(self):
        wizard = self._wizard(self._plain_invoice())
        self.assertEqual(wizard.account_id, self.account)
        self._create_account()
        self.assertFalse(self._wizard(self._plain_invoice()).account_id)

    def test_the_card_is_scanned(self):
        wizard = self._wizard(self._plain_invoice(partner_id=self.company.partner_id.id))
        self.assertFalse(wizard.account_id)
        with Form(wizard) as form:
            form.scan = f" {self.account.number.lower()} "
            self.assertEqual(form.account_id, self.account)
            self.assertEqual(form.amount, 50)

    def test_a_part_is_paid_and_then_the_rest(self):
        invoice = self._plain_invoice(price=25)
        self._wizard(invoice, account_id=self.account.id, amount=10).action_pay()
        self.assertEqual(invoice.amount_residual, 20)
        self._wizard(invoice, account_id=self.account.id).action_pay()
        self.assertEqual(invoice.payment_state, "paid")
        self._assert_credit(20)

    def test_pressing_twice_pays_once(self):
        wizard = self._wizard(self._plain_invoice(), account_id=self.account.id, amount=10)
        wizard.action_pay()
        wizard.action_pay()
        self._assert_credit(40)

    def test_amounts_that_cannot_be_are_refused(self):
        invoice = self._plain_invoice(price=25)
        for amount, error in ((31, UserError), (0, UserError), (-1, UserError)):
            with self.subTest(amount), self.assertRaises(error):
                self._wizard(invoice, account_id=self.account.id, amount=amount).action_pay()
        self.ledger._charge(self.account, 45)
        with self.assertRaises(InsufficientCredit):
            self._wizard(invoice, account_id=self.account.id, amount=6).action_pay()
        self._assert_credit(5)
        self.assertEqual(invoice.amount_residual, 30)

    def test_unusable_and_foreign_cards_are_refused(self):
        invoice = self._plain_invoice()
        self.account.blocked = True
        with self.assertRaises(AccountUnusable):
            self._wizard(invoice, account_id=self.account.id, amount=1).action_pay()
        foreign = self._create_account(company_id=self.other_company.id, partner_id=False)
        with self.assertRaises(UserError):
            self._wizard(invoice, account_id=foreign.id, amount=1).action_pay()

    def test_only_posted_invoices_with_something_open_are_paid(self):
        for invoice in (self._plain_invoice(post=False), self._refund(self._plain_invoice())):
            self.assertFalse(invoice.loyalty_can_pay)
            with self.assertRaises(UserError):
                self._wizard(invoice, account_id=self.account.id, amount=1).action_pay()

    def test_sellers_do_not_pay_invoices_nor_give_back(self):
        invoice = self._plain_invoice()
        with self.assertRaises(AccessError):
            self._wizard(invoice, user=self.seller, account_id=self.account.id)
        self._wizard(invoice, account_id=self.account.id).action_pay()
        with self.assertRaises(AccessError):
            invoice.with_user(self.seller).action_return_loyalty_credit()

    def test_an_invoice_in_another_currency_converts_at_its_date(self):
        currency = self.env["res.currency"].create({"name": "XTS", "symbol": "¤"})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 3.7, "name": "2020-01-01"}
        )
        invoice = self._plain_invoice(price=100, currency_id=currency.id)
        wizard = self._wizard(invoice, account_id=self.account.id)
        self.assertEqual(wizard.amount, 120)
        self.assertEqual(wizard.credit, 32.43)
        self.assertIn("3.7", wizard.rate_note)
        wizard.action_pay()
        self.assertEqual(invoice.payment_state, "paid")
        self._assert_credit(17.57)
        self.assertEqual(self._balance(self.deposits), 32.43)

    # === GIVING BACK === #

    def test_the_credit_is_given_back_and_the_invoice_open_again(self):
        invoice = self._plain_invoice()
        self._wizard(invoice, account_id=self.account.id).action_pay()
        invoice.with_user(self.bookkeeper).action_return_loyalty_credit()
        self.assertEqual(invoice.amount_residual, 120)
        self.assertEqual(invoice.loyalty_credit_paid, 0)
        self._assert_credit(50)
        self.assertEqual(self._balance(self.deposits), 0)
        self._wizard(invoice, account_id=self.account.id).action_pay()
        self._assert_credit(0)

    def test_resetting_an_invoice_gives_the_credit_back(self):
        invoice = self._plain_invoice()
        self._wizard(invoice, account_id=self.account.id).action_pay()
        invoice.button_draft()
        self._assert_credit(50)
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 120)

    def test_a_refund_gives_back_to_each_of_two_cards(self):
        other = self._create_account()
        self.ledger._top_up(other, 30)
        invoice = self._plain_invoice()
        self._wizard(invoice, account_id=self.account.id).action_pay()
        self._wizard(invoice, account_id=other.id).action_pay()
        self._pay(invoice)
        note = self._refund(invoice)
        self.assertEqual(note.amount_residual, 40)
        self._assert_credit(50)
        self._assert_account(other, 30)

    def test_two_parts_of_one_lot_both_come_back(self):
        invoice = self._plain_invoice(price=25)
        for amount in (10, 15):
            self._wizard(invoice, account_id=self.account.id, amount=amount).action_pay()
        self._pay(invoice)
        self._refund(invoice)
        self._assert_credit(50)
