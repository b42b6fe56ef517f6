from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ConnectorCommon

INVOICING, MANAGER = "account.group_account_invoice", "accounting_connectors.group_manager"
#: What those who invoice read, and of the backends' own company only.
READ = (
    "accounting.backend", "accounting.export", "accounting.payment", "accounting.drift",
    "accounting.partner.link", "accounting.tax.map", "accounting.account.map",
)  # fmt: skip
#: What nobody reaches, or managers only.
HIDDEN = ("accounting.secret", "accounting.limiter")
MANAGED = "accounting.setting"


@tagged("post_install", "-at_install")
class TestSecurity(ConnectorCommon, TransactionCase):
    """Each kind of user against each model, as over RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})

    def setUp(self):
        super().setUp()
        self.export = self._send()
        self._pay_there(self.export, "10")
        self.export._look()
        self._change_there(self.export, customer="8")
        self.export._look()
        self.env["accounting.account.map"].create(
            {
                "backend_id": self.backend.id,
                "account_id": self.company_data["default_account_revenue"].id,
                "code": "3001",
            }
        )
        self.enterContext(mute_logger("odoo.addons.base.models.ir_model"))
        self.enterContext(mute_logger("odoo.addons.base.models.ir_rule"))

    def _outsiders(self):
        return {
            # a password that is none of its own login, where a policy for portals is installed
            "portal": new_test_user(
                self.env, "portal-user", "base.group_portal", password="A-kettle-of-9-herrings"
            ),
            "internal": self._create_user(),
        }

    def _elsewhere(self):
        values = {
            "company_id": self.other_company.id,
            "company_ids": [Command.set(self.other_company.ids)],
        }
        return new_test_user(self.env, "elsewhere", f"base.group_user,{MANAGER}", **values)

    def _assert_refused(self, *calls):
        for call in calls:
            with self.assertRaises(AccessError):
                call()

    def test_those_who_invoice_read_what_concerns_their_invoices(self):
        user = self._create_user(INVOICING)
        for model in READ:
            with self.subTest(model):
                self.assertTrue(self.env[model].with_user(user).search([]).read())

    def test_neither_portal_users_nor_other_employees_reach_anything(self):
        for name, user in self._outsiders().items():
            for model in (*READ, *HIDDEN, MANAGED, "accounting.link", "accounting.preview"):
                records = self.env[model].with_user(user)
                with self.subTest(f"{name} {model}"):
                    self._assert_refused(
                        lambda records=records: records.search([]),
                        lambda records=records: records.search_count([("id", ">", 0)]),
                        lambda records=records: records.create({}),
                    )

    def test_managers_of_another_company_see_nothing_of_this_one(self):
        user = self._elsewhere()
        for model in (*READ, MANAGED):
            with self.subTest(model):
                found = self.env[model].search([])
                self.assertTrue(found)
                self.assertFalse(self.env[model].with_user(user).search([("id", "in", found.ids)]))
                self._assert_refused(found.with_user(user).read)

    def test_buttons_of_another_companys_records_are_refused(self):
        user = self._elsewhere()
        export, backend = self.export.with_user(user), self.backend.with_user(user)
        payment = self.export.payment_ids.with_user(user)
        drift = self.export.drift_ids.with_user(user)
        self._assert_refused(
            export.action_retry, export.action_release, export.action_fix, backend.action_connect,
            backend.action_sync, backend.action_link_all, backend.action_propose_taxes,
            payment.action_register, drift.action_accept, drift.action_ignore,
            drift.action_send_again, self.export.move_id.with_user(user).action_accounting_export,
            lambda: self.env["accounting.link"].with_user(user).create(
                {"partner_id": self.partner.id, "backend_id": self.backend.id, "typed": "7"}
            ).action_fetch(),
            lambda: self.env["accounting.preview"].with_user(user).create(
                {"move_ids": self.export.move_id.ids, "backend_id": self.backend.id}
            ),
        )  # fmt: skip

    def test_nobody_reads_or_guesses_a_secret_whichever_way(self):
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= self.env.company
        for name, user in (
            ("manager", self._create_user(MANAGER, "base.group_allow_export")),
            ("admin", admin),
        ):
            # Superuser: to have something that may be asked for.
            held = self.env["accounting.secret"].sudo().search([]).with_user(user)
            settings = self.backend.setting_ids.with_user(user).filtered("is_secret")
            with self.subTest(name):
                self._assert_refused(
                    held.read,
                    lambda held=held: held.search([("value", "=like", "g%")]),
                    lambda held=held: held.export_data(["value"]),
                    lambda held=held: held.web_read({"value": {}}),
                    held.copy,
                    held.unlink,
                    lambda held=held: held.write({"backend_id": 0}),
                )
                shown = f"{settings.read()} {settings.export_data(['value', 'plain'])}"
                self.assertNotIn("my-password", shown)
                with self.assertRaises(ValueError):
                    settings.search([("value", "=like", "my%")])

    def test_accountants_guess_no_setting_through_the_backend(self):
        user = self._create_user(INVOICING)
        backends = self.env["accounting.backend"].with_user(user)
        self._assert_refused(
            lambda: backends.search([("setting_ids.plain", "=like", "P%")]),
            lambda: self.backend.with_user(user).web_read(
                {"setting_ids": {"fields": {"plain": {}}}}
            ),
        )

    def test_a_copied_backend_has_no_connection_no_secret_and_no_history(self):
        copy = self.backend.copy()
        self.assertEqual((copy.state, copy.remote_id), ("draft", False))
        self.assertFalse(copy.link_ids)
        self.assertFalse(copy.export_ids)
        self.assertEqual(copy._connect().backend.get_setting("password"), "")

    def test_a_setting_is_filled_in_and_nothing_else_of_it_is_changed(self):
        user = self._create_user(MANAGER)
        setting = self.backend.setting_ids.with_user(user).filtered("is_secret")
        setting.value = "another"
        self.env.flush_all()
        self.assertEqual(self.backend._connect().backend.get_setting("password"), "another")
        for values in ({"name": "tokens"}, {"backend_id": self.backend.id + 1}, {"sequence": 3}):
            with self.subTest(values), self.assertRaises(UserError):
                setting.write(values)
        self._assert_refused(setting.unlink, lambda: setting.create({"name": "x"}))

    def test_states_are_written_by_nobody_by_hand(self):
        user = self._create_user(MANAGER)
        for record, values in (
            (self.export, {"state": "pending"}),
            (self.export.payment_ids, {"state": "seen"}),
            (self.export.drift_ids, {"state": "solved"}),
        ):
            self._assert_refused(
                lambda record=record, values=values: record.with_user(user).write(values),
                record.with_user(user).unlink,
                record.with_user(user).copy,
            )

    def test_a_backend_is_not_called_connected_by_hand(self):
        user = self._create_user(MANAGER)
        self.backend._forget_connection()
        for values in ({"state": "connected"}, {"remote_id": "other"}):
            with self.subTest(values), self.assertRaises(UserError):
                self.backend.with_user(user).write(values)
        self.assertEqual(self.backend.state, "draft")

    def test_accountants_see_no_fields_of_exports_on_invoices_they_may_not_see(self):
        for name, user in self._outsiders().items():
            with self.subTest(name):
                fields = self.env["res.partner"].with_user(user).fields_get()
                self.assertFalse({"accounting_link_ids", "organisation_key"} & fields.keys())
                with self.assertRaises(AccessError):
                    self.env["res.partner"].with_user(user).search([("organisation_key", "!=", 0)])

    def test_a_dialogue_is_its_users_own(self):
        first = self._create_user(INVOICING)
        dialogue = self.env["accounting.preview"].with_user(first).create({})
        dialogue.check_access("write")
        with self.assertRaises(AccessError):
            dialogue.with_user(self._elsewhere()).check_access("read")

    def test_a_dialogue_tells_nobody_what_stands_on_another_companys_invoice(self):
        lines = self.env["accounting.preview.line"].with_user(self._elsewhere())
        values = {"wizard_id": lines.env["accounting.preview"].create({}).id}
        mine = lines.create(values | {"move_id": self._create_foreign_invoice().id})
        foreign = {"move_id": self.export.move_id.id}
        self._assert_refused(
            lambda: lines.create(values | foreign).read(["amount_total", "partner_id"]),
            lambda: mine.write(foreign),
        )
        mine.sudo().move_id = self.export.move_id  # as if it had moved meanwhile
        mine.invalidate_recordset()
        self._assert_refused(mine.action_mend)

    def test_a_dialogue_tells_nobody_of_a_customer_of_another_company(self):
        company = self.env.company
        customer = self.env["res.partner"].create({"name": "Hidden", "company_id": company.id})
        dialogues = self.env["accounting.link"].with_user(self._elsewhere())
        values = {"partner_id": customer.id}
        self._assert_refused(lambda: dialogues.create(values).read(["search_name"]))

    def _create_foreign_invoice(self):
        company = self.other_company
        journal = self.env["account.journal"].create(
            {"name": "Sales", "code": "ELSE", "type": "sale", "company_id": company.id}
        )
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": journal.id,
                "company_id": company.id,
                "partner_id": self.partner.id,
            }
        )
