from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.loyalty_accounts.exceptions import (
    InsufficientCredit,
    InvalidValue,
    MovementRefused,
    PinRefused,
)

from .common import ConsolidationCommon, end
from .common_partner_documents import PartnerDocumentsCommon


@tagged("post_install", "-at_install")
class TestAttacksOnTheLedger(ConsolidationCommon):
    """Ways in which credit was once taken from, or owed by, the wrong side."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.env["loyalty.ledger"]
        cls.card = cls._open_card(cls.shop)

    @classmethod
    def _open_card(cls, company):
        return cls.env["loyalty.account"].create({"name": "Card", "company_id": company.id})

    def _hold(self, amount, company, card=None):
        return self.ledger._hold(card or self.card, amount, company=company).hold_id

    def _owed(self, card=None):
        """Credit of one establishment that was used at another, by debtor."""
        cards = card or self.card
        items = self.env["consolidation.item"].search([("move_id.account_id", "in", cards.ids)])
        return {item.debtor_id: item.credit for item in items}

    # === WHO MAY TRY A NUMBER === #

    def test_no_number_is_tried_by_who_may_not_change_the_order(self):
        user = new_test_user(self.env, "attacker", "base.group_portal")
        order = self.env["sale.order"].create({"partner_id": user.partner_id.id})
        order.action_quotation_sent()
        vals = {"loyalty_account_id": self.card.id, "loyalty_presented": "unknown"}
        with self.assertRaises(AccessError):
            order.with_user(user).write(vals)
        with self.assertRaises(AccessError):
            order.with_user(user).action_pair_loyalty_account("unknown")

    # === WHAT A RESERVATION COUNTED ON === #

    def test_own_credit_that_was_reserved_pays_although_the_issuers_may_not(self):
        self._agree(self.shop, self.bistro, shared_deposit=False)
        self.ledger._top_up(self.card, 100, company=self.shop)
        self.ledger._earn(self.card, 50, company=self.bistro)
        self.ledger._capture(self._hold(50, self.bistro), 50, company=self.bistro)
        self.assertEqual(self._owed(), {})
        self.assertEqual(self.card._get_spendable(self.shop), 100)

    def test_ended_agreement_owes_nothing_more_than_was_reserved(self):
        agreement = self._agree(self.shop, self.bistro)
        self.ledger._top_up(self.card, 20, company=self.shop)
        self.ledger._earn(self.card, 50, company=self.bistro)
        hold = self._hold(60, self.bistro)
        self.ledger._top_up(self.card, 100, company=self.shop)
        end(agreement)
        self.ledger._capture(hold, 60, company=self.bistro)
        self.assertEqual(self._owed(), {self.shop: 20})

    def test_limit_holds_for_what_is_captured(self):
        self._agree(self.shop, self.bistro, exposure_limit=10)
        self.ledger._top_up(self.card, 100, company=self.shop)
        self.ledger._earn(self.card, 50, company=self.bistro)
        hold = self._hold(60, self.bistro)
        self.ledger._capture(hold, 25, company=self.bistro)
        self.ledger._capture(hold, 35, company=self.bistro)
        self.assertEqual(self._owed(), {self.shop: 10})

    def test_reservation_at_home_is_captured_although_the_limit_is_used_up(self):
        self._agree(self.shop, self.bistro, exposure_limit=60)
        other = self._open_card(self.shop)
        for card in (self.card, other):
            self.ledger._earn(card, 50, company=self.bistro)
        hold = self._hold(50, self.shop)
        self.ledger._charge(other, 50, company=self.shop)
        self.ledger._capture(hold, 50, company=self.shop)
        self.assertEqual(self._owed(self.card | other), {self.bistro: 50})

    def test_promised_credit_is_neither_refunded_nor_taken_back(self):
        self._agree(self.shop, self.bistro)
        self._agree(self.shop, self.deli)
        bought = self.ledger._top_up(self.card, 50, company=self.shop)
        self.ledger._earn(self.card, 50, company=self.deli)
        hold = self._hold(50, self.bistro)
        with self.assertRaises(InsufficientCredit):
            self.ledger._void(bought, 50, company=self.shop)
        self.ledger._capture(hold, 50, company=self.bistro)

    def test_earning_that_is_promised_becomes_a_debt(self):
        self._agree(self.shop, self.bistro)
        self._agree(self.shop, self.deli)
        self.ledger._earn(self.card, 100, company=self.deli)
        earning = self.ledger._earn(self.card, 50, company=self.bistro)
        hold = self._hold(50, self.bistro)
        self.ledger._take_back(earning, company=self.bistro)
        self.assertEqual(self.card.debt, 50)
        self.ledger._capture(hold, 50, company=self.bistro)
        self.assertEqual(self.card._verify_ledger(), [])

    def test_nobody_settles_what_took_place_elsewhere(self):
        self._agree(self.shop, self.bistro)
        self.ledger._top_up(self.card, 100, company=self.shop)
        hold = self._hold(20, self.bistro)
        paid = self.ledger._charge(self.card, 20, company=self.bistro)
        for verb, record in (("_release", hold), ("_refund", paid)):
            with self.subTest(verb), self.assertRaisesRegex(MovementRefused, "Quay Bistro"):
                getattr(self.ledger, verb)(record, company=self.shop)
        with self.assertRaisesRegex(MovementRefused, "Quay Bistro"):
            self.ledger._capture(hold, 20, company=self.shop)

    def test_defaults_of_the_caller_do_not_reach_what_is_owed(self):
        self._agree(self.shop, self.bistro)
        self.ledger._top_up(self.card, 100, company=self.shop)
        clearing = self.env["consolidation.clearing"].create(
            {"date_to": "2026-01-01", "currency_id": self.card.currency_id.id}
        )
        ledger = self.ledger.with_context(
            default_disputed=True, default_reversed=True, default_clearing_id=clearing.id
        )
        paid = ledger._charge(self.card, 20, company=self.bistro)
        ledger._refund(paid, 20, company=self.bistro)
        items = self.env["consolidation.item"].search([("move_id.account_id", "=", self.card.id)])
        self.assertEqual(len(items), 2)
        self.assertFalse(any(items.mapped("disputed")) or any(items.mapped("reversed")))
        self.assertFalse(items.clearing_id)

    def test_items_come_from_the_ledger_only(self):
        with self.assertRaises(AccessError):
            self.env["consolidation.item"].sudo().create({})

    def test_share_of_a_document_is_one_for_all_cards(self):
        self._agree(self.shop, self.bistro, shared_deposit=False, payment_percentage=50)
        other, document = self._open_card(self.shop), self.bistro.partner_id
        options = {"bill": Decimal(100), "company": self.bistro, "document": document}
        for card in (self.card, other):
            self.ledger._earn(card, 80, company=self.bistro)
        self.ledger._charge(self.card, 30, **options)
        spendable = other._get_spendable(self.bistro, Decimal(100), document=document)
        self.assertEqual(spendable, 20)
        with self.assertRaises(InsufficientCredit):
            self.ledger._charge(other, 21, **options)
        self.ledger._charge(other, 20, **options)

    def test_bill_below_what_is_paid_of_it_is_refused(self):
        self._agree(self.shop, self.bistro)
        self.ledger._top_up(self.card, 10, company=self.shop)
        with self.assertRaises(InvalidValue):
            self.ledger._charge(self.card, 10, bill=Decimal(9), company=self.bistro)


@tagged("post_install", "-at_install")
class TestAttacksOnDocuments(PartnerDocumentsCommon):
    """Ways in which a card that nobody had presented was once used or read."""

    def test_invoice_does_not_take_a_card_by_its_id(self):
        invoices = self.env["account.move"].with_user(self.clerk)
        vals = {"move_type": "out_invoice", "partner_id": self.partner.id}
        with self.assertRaises(AccessError):
            invoices.create({**vals, "loyalty_account_id": self.card.id})
        with self.assertRaises(AccessError):
            invoices.with_context(default_loyalty_account_id=self.card.id).create(vals)

    def test_forms_that_are_not_saved_tell_nothing_of_a_card_by_its_id(self):
        spec = {
            "loyalty_account_id": {"fields": {"display_name": {}}},
            "loyalty_available": {},
            "loyalty_discount": {},
            "loyalty_partner_note": {},
            "loyalty_account_name": {},
        }
        orders = self.env["sale.order"].with_user(self.clerk)
        by_default = orders.with_context(default_loyalty_account_id=self.card.id)
        answers = [
            by_default.onchange({}, [], spec),
            orders.onchange({"loyalty_account_id": self.card.id}, ["loyalty_account_id"], spec),
            orders.onchange(
                {"loyalty_account_id": self.card.id, "company_id": self.issuer.id},
                ["loyalty_account_id"],
                spec,
            ),
            orders.onchange(
                {"loyalty_account_id": self.card.id, "loyalty_presented": self.account.number},
                ["loyalty_account_id"],
                spec,
            ),
        ]
        for answer in answers:
            told = repr(answer)
            self.assertNotIn(self.card.number, told)
            self.assertNotIn("guest", told)
            self.assertNotIn("60.0", told)

    def test_dialogue_of_an_invoice_tells_nothing_of_a_card_by_its_id(self):
        invoice = self._plain_invoice()
        spec = {
            "account_id": {"fields": {"display_name": {}}},
            "available": {},
            "partner_note": {},
        }
        wizards = self._wizards().with_context(default_invoice_id=invoice.id)
        told = repr(wizards.onchange({"account_id": self.card.id}, ["account_id"], spec))
        self.assertNotIn("guest", told)
        self.assertNotIn("60.0", told)

    def test_whole_number_is_in_no_name_of_a_partners_card(self):
        name = self.card.with_user(self.clerk).sudo().display_name
        self.assertNotIn(self.card.number, name)
        self.assertNotIn("guest", name)
        self.assertIn("guest", self.card.display_name, "its own establishment reads it")

    def test_top_up_is_not_sold_for_a_partners_card(self):
        credit = self.env["product.product"].create(
            {"name": "Top-up", "type": "service", "loyalty_credit_product": "top_up"}
        )
        order = self._pair(self.product, credit)
        with self.assertRaisesRegex(UserError, "Harbour Bistro"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_order_that_shrinks_keeps_the_share_of_its_credits_own_terms(self):
        self.ledger._charge(self.card, 60, company=self.issuer)
        self.ledger._earn(self.card, 80, company=self.company)
        order = self._pair(self.product, planned=45)
        order.action_confirm()
        self.agreement.with_company(self.company)._propose(
            {**self.agreement.terms_id._get_terms()._asdict(), "payment_percentage": 10}
        )
        self.agreement.with_company(self.issuer)._agree_to_proposal(self.agreement.proposal_id)
        order.order_line.product_uom_qty = 0.9
        self.assertEqual(self.card.held, 40.5, "half of 81.00, as it was earned")

    def test_second_payment_proposes_what_is_left_of_the_share(self):
        self.ledger._charge(self.card, 60, company=self.issuer)
        self.ledger._earn(self.card, 80, company=self.company)
        invoice = self._plain_invoice()
        for expected in (50, 0):
            with Form(self._wizards().with_context(default_invoice_id=invoice.id)) as form:
                form.scan = self.card.number
                self.assertEqual(form.amount, expected)
            if expected:
                form.record.action_pay()

    def test_pin_of_a_partners_card_is_asked_for(self):
        self.company.loyalty_pin_amount = 20
        self.card._set_pin(self.card._digest_pin("2468", new=True))
        invoice = self._plain_invoice()
        with Form(self._wizards().with_context(default_invoice_id=invoice.id)) as form:
            form.scan = self.card.number
            self.assertTrue(form.needs_pin)
        with self.assertRaises(PinRefused):
            form.record.action_pay()
        form.record.pin = "2468"
        form.record.action_pay()
        self.assertEqual(invoice.amount_residual, 40)

    def test_address_that_is_added_to_a_client_stays_hidden(self):
        partners = self.env["res.partner"]
        holder = self.card.partner_id
        child = partners.create({"name": "Guest at work", "parent_id": holder.id})
        self.assertEqual(child.company_id, self.issuer)
        holder.company_id = False
        self.assertEqual(holder.company_id, self.issuer)
        found = partners.with_user(self.clerk).search([("name", "ilike", "guest")])
        self.assertFalse(found)
