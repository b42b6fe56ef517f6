import base64

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_import import HEADINGS, ImportCase

ROWS = [HEADINGS, ["AB-1", "Anna", ""]]
MODELS = ("import", "import.column", "import.problem", "import.total", "import.progress", "export")


@tagged("post_install", "-at_install")
class TestImportSecurity(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, login="portal_i", groups="base.group_portal")
        cls.foreigner = cls._create_user(
            "foreign_manager",
            "loyalty_accounts.group_admin",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )

    def test_only_managers_and_above_import_and_export(self):
        for user, allowed in (
            (self.portal, False),
            (self.seller, False),
            (self.manager, True),
            (self.admin, True),
        ):
            for model in MODELS:
                with self.subTest(user=user.login, model=model):
                    records = self.env[f"loyalty.account.{model}"].with_user(user)
                    self.assertEqual(records.has_access("read"), allowed)
            for model in ("import", "export"):
                records = self.env[f"loyalty.account.{model}"].with_user(user)
                self.assertEqual(records.has_access("create"), allowed)

    def test_seller_reads_nothing_of_a_managers_import(self):
        record = self._check([HEADINGS, ["AB-1", "Anna", "x"]], user=self.manager)
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("res_field", "=", "file"),
            ]
        )
        self.assertTrue(attachment.with_user(self.manager).raw)
        for records in (record, record.column_ids, record.problem_ids, attachment):
            with self.subTest(records), self.assertRaises(AccessError):
                records.with_user(self.seller).read()
        for action in ("action_check", "action_import", "action_stop"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(record.with_user(self.seller), action)()

    def test_other_companies_do_not_see_an_import(self):
        record = self._check([HEADINGS, ["AB-1", "Anna", "x"], ["", "B", "5"]])
        for records in (
            *(record, record.column_ids, record.problem_ids, record.total_ids),
            record.progress_ids,
        ):
            self.assertTrue(records)
            self.assertFalse(records.with_user(self.foreigner).search([("id", "in", records.ids)]))
            with self.assertRaises(AccessError):
                records.with_user(self.foreigner).read(["id"])

    def test_import_for_a_company_of_others_is_refused(self):
        with self.assertRaises(AccessError):
            self._upload(self._csv(ROWS), company_id=self.other_company.id)
        record = self._upload(self._csv(ROWS))
        with self.assertRaises(AccessError):
            record.company_id = self.other_company

    def test_what_the_import_writes_cannot_be_sent(self):
        record = self._check(ROWS)
        for name, value in (
            ("state", "running"),
            ("valid_count", 7),
            ("lang", "nl_NL"),
            ("user_id", self.manager.id),
            ("problem_ids", [Command.clear()]),
            ("total_ids", [Command.clear()]),
            ("progress_ids", [Command.clear()]),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                record.write({name: value})
            with self.subTest(name), self.assertRaises(AccessError):
                self._upload(self._csv(ROWS), **{name: value})
        for records in (record.total_ids, record.column_ids):
            with self.assertRaises(AccessError):
                records.with_user(self.admin).create({"import_id": record.id})
        record.column_ids[0].write({"heading": "Else", "import_id": 0})
        self.assertEqual(record.column_ids[0].heading, "Card number")

    def test_defaults_in_the_context_do_not_start_an_import(self):
        imports = self.imports.with_context(default_state="checked", default_valid_count=5)
        record = imports.create({"file": base64.b64encode(self._csv(ROWS)), "file_name": "x"})
        self.assertEqual((record.state, record.valid_count), ("draft", 0))

    def test_contacts_are_made_only_by_those_who_may(self):
        record = self._upload(
            self._csv([["Customer"], ["New"]]), user=self.manager, create_partners=True
        )
        with self.assertRaisesRegex(AccessError, "may not create contacts"):
            record.action_check()

    def test_export_holds_what_the_user_may_read(self):
        self._create_account(number="HERE-1")
        self._create_account(number="FAR-1", company_id=self.other_company.id)
        export = self.env["loyalty.account.export"].with_user(self.manager)
        export = export.with_context(active_domain=[("id", "!=", 0)]).create({})
        numbers = [row[0] for row in export._get_rows()]
        self.assertIn("HERE-1", numbers)
        self.assertNotIn("FAR-1", numbers)


@tagged("post_install", "-at_install")
class TestImportRoutes(ImportCase, HttpCase):
    @mute_logger("odoo.http")
    def test_files_are_for_managers_alone(self):
        record = self._check([HEADINGS, ["AB-1", "Anna", "x"]])
        export = self.env["loyalty.account.export"].with_user(self.admin).create({"domain": "[]"})
        urls = (
            f"/loyalty_accounts/export/{export.id}",
            f"/loyalty_accounts/import/{record.id}/refused",
            "/loyalty_accounts/import/template",
        )
        for login, status in (("loyalty_admin", 200), ("seller", 403)):
            self.authenticate(login, login)
            for url in urls:
                with self.subTest(url, login=login):
                    self.assertEqual(self.url_open(url).status_code, status)
        self.authenticate(None, None)
        for url in urls:
            self.assertIn("/web/login", self.url_open(url).url)

    @mute_logger("odoo.http")
    def test_others_export_is_not_downloaded(self):
        export = self.env["loyalty.account.export"].with_user(self.admin).create({"domain": "[]"})
        self.authenticate("manager", "manager")
        response = self.url_open(f"/loyalty_accounts/export/{export.id}")
        self.assertEqual(response.status_code, 403)

    @mute_logger("odoo.http")
    def test_a_number_that_no_export_has_is_not_found(self):
        self.authenticate("loyalty_admin", "loyalty_admin")
        for number in (0, 2**31, "x"):
            response = self.url_open(f"/loyalty_accounts/export/{number}")
            self.assertEqual(response.status_code, 404, number)

    def test_file_says_what_it_is_and_is_not_guessed_at(self):
        export = self.env["loyalty.account.export"].with_user(self.admin)
        export = export.create({"domain": "[]", "file_format": "csv"})
        self.authenticate("loyalty_admin", "loyalty_admin")
        response = self.url_open(f"/loyalty_accounts/export/{export.id}")
        self.assertEqual(response.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("loyalty-accounts-2026-06-01.csv", response.headers["Content-Disposition"])
        self.assertTrue(response.content.startswith(b"\xef\xbb\xbfCard number,"))
