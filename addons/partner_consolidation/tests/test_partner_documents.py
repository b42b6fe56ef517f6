from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import end
from .common_partner_documents import PartnerDocumentsCommon


@tagged("post_install", "-at_install")
class TestPartnerDocuments(PartnerDocumentsCommon):
    """Orders and invoices that are paired with a card of a partner."""

    # === PAIRING === #

    def test_scanning_gives_the_discount_and_no_customer(self):
        orders = self.env["sale.order"].with_user(self.clerk)
        with Form(orders) as form:
            form.loyalty_scan = self.card.number.lower()
            self.assertFalse(form.partner_id)
            self.assertEqual(form.loyalty_account_id.id, self.card.id)
            form.partner_id = self.partner
            with form.order_line.new() as line:
                line.product_id = self.product
            self.assertEqual(form.loyalty_available, 60)
        order = form.record
        self.assertEqual(order.order_line.discount, 10)
        self.assertEqual(order.partner_id, self.partner)

    def test_number_that_nobody_has_is_refused_once_and_not_again_when_saved(self):
        orders = self.env["sale.order"].with_user(self.clerk)
        with (
            mute_logger("odoo.tests.form.onchange"),
            Form(orders.with_context(default_partner_id=self.partner.id)) as form,
        ):
            form.loyalty_scan = "NOT-A-CARD"
            self.assertFalse(form.loyalty_account_id)
            self.assertFalse(form.loyalty_presented)

    def test_deposit_is_reserved_captured_and_owed(self):
        order = self._pair(self.product, planned=60)
        self.assertEqual(order.loyalty_credit_used, 60)
        order.action_confirm()
        self.assertEqual(self.card.held, 60)
        self.assertEqual(order.loyalty_earned, 1.5, "5 % of the 30.00 that are money")
        invoice = self._invoice(order.sudo())
        self.assertEqual(invoice.amount_residual, 30)
        self.assertEqual(self._items().mapped("amount"), [60])
        self.assertEqual(self.card._verify_ledger(), [])

    def test_use_all_counts_the_share_of_the_own_credit(self):
        self.ledger._earn(self.card, 80, company=self.company)
        order = self._pair(self.product)  # 90.00 with the discount
        order.action_plan_loyalty_credit()
        self.assertEqual(order.loyalty_credit_planned, 90)
        order.order_line.product_uom_qty = 2
        order.action_plan_loyalty_credit()
        self.assertEqual(order.loyalty_credit_planned, 140)
        order.order_line.product_uom_qty = 3
        order.action_plan_loyalty_credit()
        self.assertEqual(order.loyalty_credit_planned, 140, "there is no more")

    def test_smaller_order_frees_what_the_share_does_not_allow_any_more(self):
        self.agreement.terms_id.flush_recordset()
        self.ledger._charge(self.card, 60, company=self.issuer)
        self.ledger._earn(self.card, 80, company=self.company)
        order = self._pair(self.product, planned=45)
        order.order_line.product_uom_qty = 1
        order.action_confirm()
        self.assertEqual(self.card.held, 45, "half of 90.00")
        order.order_line.product_uom_qty = 0.5
        self.assertEqual(self.card.held, 22.5)

    def test_credit_note_gives_back_and_cancels_what_was_owed(self):
        order = self._pair(self.product, planned=60)
        order.action_confirm()
        invoice = self._invoice(order.sudo())
        self._pay(invoice)
        self._refund(invoice)
        self.assertEqual(sum(self._items().mapped("amount")), 0)
        self.assertEqual((self.card.balance, self.card.debt), (60, 0))
        self.assertEqual(self.card._verify_ledger(), [])

    def test_agreement_that_ends_meanwhile_does_not_stop_the_invoice(self):
        order = self._pair(self.product, planned=40)
        order.action_confirm()
        end(self.agreement)
        invoice = self._invoice(order.sudo())
        self.assertEqual(invoice.amount_residual, 50)
        self.assertEqual(self._items().mapped("amount"), [40])
        self._pay(invoice)
        self._refund(invoice)
        self.assertEqual(self.card.balance, 60)

    # === INVOICES === #

    def test_invoice_is_paid_by_a_card_that_is_scanned(self):
        invoice = self._plain_invoice()
        with Form(self._wizards().with_context(default_invoice_id=invoice.id)) as form:
            form.scan = self.card.number
            self.assertEqual(form.amount, 60)
            self.assertIn("Harbour Bistro", form.partner_note)
        form.record.action_pay()
        self.assertEqual(invoice.amount_residual, 40)
        self.assertEqual(self._items().mapped("amount"), [60])

    def test_invoice_is_not_paid_by_a_card_that_is_named_by_its_id(self):
        invoice = self._plain_invoice()
        for presented in (False, self.account.number, "NOBODY-1"):
            with self.subTest(presented), self.assertRaises(AccessError):
                self._wizards().create(
                    {
                        "invoice_id": invoice.id,
                        "account_id": self.card.id,
                        "presented": presented,
                    }
                )

    # === WHAT IS SEEN === #

    def test_nothing_but_name_and_number_is_read_through_the_order(self):
        order = self._pair(self.product)
        named = (self.card.id, f"Card of Harbour Bistro •••{self.card.number[-4:]}")
        self.assertEqual(order.read(["loyalty_account_id"])[0]["loyalty_account_id"], named)
        self.assertIn("Card of a guest", order.loyalty_partner_note)
        for path in ("partner_id.name", "balance", "lot_ids.amount", "move_ids.document_name"):
            with self.subTest(path):
                found = order.search(
                    [("id", "=", order.id), (f"loyalty_account_id.{path}", "!=", 1)]
                )
                self.assertFalse(found, "the card itself is not seen")
        with self.assertRaises(AccessError):
            order.loyalty_account_id.partner_id.mapped("name")
        with self.assertRaises(AccessError):
            order.export_data(["loyalty_account_id/partner_id/name"])
        with self.assertRaises(AccessError):
            order.loyalty_account_id.read(["balance"])
        with self.assertRaises(AccessError):
            order.web_read({"loyalty_account_id": {"fields": {"balance": {}}}})
        shown = order.web_read({"loyalty_account_id": {"fields": {"display_name": {}}}})
        self.assertEqual(set(shown[0]["loyalty_account_id"]), {"id", "display_name"})
        grouped = order._read_group([("id", "=", order.id)], ["loyalty_account_id.partner_id"])
        self.assertEqual([partner.id for (partner,) in grouped], [False])

    def test_partners_cards_are_not_listed_or_searched(self):
        accounts = self.env["loyalty.account"].with_user(self.clerk)
        self.assertFalse(accounts.search([("id", "=", self.card.id)]))
        self.assertFalse(accounts.name_search(self.card.number))
        self.assertFalse(accounts._find_by_contact("Greta", self.company))
        for model in ("lot", "move", "hold", "allocation", "number"):
            domain = [("account_id", "=", self.card.id)]
            records = self.env[f"loyalty.account.{model}"].with_user(self.clerk)
            with self.subTest(model):
                self.assertFalse(records.search(domain))
        with self.assertRaises(AccessError):
            self.card.partner_id.with_user(self.clerk).read(["email"])
