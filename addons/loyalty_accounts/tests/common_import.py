import base64
import csv
import io

import openpyxl
from freezegun import freeze_time

from ..models import loyalty_account_import_check, loyalty_account_import_run
from .common import LoyaltyCommon

HEADINGS = ["Card number", "Name", "Opening balance"]


class ImportCase(LoyaltyCommon):
    """Time stands still on 1 June 2026, 12:00 UTC; files are made from rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-06-01 12:00:00"))
        cls.admin.group_ids |= cls.env.ref("base.group_partner_manager")
        cls.imports = cls.env["loyalty.account.import"].with_user(cls.admin)

    @classmethod
    def _csv(cls, rows, *, encoding="utf-8", delimiter=","):
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(rows)
        return text.getvalue().encode(encoding)

    @classmethod
    def _xlsx(cls, rows, change=None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        if change:
            change(book.active)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def _upload(self, data, user=None, **vals):
        imports = self.imports.with_user(user or self.admin)
        return imports.create({"file": base64.b64encode(data), "file_name": "cards.csv", **vals})

    def _check(self, rows, **vals):
        """Upload rows and check them; the first one has the headings."""
        record = self._upload(rows if isinstance(rows, bytes) else self._csv(rows), **vals)
        record.action_check()
        return record

    def _import(self, rows, **vals):
        """Upload, check and import at once; return the accounts in the order of their rows."""
        record = self._check(rows, **vals)
        self.assertEqual(self._problems(record), [])
        record.action_import()
        return self._accounts(record)

    def _accounts(self, record):
        accounts = self.env["loyalty.account"].with_context(active_test=False)
        return accounts.search([("import_id", "=", record.id)], order="import_row")

    def _problems(self, record):
        """``[(row, column, value, reason), …]`` of an import."""
        return [
            (problem.row, problem.column or "", problem.value or "", problem.reason)
            for problem in record.problem_ids.sorted(lambda problem: (problem.row, problem.id))
        ]

    def _in_small_pieces(self, size=2):
        """Let the job take over from the second row on, a few rows at a time."""
        self.patch(loyalty_account_import_check, "PIECE", size)
        self.patch(loyalty_account_import_run, "AT_ONCE", 1)
