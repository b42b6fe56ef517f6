import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..exceptions import InvalidValue
from .common import BooksCommon, money
from .common_import import HEADINGS, ImportCase

RUN = "odoo.addons.loyalty_accounts.models.loyalty_account_import_run"
BATCH = "odoo.addons.loyalty_accounts.models.loyalty_batch"


def _rows(count, amount="2.50"):
    return [HEADINGS, *([f"RUN-{place}", f"Card {place}", amount] for place in range(count))]


class RunCase(ImportCase):
    def setUp(self):
        super().setUp()
        self.commits = []
        self.seconds = float("inf")

        def commit_progress(_cron, processed=0, *, remaining=None, **_options):
            self.env.flush_all()
            self.commits.append((processed, remaining))
            return self.seconds

        # A test's transaction cannot be committed.
        self.patch(type(self.env["ir.cron"]), "_commit_progress", commit_progress)

    def _run_job(self):
        self.env["loyalty.account.import"]._cron_run_imports()

    def _run_out_of_time(self):
        """Run the job for one piece."""
        with patch(f"{RUN}.SLICE_SECONDS", 0):
            self.seconds = 0
            self._run_job()
        self.seconds = float("inf")


@tagged("post_install", "-at_install")
class TestImportRun(RunCase):
    # === DRY RUN === #

    def test_check_writes_nothing_but_its_own_answer(self):
        tables = ("account", "account_move", "account_lot", "account_allocation")
        tables = (*(f"loyalty_{name}" for name in tables), "res_partner", "mail_message")

        def count():
            self.env.flush_all()
            for table in tables:
                self.cr.execute(f"SELECT count(*), max(id) FROM {table}")
                yield self.cr.fetchone()

        record = self._upload(self._csv([[*HEADINGS, "Customer"], ["", "A", "5", "New One"]]))
        record.create_partners = True
        before = list(count())
        record.action_check()
        self.assertEqual(record.valid_count, 1)
        self.assertEqual(list(count()), before)

    def test_control_totals_are_exact_for_each_company_and_currency(self):
        yen = self.env["res.company"].create(
            {"name": "Tokyo", "currency_id": self.env.ref("base.JPY").id}
        )
        self.admin.company_ids |= yen
        record = self._check(
            [
                ["Name", "Opening balance", "Issued by"],
                *(["Cent", "0.10", ""] for _place in range(3)),
                ["Big", "999999999", ""],
                ["Yen", "500", "tokyo"],
                ["Refused", "0.5", "Tokyo"],
            ]
        )
        totals = {line.company_id: (line.count, line.amount) for line in record.total_ids}
        self.assertEqual(totals, {self.company: (4, 999999999.3), yen: (1, 500)})
        self.assertEqual((record.row_count, record.refused_count), (6, 1))

    def test_expected_total_must_be_that_of_the_file(self):
        record = self._check(_rows(3), expected_total=7.51)
        self.assertTrue(record.total_mismatch)
        with self.assertRaisesRegex(UserError, "do not add up"):
            record.action_import()
        record.expected_total = 7.50
        record.action_import()
        self.assertEqual(record.state, "done")

    def test_check_is_void_after_a_change(self):
        record = self._check(_rows(2))
        record.create_partners = True
        self.assertEqual((record.state, record.valid_count), ("draft", 0))
        self.assertFalse(record.total_ids)
        with self.assertRaisesRegex(UserError, "Check the file first"):
            record.action_import()
        record.action_check()
        record.column_ids[1].target = "note"
        self.assertEqual(record.state, "draft")
        with self.assertRaisesRegex(InvalidValue, "accounts' names"):
            record.action_check()

    # === COLUMNS === #

    def test_unknown_columns_are_named_until_the_user_says_what_they_are(self):
        record = self._upload(self._csv([["Kartennummer", "Name", "Colour"], ["K-1", "A", "red"]]))
        self.assertEqual(record.column_ids.mapped("target"), [False, "name", False])
        self.assertEqual(record.column_ids.mapped("sample"), ["K-1", "A", "red"])
        with self.assertRaisesRegex(InvalidValue, "Kartennummer, Colour"):
            record.action_check()
        record.column_ids[0].target = "number"
        record.column_ids[2].target = "skip"
        record.action_check()
        record.action_import()
        self.assertEqual(self._accounts(record).number, "K-1")

    def test_meaning_of_columns_is_remembered_for_the_companys_next_file(self):
        rows = [["Kartennummer", "Name", "Colour"], ["K-1", "A", "red"]]
        record = self._upload(self._csv(rows))
        record.column_ids[0].target, record.column_ids[2].target = "number", "skip"
        record.action_check()
        record.action_import()
        following = self._upload(self._csv([["Name", "COLOUR", "Kartennummer"], ["B", "", "K-2"]]))
        self.assertEqual(following.column_ids.mapped("target"), ["name", "skip", "number"])
        self.admin.company_ids |= self.other_company
        other = self._upload(self._csv(rows), company_id=self.other_company.id)
        self.assertEqual(other.column_ids.mapped("target"), [False, "name", False])

    def test_headings_are_known_in_every_installed_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        labels = self.imports._get_labels()
        self.assertEqual(labels["card number"], "number")
        self.assertEqual(
            self._upload(self._csv([["number", " NAME *"], ["", "x"]])).column_ids.mapped("target"),
            ["number", "name"],
        )

    def test_two_columns_cannot_mean_the_same(self):
        record = self._upload(self._csv([["Name", "Title"], ["A", "B"]]))
        record.column_ids[1].target = "name"
        with self.assertRaisesRegex(InvalidValue, "Name, Title"):
            record.action_check()

    # === RUNNING === #

    def test_small_file_is_done_at_once(self):
        record = self._check(_rows(4))
        record.action_import()
        accounts = self._accounts(record)
        self.assertEqual((record.state, record.done_count), ("done", 4))
        self.assertEqual(accounts.mapped("balance"), [2.5] * 4)
        self.assertEqual(record.total_ids.done_amount, 10)
        self.assertEqual(accounts._verify_ledger(), [])
        move = accounts[0].move_ids
        self.assertEqual(move.key, f"import/{record.id}/2")
        self.assertEqual(move.user_id, self.admin)
        self.assertEqual((move.document_model, move.document_id), (record._name, record.id))
        self.assertEqual(move.document_name, "cards.csv")

    def test_large_file_is_left_to_the_job_and_shows_its_progress(self):
        self._in_small_pieces()
        record = self._check(_rows(5))
        with patch.object(type(self.env["ir.cron"]), "_trigger") as trigger:
            record.action_import()
        trigger.assert_called_once()
        self.assertEqual((record.state, record.done_count), ("running", 0))
        self._run_job()
        self.assertEqual((record.state, record.done_count, record.progress), ("done", 5, 100))
        self.assertEqual([rest for _done, rest in self.commits], [5, 3, 1, 0, 0])
        self.assertEqual(self._accounts(record)._verify_ledger(), [])
        self.assertEqual(set(self._accounts(record).move_ids.user_id), {self.admin})

    def test_job_stops_when_its_time_is_over_and_goes_on_in_the_next_run(self):
        self._in_small_pieces()
        record = self._check(_rows(5))
        record.action_import()
        with patch.object(type(self.env["ir.cron"]), "_trigger") as trigger:
            self._run_out_of_time()
        trigger.assert_called_once()
        self.assertEqual(self.commits[-1], (0, 0), "called again by the trigger, not in a loop")
        self.assertEqual((record.state, record.done_count), ("running", 2))
        self._run_job()
        self.assertEqual((record.state, record.done_count), ("done", 5))
        self.assertEqual(len(self._accounts(record)), 5)

    def test_stopped_import_keeps_what_it_imported_and_can_go_on(self):
        self._in_small_pieces()
        record = self._check(_rows(5))
        record.action_import()
        self._run_out_of_time()
        record.action_stop()
        self._run_job()
        self.assertEqual((record.state, record.done_count), ("stopped", 2))
        self.assertEqual(record.total_ids.done_amount, 5)
        with self.assertRaisesRegex(UserError, "does not run"):
            record.action_stop()
        record.action_import()
        self._run_job()
        self.assertEqual((record.state, record.done_count), ("done", 5))

    def test_pressing_import_twice_imports_once(self):
        record = self._check(_rows(3))
        record.action_import()
        with self.assertRaisesRegex(UserError, "runs already, or is done"):
            record.action_import()
        self.assertEqual(len(self._accounts(record)), 3)

    def test_same_piece_again_does_nothing(self):
        self._in_small_pieces(5)
        record = self._check(_rows(3))
        record.action_import()
        piece = next(record._iter_pieces())
        self.assertTrue(record._import_piece(piece))
        self.assertFalse(record._import_piece(piece))
        self.assertEqual(len(self._accounts(record)), 3)

    def test_refused_rows_are_left_out_and_counted(self):
        record = self._check([*_rows(2), ["RUN-0", "Again", "1"], ["", "Bad", "x"]])
        record.action_import()
        self.assertEqual((record.state, record.done_count, record.failed_count), ("done", 2, 2))
        self.assertEqual(len(record.problem_ids), 2)
        self.assertEqual(record.progress, 100)

    def test_number_that_was_taken_after_the_check_is_left_out_and_told(self):
        record = self._check(_rows(3))
        self._create_account(number="RUN-1")
        record.action_import()
        self.assertEqual((record.done_count, record.failed_count), (2, 1))
        row, _column, value, reason = self._problems(record)[0]
        self.assertEqual((row, value, reason), (3, "RUN-1", "This card number is in use already."))

    def test_row_that_fails_stops_none_of_the_others(self):
        record = self._check(_rows(5))
        accounts = type(self.env["loyalty.account"])
        create = accounts.create

        def fail_on_one(model, vals_list):
            if any(vals.get("number") == "RUN-3" for vals in vals_list):
                raise ZeroDivisionError
            return create(model, vals_list)

        with patch.object(accounts, "create", fail_on_one), self.assertLogs(BATCH, "ERROR") as logs:
            record.action_import()
        self.assertIn("row 5", logs.output[0])
        self.assertNotIn("RUN-3", logs.output[0])
        self.assertEqual((record.done_count, record.failed_count), (4, 1))
        self.assertIn("server's log", self._problems(record)[0][3])
        self.assertEqual(self._accounts(record)._verify_ledger(), [])

    def test_job_asks_anew_whether_its_user_may_enter_credit(self):
        self._in_small_pieces()
        record = self._check(_rows(3))
        record.action_import()
        self.admin.group_ids -= self.env.ref("loyalty_accounts.group_admin")
        self.admin.group_ids |= self.env.ref("loyalty_accounts.group_manager")
        with self.assertRaisesRegex(AccessError, "administrator"):
            record._as_its_user()._check_may_enter_credit()

    def test_days_are_those_of_who_checked_whoever_imports(self):
        self.env["res.lang"]._activate_lang("en_GB")
        self.env["res.lang"]._lang_get("en_GB").date_format = "%d/%m/%Y"
        self.manager.lang = "en_GB"
        rows = [["Name", "Valid until", "Opening balance"], ["A", "03/04/2027", "1"]]
        record = self._upload(self._csv(rows), user=self.manager)
        record.action_check()
        record.with_user(self.admin).action_import()
        self.assertEqual(str(self._accounts(record).expiry_date), "2027-04-03")

    def test_nothing_to_import_is_refused(self):
        record = self._check([HEADINGS, ["", "A", "x"]])
        with self.assertRaisesRegex(UserError, "No row"):
            record.action_import()

    def test_import_that_started_cannot_be_changed_or_deleted_while_it_runs(self):
        self._in_small_pieces()
        record = self._check(_rows(2))
        record.action_import()
        for change in (
            lambda: record.write({"create_partners": True}),
            lambda: record.column_ids[0].write({"target": "note"}),
            lambda: record.action_check(),
            lambda: record.unlink(),
        ):
            with self.assertRaises(UserError):
                change()
        self._run_job()
        record.unlink()
        self.assertTrue(self.env["loyalty.account"].search([("number", "=", "RUN-1")]))

    def test_nobody_is_told_of_accounts_that_are_brought_over(self):
        account = self._import([["Customer"], ["New Person"]], create_partners=True)
        self.assertFalse(account.message_follower_ids)
        self.assertFalse(account.message_ids)

    def test_statements_do_not_grow_with_the_number_of_rows(self):
        counts = []
        for number in (10, 60):
            rows = [
                ["Name", "Opening balance", "Customer", "Customer e-mail", "Card number"],
                *(
                    [f"Card {n}", "5", f"Person {n}", f"{number}-{n}@example.com", f"C{number}-{n}"]
                    for n in range(number)
                ),
            ]
            record = self._check(rows, create_partners=True)
            before = self.cr.sql_log_count
            record.action_import()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(record.done_count, number)
        self.assertLessEqual(counts[1], counts[0] + 60, counts)

    def test_refused_rows_and_template_can_be_downloaded(self):
        record = self._check([HEADINGS, ["", "=1+1", "=2"]])
        stream = io.BytesIO()
        record._write_refused(stream)
        rows = list(openpyxl.load_workbook(stream).active.iter_rows(values_only=True))
        self.assertEqual(rows[0], ("Row", "Column", "Value", "Reason"))
        self.assertEqual(rows[1][:3], ("2", "Opening balance", "=2"))
        stream = io.BytesIO()
        self.imports._write_template(stream)
        template = self._upload(stream.getvalue())
        self.assertTrue(all(column.target for column in template.column_ids))
        with self.assertRaisesRegex(InvalidValue, "no rows below"):
            template.action_check()


@tagged("post_install", "-at_install")
class TestImportBooks(BooksCommon, ImportCase):
    def test_opening_balances_are_booked_by_the_daily_batch(self):
        record = self._check(_rows(3))
        record.action_import()
        (entry,) = self._book_all()
        self.assertEqual(
            {use: balance for (use, _label), balance in self._lines(entry).items()},
            {"opening": 7.5, "deposit": -7.5},
        )
        liability = self.env["loyalty.books.liability"]._compute_liability(
            self.company, self.company._get_loyalty_today()
        )
        self.assertEqual((liability.ledger, liability.difference), (money("7.5"), 0))

    def test_manager_checks_and_administrator_imports_credit(self):
        record = self._upload(self._csv(_rows(2)), user=self.manager)
        record.action_check()
        self.assertTrue(record.needs_admin)
        with self.assertRaisesRegex(AccessError, "administrator"):
            record.action_import()
        record.with_user(self.admin).action_import()
        self.assertEqual(record.state, "done")

    def test_manager_imports_accounts_without_credit(self):
        record = self._upload(self._csv(_rows(2, "")), user=self.manager)
        record.action_check()
        record.action_import()
        self.assertEqual((record.state, record.done_count), ("done", 2))
