from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_codes import read_pages
from .common_vouchers import VouchersCommon

REPORT = "loyalty_accounts.invoice_voucher_report_action"


@tagged("post_install", "-at_install")
class TestVoucherSending(VouchersCommon):
    """The buyer of vouchers gets their numbers, after they were issued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = "anna@example.com"
        cls.bookkeeper = new_test_user(
            cls.env,
            login="bookkeeper",
            groups="account.group_account_invoice",
            email="books@example.com",
        )

    def _send(self, invoice):
        action = invoice.with_user(self.bookkeeper).action_send_loyalty_vouchers()
        composers = self.env["mail.compose.message"].with_user(self.bookkeeper)
        composers.with_context(**action["context"]).create({})._action_send_mail()
        return invoice.message_ids[0]

    def _numbers(self, invoice):
        return set(invoice.loyalty_voucher_ids.mapped("number"))

    def test_the_buyer_gets_a_sheet_and_the_numbers(self):
        invoice = self._sell(self.multi, quantity=3)
        message = self._send(invoice)
        numbers = self._numbers(invoice)
        self.assertEqual(len(numbers), 3)
        self.assertEqual(message.partner_ids, self.partner)
        sheet = message.attachment_ids.filtered(lambda file: file.name.startswith("Vouchers"))
        self.assertEqual({number for _kind, number in read_pages(sheet.raw)}, numbers)
        for number in numbers:
            self.assertIn(number, message.body)

    def test_vouchers_that_are_not_issued_yet_are_not_sent(self):
        invoice = self._sell(self.multi, pay=False)
        with self.assertRaisesRegex(UserError, "issued when their invoice is paid"):
            self._send(invoice)
        with self.assertRaises(UserError):
            self.env["ir.actions.report"]._render_qweb_pdf(REPORT, invoice.ids)

    def test_a_used_up_or_blocked_voucher_is_left_out(self):
        invoice = self._sell(self.multi, quantity=3)
        spent, blocked, left = invoice.loyalty_voucher_ids
        self.ledger._charge(spent, spent.balance)
        blocked.action_block()
        self.assertEqual(invoice.loyalty_sendable_voucher_ids, left)

    def test_a_card_that_a_vouchers_credit_went_to_is_not_the_buyers_to_see(self):
        invoice = self._sell(self.multi)
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        card = self._create_account(partner_id=stranger.id, name="Private card")
        self.ledger._transfer(invoice.loyalty_voucher_ids, card, 30, key="ui/move")
        self.assertNotIn(card, invoice.loyalty_sendable_voucher_ids)
        self.assertEqual(len(invoice.loyalty_sendable_voucher_ids), 1)

    def test_a_voucher_that_became_somebodys_card_is_left_out(self):
        invoice = self._sell(self.multi, quantity=2)
        given, kept = invoice.loyalty_voucher_ids
        given.partner_id = self.env["res.partner"].create({"name": "Stranger"})
        kept.partner_id = self.partner
        self.assertEqual(invoice.loyalty_sendable_voucher_ids, kept)

    def test_a_top_up_hands_nothing_over(self):
        self.assertFalse(self._sell(self.top_up).loyalty_sendable_voucher_ids)

    def test_who_may_not_write_the_invoice_cannot_send_its_vouchers(self):
        invoice = self._sell(self.multi)
        portal = new_test_user(self.env, login="portal_x", groups="base.group_portal")
        portal.partner_id.parent_id = self.partner
        for user in (portal, self.seller, self._create_user("clerk", "base.group_user")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                invoice.with_user(user).action_send_loyalty_vouchers()

    def test_the_buyer_cannot_print_the_sheet_over_rpc(self):
        invoice = self._sell(self.multi)
        buyer = new_test_user(self.env, login="portal_x", groups="base.group_portal")
        buyer.partner_id.parent_id = self.partner
        reports = self.env["ir.actions.report"].with_user(buyer)
        with self.assertRaises(AccessError):
            reports._render_qweb_pdf(REPORT, invoice.ids)
