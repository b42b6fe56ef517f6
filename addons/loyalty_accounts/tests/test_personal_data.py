import io
import json
import zipfile
from datetime import timedelta

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..exceptions import AccountNotFound, InvalidValue
from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestPersonalData(LoyaltyCommon):
    """What is kept of a person is handed over, and erased, while the ledger stays whole."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))
        cls.account = cls.account.with_env(cls.env)
        cls.partner.email = "anna@example.com"
        cls.account.write({"name": "Anna's card", "note": "likes Anna's tea", "number": "ANNA-1"})
        cls.order = cls.env["sale.order"].create(
            {"partner_id": cls.partner.id, "client_order_ref": "x"}
        )
        cls.ledger._top_up(cls.account, 10, note="=1+1")
        ends = fields.Datetime.now() + timedelta(days=1)
        hold = cls.ledger._hold(cls.account, 2, document=cls.order, expires_at=ends).hold_id
        cls.ledger._release(hold)
        cls.account._replace_number("ANNA-2", "lost")
        cls.account._set_pin(cls.account._digest_pin("4071"))
        cls.account.message_post(body="Anna called")
        cls.env.flush_all()

    def _spend_all(self):
        self.ledger._charge(self.account, 10, document=self.order)

    def _export(self, user=None):
        action = self.partner.with_user(user or self.manager).action_export_loyalty_data()
        wizard_id = int(action["url"].split("/")[4])
        wizard = self.env["loyalty.personal.data"].with_user(user or self.manager).browse(wizard_id)
        return zipfile.ZipFile(io.BytesIO(wizard._render_zip()))

    def _anonymise(self, user=None, **values):
        wizards = self.env["loyalty.account.anonymise"].with_user(user or self.admin)
        values = {
            "account_ids": [(6, 0, self.account.ids)],
            "reason": "case 12",
            "confirmed": True,
            **values,
        }
        wizards.create(values).action_confirm()
        self.env.invalidate_all()

    # === EXPORT === #

    def test_export_holds_everything_for_machines(self):
        data = json.loads(self._export().read("data.json"))
        self.assertEqual(data["customers"][0]["email"], "anna@example.com")
        (account,) = data["accounts"]
        self.assertEqual((account["number"], account["balance"]), ("ANNA-2", 10))
        self.assertEqual(account["earlier_numbers"][0]["number"], "ANNA-1")
        self.assertEqual(
            [move["kind"] for move in account["movements"]],
            ["Top-up", "Reserved", "Reservation released"],
        )
        self.assertEqual(account["reservations"][0]["document_name"], self.order.name)
        self.assertTrue(any("Anna called" in line["text"] for line in account["history"]))
        self.assertNotIn("4071", json.dumps(data))

    def test_export_can_be_read_as_a_spreadsheet(self):
        book = load_workbook(io.BytesIO(self._export().read("data.xlsx")))
        rows = list(book["Movements"].values)
        self.assertEqual(rows[0][:3], ("account", "date", "kind"))
        self.assertEqual(rows[1][rows[0].index("note")], "=1+1", "text, not a formula")

    def test_only_managers_export(self):
        with self.assertRaises(AccessError):
            self._export(user=self.seller)
        wizard = self.env["loyalty.personal.data"].create({"account_ids": self.account.ids})
        with self.assertRaises(AccessError):
            wizard.with_user(self.seller).read(["file"])

    def test_contact_without_a_card_is_said_to_have_none(self):
        contact = self.env["res.partner"].create({"name": "Nobody"})
        with self.assertRaisesRegex(UserError, "no loyalty account"):
            contact.with_user(self.manager).action_export_loyalty_data()

    # === ANONYMISING === #

    def test_nothing_that_names_the_person_is_left(self):
        self._spend_all()
        self._anonymise()
        rows = {}
        for table in (
            *("loyalty_account", "loyalty_account_number", "loyalty_account_move"),
            *("loyalty_account_hold", "loyalty_account_reminder"),
        ):
            self.cr.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
            rows[table] = " ".join(row for (row,) in self.cr.fetchall())
        self.cr.execute(
            """SELECT to_jsonb(m)::text || coalesce(to_jsonb(v)::text, '') FROM mail_message m
                 LEFT JOIN mail_tracking_value v ON v.mail_message_id = m.id
                WHERE m.model = 'loyalty.account' AND m.res_id = %s""",
            (self.account.id,),
        )
        rows["mail_message"] = " ".join(row for (row,) in self.cr.fetchall())
        for table, text in rows.items():
            for word in ("Anna", "ANNA-", "anna@", self.order.name):
                with self.subTest(table=table, word=word):
                    self.assertNotIn(word, text)
        self.assertIn("case 12", rows["mail_message"])

    def test_ledger_is_still_verified(self):
        self._spend_all()
        self.env["loyalty.checkpoint"]._take()
        self._anonymise()
        self._assert_account(self.account, 0)
        self.assertEqual(self.env["loyalty.account"]._verify_ledger(), [])
        self.assertEqual(self.account.move_ids[0].partner_name, "—")

    def test_old_numbers_are_unknown_and_the_account_cannot_be_used_again(self):
        self._spend_all()
        self._anonymise()
        for number in ("ANNA-1", "ANNA-2"):
            with self.assertRaises(AccountNotFound):
                self.env["loyalty.account"]._find_by_number(number, self.company)
        for values in ({"active": True}, {"partner_id": self.partner.id}):
            with self.subTest(**values), self.assertRaisesRegex(UserError, "anonymised"):
                self.account.with_user(self.manager).write(values)
        self.assertFalse(self.account.has_pin)

    def test_credit_reservation_or_debt_stops_it_and_nothing_is_erased(self):
        with self.assertRaisesRegex(UserError, "still hold credit"):
            self._anonymise()
        self.assertEqual(self.account.name, "Anna's card")

    def test_it_takes_a_reason_and_a_confirmation(self):
        self._spend_all()
        for values, error in (
            ({"reason": " "}, InvalidValue),
            ({"reason": False}, InvalidValue),
            ({"confirmed": False}, UserError),
        ):
            with self.subTest(**values), self.assertRaises(error):
                self._anonymise(**values)
        self.assertFalse(self.account.anonymised_on)

    def test_only_administrators_anonymise(self):
        self._spend_all()
        for user in (self.seller, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._anonymise(user=user)

    def test_accounts_of_other_companies_are_not_anonymised(self):
        foreign = self._create_account(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self._anonymise(account_ids=[(6, 0, foreign.ids)])

    def test_what_a_dialogue_hides_is_refused_and_what_is_gone_is_left_out(self):
        dialogues = self.env["loyalty.account.anonymise"].with_user(self.admin)
        dialogue = dialogues.create({"reason": "case 12", "confirmed": True})
        foreign = self._create_account(company_id=self.other_company.id)
        dialogue.sudo().account_ids = foreign  # as if the card had moved meanwhile
        dialogue.invalidate_recordset()
        with self.assertRaises(AccessError):
            dialogue.action_confirm()
        self.assertFalse(foreign.anonymised_on)
        dialogue.sudo().account_ids = False
        self.assertEqual(dialogue.action_confirm()["type"], "ir.actions.act_window_close")

    def test_reminders_and_their_e_mails_go_too(self):
        reminder = self.env["loyalty.account.reminder"].create(
            {
                "account_id": self.account.id,
                "company_id": self.company.id,
                "partner_id": self.partner.id,
                "currency_id": self.company.currency_id.id,
                "date": fields.Datetime.now(),
                "amount": 1,
                "first_day": "2030-01-01",
            }
        )
        mail = self.env["mail.mail"].create(
            {"model": reminder._name, "res_id": reminder.id, "email_to": "anna@example.com"}
        )
        self._spend_all()
        self._anonymise()
        self.assertFalse(reminder.exists())
        self.assertFalse(mail.exists())

    def test_a_manager_of_another_company_gets_no_file(self):
        other = self._create_user(
            "other-manager",
            "loyalty_accounts.group_manager",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        data = self.env["loyalty.personal.data"]
        with self.assertRaises(AccessError):
            data.with_user(other).create({"account_ids": [(6, 0, self.account.ids)]})
        mine = data.with_user(other).create({})
        mine.sudo().account_ids = self.account  # as if the card had moved meanwhile
        mine.invalidate_recordset()
        with self.assertRaises(AccessError):
            mine.file.decode()
        self.assertFalse(self.env["loyalty.personal.data"].create({}).file)
