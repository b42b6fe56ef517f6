import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .settling import SettlingCase

IBAN = "DE89370400440532013000"


@tagged("post_install", "-at_install")
class TestPayout(SettlingCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for consignor in (cls.consignor, cls.other):
            cls._sell(cls._create_stock(consignor))
        cls.settlements = cls._settle()
        cls.settlements.action_confirm()
        cls.env["account.journal"].create({"name": "Drawer", "type": "cash", "code": "DRAW"})
        cls.manager = new_test_user(
            cls.env, "chief", "consignment_portal.group_consignment_manager", password="chief"
        )

    def _pay(self, settlements=None, **values):
        settlements = settlements or self.settlements
        wizard = (
            self.env["consignment.pay"]
            .with_user(self.manager)
            .with_context(active_model=settlements._name, active_ids=settlements.ids)
            .create(values)
        )
        return wizard, lambda: self.env["consignment.payout"].browse(wizard.action_pay()["res_id"])

    def test_an_iban_is_checked_and_kept_on_the_contact(self):
        with self.assertRaises(ValidationError):
            self.consignor.iban = "DE89370400440532013001"
        self.consignor.with_user(self.staff).iban = "de89 3704 0044 0532 0130 00"
        self.assertEqual(self.consignor.partner_id.bank_ids.sanitized_acc_number, IBAN)
        self.consignor.iban = "GB82WEST12345698765432"
        self.assertEqual(self.consignor.iban.replace(" ", ""), "GB82WEST12345698765432")
        self.consignor.iban = False
        self.assertFalse(self.consignor.partner_id.bank_ids)

    def test_an_iban_is_changed_by_administrators_and_every_change_is_noted(self):
        self.consignor.with_user(self.staff).iban = IBAN
        with self.assertRaises(AccessError):
            self.consignor.with_user(self.staff).iban = "GB82WEST12345698765432"
        self.consignor.with_user(self.manager).iban = "GB82WEST12345698765432"
        self.env.flush_all()
        notes = "".join(self.consignor.message_ids.mapped("body"))
        self.assertIn(f"…{IBAN[-4:]} → …5432", notes)
        self.assertNotIn("12345698765432", notes)

    def test_a_missing_iban_is_listed_and_nothing_is_paid(self):
        self.consignor.iban = IBAN
        wizard, pay = self._pay()
        self.assertEqual(wizard.missing_ids, self.other)
        with self.assertRaisesRegex(UserError, "Boris"):
            pay()
        self.assertEqual(set(self.settlements.mapped("state")), {"confirmed"})

    def test_a_manager_pays_by_bank_in_one_go_with_a_list(self):
        self.consignor.iban = IBAN
        self.other.iban = "GB82WEST12345698765432"
        wizard, pay = self._pay()
        self.assertEqual(wizard.amount_total, 48)
        payout = pay()
        self.assertEqual(set(self.settlements.mapped("state")), {"paid"})
        self.assertEqual(payout.settlement_ids, self.settlements)
        payments = self.settlements.bill_id.matched_payment_ids
        self.assertEqual(len(payments), 2)
        self.assertTrue(all(payment.memo.startswith(payout.name) for payment in payments))
        self.authenticate("chief", "chief")
        answer = self.url_open(f"/consignment_portal/payout/{payout.id}.xlsx")
        rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
        self.assertEqual(
            {(row[1].replace(" ", ""), row[2]) for row in rows[1:]},
            {(IBAN, 24), ("GB82WEST12345698765432", 24)},
        )

    def test_a_payout_with_money_is_taken_back_by_cancelling_its_payment(self):
        self.settlements.payee_id.payout_method = "cash"
        _wizard, pay = self._pay()
        payout = pay()
        settlement = self.settlements[0]
        with self.assertRaisesRegex(UserError, "Cancel its payment"):
            settlement.with_user(self.manager).action_undo_payout()
        payments = settlement.bill_id.matched_payment_ids
        payments.action_draft()
        payments.action_cancel()
        self.assertEqual(settlement.state, "confirmed")
        self.assertEqual(payout.amount_total, 24)
        _wizard, pay_again = self._pay(settlement)
        self.assertEqual(pay_again().settlement_ids, settlement)
        self.assertEqual(payout.settlement_ids, self.settlements - settlement)
        self.assertEqual(len(settlement.bill_id.matched_payment_ids - payments), 1)

    def test_a_cancelled_payout_can_be_reversed(self):
        self.settlements.payee_id.payout_method = "cash"
        _wizard, pay = self._pay()
        pay()
        payments = self.settlements.bill_id.matched_payment_ids
        payments.action_draft()
        payments.action_cancel()
        self.settlements.with_user(self.manager).action_reverse()
        self.assertEqual(set(self.settlements.mapped("state")), {"reversed"})
        self.assertEqual(len(self._settle()), 2)

    def _pay_in_parts(self):
        self.settlements.payee_id.payout_method = "cash"
        self.patch(type(self.env["consignment.payout"]), "_get_chunk", lambda self: 1)
        _wizard, pay = self._pay()
        return pay()

    def test_many_are_paid_in_parts_and_go_on_after_an_interruption(self):
        payout = self._pay_in_parts()
        self.assertEqual((payout.state, payout.progress, payout.amount_total), ("running", 50, 24))
        waiting = self.settlements.filtered(lambda settlement: settlement.state == "confirmed")
        with self.assertRaisesRegex(UserError, "being paid"):
            waiting.with_user(self.manager).action_reverse()
        _wizard, pay_again = self._pay(waiting)
        with self.assertRaises(UserError):
            pay_again()
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_options: 1)
        self.env["consignment.payout"]._cron_work()
        self.assertEqual((payout.state, payout.refusals), ("done", False))
        self.assertEqual((payout.amount_total, payout._work()), (48, 0))
        self.assertEqual(len(self.settlements.bill_id.matched_payment_ids), 2)

    def test_what_was_paid_otherwise_meanwhile_is_named_and_not_paid_again(self):
        payout = self._pay_in_parts()
        waiting = self.settlements.filtered(lambda settlement: settlement.state == "confirmed")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=waiting.bill_id.ids
        ).create({})._create_payments()
        while payout.sudo()._work():
            pass
        self.assertIn(waiting.display_name, payout.refusals)
        self.assertEqual((payout.amount_total, waiting.payout_id.id), (24, False))
        self.assertEqual(len(self.settlements.bill_id.matched_payment_ids), 2)

    def test_what_is_paid_is_not_paid_again(self):
        self.settlements.payee_id.payout_method = "cash"
        _wizard, pay = self._pay()
        _other, pay_again = self._pay()
        pay()
        with self.assertRaises(UserError):
            pay_again()

    def test_cash_is_paid_against_a_receipt_to_sign(self):
        self.other.payout_method = "cash"
        wizard, pay = self._pay(method="cash")
        self.assertEqual((wizard.paid_ids.consignor_id, wizard.other_count), (self.other, 1))
        payout = pay()
        self.assertEqual(payout.journal_id.type, "cash")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "consignment_portal.report_cash_receipt", payout.settlement_ids.ids
        )
        self.assertIn("Boris", html.decode())
        self.assertIn("24.00", html.decode())

    def test_staff_pays_nothing_out(self):
        for model in ("consignment.pay", "consignment.payout"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.staff).create({})
        self.authenticate("anna", "anna")
        with mute_logger("odoo.http"):
            answer = self.url_open("/consignment_portal/payout/1.xlsx")
        self.assertEqual(answer.status_code, 403)
