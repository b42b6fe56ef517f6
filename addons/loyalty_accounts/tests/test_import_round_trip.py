import io
import json
from datetime import timedelta

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import money
from .common_import import ImportCase


@tagged("post_install", "-at_install")
class TestImportRoundTrip(ImportCase):
    """What is exported and imported into an empty company is exported the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._get_loyalty_today()
        cls.cards = cls._create_cards()

    @classmethod
    def _create_cards(cls):
        partners = cls.env["res.partner"].create(
            [
                {"name": "Anna Öberg", "email": '"Anna, Ö." <Anna@Example.com>'},
                {"name": "=cmd|' /C calc'!A0", "ref": "+1"},
                {"name": 'O\'Hara; "Pat"', "ref": "007"},
            ]
        )
        values = [
            {"number": "T-1", "partner_id": partners[0].id, "discount": 12.5},
            {"number": "T-2", "partner_id": partners[1].id, "note": "=1+1\n\n@two"},
            {"number": "T-3", "partner_id": partners[2].id, "credit_rate": 0.0525},
            {"number": "T-4", "name": "-5 card", "partner_id": False, "expiry_date": "2025-01-01"},
            {"number": "T-5", "name": "'=quoted", "blocked": True, "block_reason": "+lost"},
            {"number": "T-6", "name": "Archived", "active": False},
            {"number": "0012", "name": "Zeros\tand tab "},
        ]
        cards = cls.env["loyalty.account"].create(values)
        ledger = cls.ledger
        ledger._top_up(cards[0], money("10.05"), expiry_date="2026-12-31")
        ledger._earn(cards[0], money("3"), company=cls.company, expiry_date="2027-06-30")
        ledger._top_up(cards[0], money("0.10"))
        ledger._charge(cards[0], money("1.15"))
        ledger._open(cards[1], money("999999999"), key="t", expiry_date="2026-06-01")
        ledger._open(cards[5], money("7"), key="archived")
        return cards

    def _export(self, file_format, user=None):
        export = self.env["loyalty.account.export"].with_user(user or self.admin)
        export = export.create(
            {"domain": json.dumps(self._all_cards()), "file_format": file_format}
        )
        stream = io.BytesIO()
        export._write_file(stream)
        return stream.getvalue()

    def _all_cards(self):
        return [("number", "in", self.numbers), ("active", "in", [True, False])]

    def setUp(self):
        super().setUp()
        self.numbers = self.cards.mapped("number")

    def _empty_the_company(self):
        """Delete cards and customers past the ORM, as if the company were new."""
        self.env.flush_all()
        partner_ids = self.cards.partner_id.ids
        self.cr.execute("SET LOCAL session_replication_role = replica")
        for query in (
            """DELETE FROM loyalty_account_allocation WHERE lot_id IN
               (SELECT id FROM loyalty_account_lot WHERE account_id = ANY(%s))""",
            "DELETE FROM loyalty_account_move WHERE account_id = ANY(%s)",
            "DELETE FROM loyalty_account_lot WHERE account_id = ANY(%s)",
            "DELETE FROM loyalty_account_number WHERE account_id = ANY(%s)",
            "DELETE FROM loyalty_account WHERE id = ANY(%s)",
        ):
            self.cr.execute(query, (self.cards.ids,))
        self.cr.execute("DELETE FROM res_partner WHERE id = ANY(%s)", (partner_ids,))
        self.cr.execute("SET LOCAL session_replication_role = DEFAULT")
        self.env.invalidate_all()

    def _cells(self, data):
        rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()
        return [[(c.value, c.data_type, c.number_format) for c in row] for row in rows]

    def test_csv_and_spreadsheet_come_back_identical(self):
        before = {name: self._export(name) for name in ("csv", "xlsx")}
        for name in ("csv", "xlsx"):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self._empty_the_company()
                accounts = self._import(before[name], create_partners=True)
                self.assertEqual(accounts._verify_ledger(), [])
                after = {kind: self._export(kind) for kind in ("csv", "xlsx")}
                self.assertEqual(
                    after["csv"].decode("utf-8-sig"), before["csv"].decode("utf-8-sig")
                )
                self.assertEqual(after["csv"], before["csv"])
                self.assertEqual(self._cells(after["xlsx"]), self._cells(before["xlsx"]))
                self.assertEqual(after["xlsx"], before["xlsx"], "the same bytes")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_languages_of_who_exports_and_who_imports_may_differ(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.admin.lang = "nl_NL"
        data = self._export("csv")
        self._empty_the_company()
        self.admin.lang = "en_US"
        self.assertEqual(len(self._import(data, create_partners=True)), len(self.numbers))

    def test_no_cell_of_a_csv_file_starts_as_a_formula(self):
        import csv

        text = self._export("csv").decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline="")):
            for cell in row:
                self.assertNotRegex(cell, r"^[=+\-@\t\r]")

    def test_no_cell_of_a_spreadsheet_is_a_formula(self):
        kinds = {kind for row in self._cells(self._export("xlsx")) for _value, kind, _form in row}
        self.assertLessEqual(kinds, {"s", "n", "d", "inlineStr"})

    def test_credit_that_is_past_its_last_day_is_not_exported(self):
        lots = self.cards[1].lot_ids
        self.cr.execute(
            "UPDATE loyalty_account_lot SET expiry_date = %s WHERE id = %s",
            (self.today - timedelta(days=1), lots.id),
        )
        row = self._cells(self._export("xlsx"))[3]
        self.assertEqual((row[0][0], row[13][0]), ("T-2", 0))

    def test_list_exports_what_is_ticked_or_all_that_the_filters_show(self):
        exports = self.env["loyalty.account.export"].with_user(self.manager)
        ticked = exports.with_context(active_ids=self.cards[:2].ids).create({})
        self.assertEqual(ticked.account_count, 2)
        domain = [("number", "like", "T-"), ("active", "=", True)]
        filtered = exports.with_context(active_ids=[1], active_domain=domain).create({})
        self.assertEqual(filtered.account_count, 5)
        self.assertIn(f"/loyalty_accounts/export/{filtered.id}", filtered.action_export()["url"])

    def test_note_that_no_spreadsheet_can_hold_is_named(self):
        self.cards[0].note = "x" * 32_001
        with self.assertRaisesRegex(UserError, "T-1 has more than"):
            self._export("csv")

    def test_statements_of_an_export_grow_by_pieces_not_by_accounts(self):
        counts = []
        for number in (10, 100):
            cards = self.env["loyalty.account"].create(
                [{"number": f"E{number}-{n}", "name": f"Card {n}"} for n in range(number)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            self.numbers = cards.mapped("number")
            self._export("csv")
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._export("csv")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
