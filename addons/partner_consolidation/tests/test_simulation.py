import base64
import io
from datetime import date
from unittest.mock import patch

import openpyxl

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.loyalty_accounts.exceptions import InvalidValue

from .common_simulation import SimulationCommon

RUN = "odoo.addons.partner_consolidation.models.consolidation_simulation_run"
#: What a simulation may write to.
OWN_TABLES = ("consolidation_simulation%", "ir_cron%", "bus_bus%")


@tagged("post_install", "-at_install")
class TestSimulation(SimulationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for month in range(5, 11):
            cls._sell(f"2026-{month:02}-10 12:00:00")
            cls._sell(f"2026-{month:02}-20 12:00:00", 50)

    def _run_job(self):
        self.env["consolidation.simulation"]._cron_run_simulations()

    def _slowly(self):
        """One day is a piece."""
        return patch.multiple(RUN, AT_ONCE_SECONDS=0, PIECE_SECONDS=0)

    # === RESULT === #

    def test_result_has_cost_gain_and_worst_exposure_of_whole_months(self):
        record = self._simulate(
            shared_deposit=True,
            credit_per_bill=30,
            clearing_percentage=80,
            accumulation=5,
            new_percentage=40,
            margin=50,
            exposure_limit=20,
        )
        self.assertEqual(record.state, "done")
        self.assertEqual((record.date_from, record.date_to), (date(2026, 5, 1), date(2026, 10, 31)))
        self.assertEqual((record.receipts, record.sales, record.partner_sales), (12, 900, 450))
        # 90.00 and 45.00 to pay, 30.00 of it with credit each, the rest earns 5 %; half counts,
        # rounded in each month.
        self.assertEqual(record.discount_amount, 45)
        self.assertEqual((record.partner_credit, record.money), (180, 225))
        self.assertEqual((record.claim, record.clearing_loss), (144, 36))
        self.assertEqual((record.earned_amount, record.unspent), (11.28, 11.28))
        self.assertEqual((record.cost, record.gain, record.net), (92.28, 90, -2.28))
        # Every 30 days from the first of May: two bills of 12.00 meet within each.
        self.assertEqual((record.exposure, record.worst_date), (24, date(2026, 5, 20)))
        self.assertEqual(record.settled + record.open_claim, record.claim)
        self.assertEqual(len(record.line_ids), 6)
        for name in ("cost", "gain", "net", "claim", "sales", "receipts"):
            self.assertAlmostEqual(sum(record.line_ids.mapped(name)), record[name], 9)
        self.assertEqual(max(record.line_ids.mapped("exposure")), record.exposure)

    def test_copied_privileges_are_those_that_were_entered(self):
        record = self._simulate(copy_privileges=True, discount=0, card_discount=20)
        self.assertEqual((record.discount_amount, record.cost), (90, 90))

    def test_nothing_else_in_the_database_changes(self):
        self._agree(self.shop, self.bistro)
        record = self._simulate(run=False, shared_deposit=True, credit_per_bill=3)
        before = self._count_rows()
        record.action_run()
        self.assertEqual(record.state, "done")
        self.assertEqual(self._count_rows(), before)

    def _count_rows(self):
        """What every other table holds: ``{table: (rows, checksum)}``."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE NOT relname LIKE ANY(%s)"
            " AND schemaname = current_schema()",
            [list(OWN_TABLES)],
        )
        tables = [name for (name,) in self.env.cr.fetchall()]
        found = {}
        for name in tables:
            self.env.cr.execute(
                f'SELECT count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM "{name}" t'
            )
            found[name] = self.env.cr.fetchone()
        return found

    def test_small_data_is_done_at_once_and_no_job_is_called(self):
        with patch.object(type(self.env["ir.cron"]), "_trigger") as trigger:
            self.assertEqual(self._simulate().state, "done")
        trigger.assert_not_called()

    def test_months_without_sales_are_refused_in_words(self):
        record = self._simulate(run=False)
        self.env["sale.order"].search([("company_id", "=", self.bistro.id)]).write(
            {"date_order": "2026-11-20 12:00:00"}
        )
        with self.assertRaisesRegex(UserError, "Nothing was sold"):
            record.action_run()

    def test_terms_of_an_agreement_are_taken_over_proposed_ones_first(self):
        agreement = self._agree(self.shop, self.bistro, copy_privileges=False, discount=7)
        with Form(self.simulations) as form:
            form.agreement_id = agreement.with_user(self.bistro_clerk)
            self.assertEqual((form.discount, form.shared_deposit), (7, True))
            form.name, form.share_percentage = "Shop", 10
        terms = agreement.terms_id._get_terms()._asdict()
        agreement.with_company(self.bistro)._propose({**terms, "discount": 9})
        proposed = agreement.proposal_id
        action = self.simulations._get_action_for(agreement)
        record = self.simulations.with_context(**action["context"]).create({})
        self.assertEqual((record.discount, record.name), (proposed.discount, "Corner Shop"))
        self.assertEqual((record.agreement_id, record.company_id), (agreement, self.bistro))

    def test_who_sends_clients_is_told_who_simulates(self):
        agreement = self._agree(self.shop, self.bistro)
        with self.assertRaisesRegex(UserError, "Only Quay Bistro can simulate"):
            agreement.with_user(self.shop_clerk).action_simulate()
        action = agreement.with_user(self.bistro_clerk).action_simulate()
        self.assertEqual(action["context"]["default_agreement_id"], agreement.id)

    def test_names_establishments_and_agreements_that_are_none_are_refused_in_words(self):
        record = self._simulate(run=False)
        for name, values, words in (
            ("name", ("", " ", False, None, 5, "a\0b"), "a name"),
            ("company_id", (False, None, -1, 10**9, 2**40, "x", [], {}), "Choose the establ"),
            ("agreement_id", (-1, 10**9, 2**40, "x", [], {}), "no such agreement"),
        ):
            for value in values:
                with self.subTest(name, value=value):
                    with self.assertRaisesRegex(InvalidValue, words):
                        self._simulate(run=False, **{name: value})
                    with self.assertRaisesRegex(InvalidValue, words):
                        record.write({name: value})

    def test_more_decimals_than_are_kept_are_refused(self):
        for name in ("discount", "share_percentage", "exposure_limit", "credit_per_bill"):
            with self.subTest(name), self.assertRaisesRegex(InvalidValue, "too many decimals"):
                self._simulate(run=False, **{name: 0.004})

    def test_agreement_that_others_accept_is_refused(self):
        agreement = self._agree(self.bistro, self.shop)
        with self.assertRaisesRegex(ValidationError, "where the clients are served"):
            self._simulate(run=False, agreement_id=agreement.id)

    # === PIECES === #

    def test_job_goes_on_in_pieces_to_the_result_of_one_piece(self):
        whole = self._simulate(accumulation=5, payment_percentage=50)
        with self._slowly():
            record = self._simulate(accumulation=5, payment_percentage=50)
            self.assertEqual((record.state, record.done_count), ("running", 10))
            self._run_job()
        self.assertEqual(record.state, "done")
        self.assertEqual([done for done, _rest in self.commits].count(1), 11)
        names = [*record._get_columns(), "worst_date", "own_credit", "unspent"]
        self.assertEqual(record.read(names)[0] | {"id": 0}, whole.read(names)[0] | {"id": 0})

    def test_job_out_of_time_calls_itself_again_and_loses_nothing(self):
        with self._slowly():
            record = self._simulate()
            self.seconds = 0
            self._run_job()
            self.assertEqual((record.state, record.done_count), ("running", 20))
            self.seconds = float("inf")
            self._run_job()
        self.assertEqual((record.state, record.receipts), ("done", 12))

    def test_stopped_simulation_goes_on_where_it_was(self):
        with self._slowly():
            record = self._simulate()
            record.action_stop()
            self._run_job()
            self.assertEqual((record.state, record.done_count), ("stopped", 10))
            record.action_run()
            self.assertEqual((record.state, record.done_count), ("running", 20))
            self._run_job()
        self.assertEqual((record.state, record.receipts), ("done", 12))

    def test_second_job_finds_nothing_to_do(self):
        record = self._simulate()
        before = record.read()
        self.assertFalse(record._replay_piece(9))
        self._run_job()
        self.assertEqual(record.read(), before)
        with self.assertRaisesRegex(UserError, "runs already, or is done"):
            record.action_run()

    def test_who_lost_the_right_meanwhile_gets_a_failed_simulation(self):
        with self._slowly():
            record = self._simulate().sudo()
        self.bistro_clerk.group_ids -= self.env.ref("partner_consolidation.group_consolidation")
        # Everything is one transaction here: what is undone are the pieces of this test.
        with patch.object(self.env.cr, "rollback"), self.assertLogs(RUN, "WARNING"):
            self._run_job()
        self.assertEqual(record.state, "failed")
        self.assertTrue(record.message)

    # === INPUT === #

    def test_what_nobody_can_know_must_be_entered(self):
        for values, label in (
            ({"share_percentage": 0}, "Share of the sales"),
            ({"new_percentage": 5}, "Margin"),
            ({"copy_privileges": True}, "Discount of the partner's cards"),
            ({"shared_deposit": True}, "Credit brought per bill"),
            ({"shared_deposit": True, "credit_per_bill": 1, "credit_use": 0}, "Paid with credit"),
        ):
            record = self._simulate(run=False, **values)
            with self.subTest(label), self.assertRaisesRegex(UserError, label):
                record.action_run()
            self.assertEqual(record.state, "draft")

    def test_values_that_make_no_sense_are_refused_in_words(self):
        for name, values in (
            ("share_percentage", (-1, 100.01, float("nan"), float("inf"), "ten", True)),
            ("margin", (-0.01, 1e9)),
            ("credit_per_bill", (-1, float("nan"), float("inf"), 1e12, "5")),
            ("exposure_limit", (-1, float("nan"), 1e12)),
            ("months", (0, -1, 37, 1000, 2.5, "6", None, True)),
            ("settlement_days", (0, 367, float("nan"), "30", False)),
        ):
            for value in values:
                with self.subTest(name, value=value), self.assertRaises(InvalidValue):
                    self._simulate(run=False, **{name: value})
        record = self._simulate(run=False)
        with self.assertRaises(InvalidValue):
            record.months = 0

    def test_inputs_of_a_result_cannot_change_until_it_is_thrown_away(self):
        record = self._simulate()
        with self.assertRaisesRegex(UserError, "Change inputs"):
            record.discount = 20
        record.name = "Another name"
        record.action_change()
        self.assertEqual((record.state, record.cost, len(record.line_ids)), ("draft", 0, 0))
        record.discount = 20
        record.action_run()
        self.assertEqual(record.cost, 90)

    def test_copy_has_the_inputs_and_no_result(self):
        record = self._simulate().copy()
        self.assertEqual((record.state, record.discount, record.cost), ("draft", 10, 0))
        self.assertFalse(record.line_ids or record.progress_ids or record.date_from)

    def test_running_simulation_is_neither_changed_nor_deleted(self):
        with self._slowly():
            record = self._simulate()
        for act in (record.unlink, record.action_change, record.action_run):
            with self.subTest(act), self.assertRaises(UserError):
                act()
        record.action_stop()
        with self.assertRaises(UserError):
            record.action_stop()
        record.unlink()
        self.assertFalse(record.exists())

    # === TOLD === #

    def test_all_inputs_are_restated_in_words(self):
        record = self._simulate(
            shared_deposit=True,
            credit_per_bill=12.34,
            share_percentage=7.77,
            new_percentage=8.88,
            margin=9.99,
            bonus_percentage=11.11,
            credit_use=22.22,
            clearing_percentage=33.33,
            payment_percentage=44.44,
            settlement_days=17,
            exposure_limit=1.23,
            discount=5.55,
            accumulation=6.66,
        )
        text = str(record.assumptions)
        for said in (
            "12.34",
            "7.77",
            "8.88",
            "9.99",
            "11.11",
            "22.22",
            "33.33",
            "44.44",
            "17 days",
        ):
            self.assertIn(said, text)
        self.assertIn("5.55", text)
        self.assertIn("6.66", text)
        self.assertIn("Quay Bistro", text)

    def test_spreadsheet_holds_result_months_and_words(self):
        record = self._simulate(name="=1+1")
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(record.xlsx_file)))
        result, months, words = book.worksheets
        cells = {row[0].value: row[1].value for row in result.iter_rows(max_col=2) if row[0].value}
        self.assertEqual((cells["Cost"], cells["Share of the sales %"]), (45, 50))
        self.assertEqual(result["A1"].data_type, "s")
        self.assertEqual(months.max_row, 1 + 6 + 1)
        self.assertGreater(words.max_row, 4)

    def test_paper_shows_months_and_words(self):
        record = self._simulate(share_percentage=7.77)
        report = self.env["ir.actions.report"].with_user(self.bistro_clerk)
        html, _kind = report._render_qweb_html(
            "partner_consolidation.simulation_report_document", record.ids
        )
        for text in ("October 2026", "7.77", "Highest open claim", "What is taken for granted"):
            self.assertIn(text, html.decode())
