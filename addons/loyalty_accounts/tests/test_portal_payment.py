from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.payment.tests.http_common import PaymentHttpCommon
from odoo.addons.sale.tests.common import SaleCommon


@tagged("post_install", "-at_install")
class TestPortalPayment(AccountPaymentCommon, PaymentHttpCommon, SaleCommon):
    """A customer pays a quotation online whose rest is paid with credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.sale_order.currency_id
        cls.partner = cls.sale_order.partner_invoice_id
        cls.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == cls.provider
        ).payment_account_id = cls.inbound_payment_method_line.payment_account_id
        cls.card = (
            cls.env["loyalty.account"]
            .sudo()
            .create(
                {"name": "Card", "partner_id": cls.partner.id, "credit_rate": 0.1, "discount": 0}
            )
        )
        cls.env["loyalty.ledger"].sudo()._top_up(cls.card, 500)
        cls.order = cls.sale_order.sudo()
        cls.order.write(
            {"require_payment": True, "require_signature": False, "prepayment_percent": 1.0}
        )
        cls.order.loyalty_account_id = cls.card
        cls.order.loyalty_credit_planned = 100
        cls.total = cls.order.amount_total
        cls.amount = cls.currency.round(cls.total - 100)

    def _start_payment(self, token=None, amount=None):
        values = self._prepare_transaction_values(self.payment_method_id, None, "redirect")
        for name in ("partner_id", "currency_id", "reference_prefix"):
            values.pop(name)
        values["access_token"] = token or self.order._portal_ensure_token()
        values["amount"] = self.amount if amount is None else amount
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            answer = self._portal_transaction(
                tx_route=f"/my/orders/{self.order.id}/transaction", **values
            )
        return (
            self.env["payment.transaction"].sudo().search([("reference", "=", answer["reference"])])
        )

    def _complete(self, transaction):
        transaction.state = "done"
        with mute_logger("odoo.addons.sale.models.payment_transaction"):
            transaction._post_process()

    def _page(self):
        url = f"/my/orders/{self.order.id}?access_token={self.order._portal_ensure_token()}"
        return self.url_open(url).text

    def test_the_page_asks_for_the_total_less_the_credit(self):
        page = self._page()
        self.assertIn("is paid with credit; to pay", page)
        self.assertIn(f'data-amount="{self.amount}"', page)
        self.assertNotIn(self.card.number, page, "the number is nobody's who has the link")

    def test_paying_the_rest_confirms_the_order_and_reserves_the_credit(self):
        transaction = self._start_payment()
        self.assertEqual(self.card.held, 100, "reserved while the customer pays")
        self.assertTrue(self.card.hold_ids.expires_at)
        self._complete(transaction)
        self.assertEqual(self.order.state, "sale")
        open_holds = self.card.hold_ids.filtered(lambda hold: hold.state == "open")
        self.assertEqual(open_holds.mapped("remaining"), [100])
        self.assertFalse(open_holds.expires_at)
        self.assertEqual(self.order.loyalty_amount_due, self.amount)

    def test_credit_and_payment_together_pay_the_automatic_invoice(self):
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", "True")
        self._complete(self._start_payment())
        invoice = self.order.invoice_ids
        self.assertEqual(invoice.amount_total, self.total)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(invoice.loyalty_credit_paid, 100)
        self.assertEqual(self.card.held, 0)

    def test_less_than_the_rest_does_not_confirm(self):
        self._complete(self._start_payment(amount=self.amount - 1))
        self.assertEqual(self.order.state, "draft")

    def test_credit_spent_elsewhere_stops_the_payment_before_it_starts(self):
        page_amount = self.amount
        self.env["loyalty.ledger"].sudo()._charge(self.card, 450)
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self._start_payment(amount=page_amount)
        self.assertEqual(self.card.held, 0)
        self.assertIn(f'data-amount="{self.currency.round(self.total - 50)}"', self._page())

    def test_a_card_that_was_blocked_pays_nothing(self):
        self.card.action_block()
        self.assertIn(f'data-amount="{self.total}"', self._page())
        self._complete(self._start_payment())
        self.assertEqual(self.order.state, "draft", "the rest is still to be paid")
        self.assertEqual(self.card.held, 0)

    def test_a_wrong_token_reserves_nothing(self):
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self._start_payment(token="wrong")
        self.assertEqual(self.card.held, 0)

    def test_a_confirmed_orders_link_asks_for_what_is_left(self):
        self.order.action_confirm()
        wizards = (
            self.env["payment.link.wizard"]
            .sudo()
            .with_context(active_model="sale.order", active_id=self.order.id)
        )
        link = wizards.create({})
        self.assertEqual(link.amount_max, self.amount)
