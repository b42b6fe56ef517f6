"""Two people settle, confirm, reverse or delete at the same moment."""

from odoo.tests import tagged
from odoo.tools import SQL

from .races import RaceCase


@tagged("post_install", "-at_install")
class TestSettlementRaces(RaceCase):
    def test_a_sale_found_by_two_at_once_is_recorded_once(self):
        def collect(env):
            env["consignment.sale"]._collect(SQL("article.barcode = 'RACE'"))

        self._together(collect, collect, collect)
        self.assertEqual(self._count("consignment.sale"), 1)

    def test_two_runs_at_once_settle_a_sale_once(self):
        self._together(self._settle, self._settle, self._settle)
        self.assertEqual(self._count("consignment.settlement"), 1)
        self.assertEqual(self._count("consignment.sale"), 1)

    def test_a_run_worked_off_by_two_at_once_counts_once(self):
        def make(env):
            values = {"shop_id": self.ids["shop"], "date_to": "2021-01-01"}
            return env["consignment.settlement.run"].create(values).id

        run = self._run(make)

        def work(env):
            env["consignment.settlement.run"].browse(run)._work()

        self._together(work, work)
        done = self._run(lambda env: env["consignment.settlement.run"].browse(run).done_count)
        self.assertEqual(done, 1)
        self.assertEqual(self._count("consignment.settlement"), 1)

    def test_of_two_who_confirm_at_once_one_is_refused(self):
        self._run(self._settle)
        self.assertEqual(self._together(self._confirm, self._confirm), 1)
        self.assertEqual(self._stages(), ["carried"])

    def test_of_two_who_reverse_at_once_one_is_refused(self):
        self._run(self._settle)
        self._run(self._confirm)
        self.assertEqual(self._together(self._reverse, self._reverse), 1)
        self.assertEqual(self._stages(), ["reversed"])

    def test_confirming_and_deleting_at_once_is_one_or_the_other(self):
        self._run(self._settle)

        def delete(env):
            self._browse(env).unlink()

        self.assertEqual(self._together(self._confirm, delete), 1)
        self.assertIn(self._stages(), ([], ["carried"]))
