"""What tests of two people at the same moment share."""

import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import SQL, mute_logger


def _sold(_self):
    """Stand for an order that sells every article asked for, once, for 40."""
    return [
        SQL(
            "SELECT 'sale.order.line' AS source_model, -article.id AS source_id,"
            " article.product_id, '2020-01-01'::timestamp AS date, 1::numeric AS quantity,"
            " 40::numeric AS amount, 40::numeric AS amount_untaxed"
            " FROM article JOIN consignment_article whole USING (id)"
            " WHERE whole.barcode = 'RACE'"
        )
    ]


class RaceCase(BaseCase):
    """Works on committed rows, which it removes again.

    :cvar stubs_sales: the article is sold without an order; then nothing but it must be made
    """

    stubs_sales = True

    def setUp(self):
        super().setUp()
        # The thread that loads the registry holds its lock while it runs tests.
        self.patch(Registry, "_lock", DummyRLock())
        self.registry = Registry(get_db_name())
        if self.stubs_sales:
            self.patch(self.registry["consignment.sale"], "_get_targets", _sold)
        self.ids = self._run(self._make)
        self.addCleanup(self._run, self._remove)

    def _run(self, action):
        """Run an action as a request does: in its own transaction, again when it must be."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            return retrying(lambda: action(env), env)

    def _together(self, *actions):
        """Run actions at once, a thread each; return how many went through."""
        results, start = [], threading.Barrier(len(actions))

        def run(action):
            start.wait()
            try:
                self._run(action)
                results.append(True)
            except UserError:
                results.append(False)

        threads = [threading.Thread(target=run, args=[action]) for action in actions]
        # The loser of a race is run again; that it lost is logged as an error of the database.
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(len(results), len(actions))
        return sum(results)

    def _make(self, env):
        # Never reached: a settlement is carried over, and no bill is posted that would stay.
        shop = env["consignment.shop"].create(
            {"number": "98765", "name": "Races", "minimum_payout": 1000}
        )
        consignor = env["consignment.consignor"].create({"shop_id": shop.id, "last_name": "Racer"})
        intake = env["consignment.intake"].create({"consignor_id": consignor.id})
        product = env["product.product"].create({"name": "Race coat", "is_storable": True})
        article = env["consignment.article"].create(
            {"intake_id": intake.id, "name": "Race coat", "price": 40}
        )
        article.write(
            {
                "product_id": product.id,
                "barcode": "RACE",
                "return_date": "2099-01-01",
                "accepted_date": "2020-01-01",
                "share": 60,
                "state": "stock",
            }
        )
        return {"shop": shop.id, "consignor": consignor.id, "products": product.ids}

    def _remove(self, env):
        # SQL: what was recorded cannot be deleted otherwise.
        env.cr.execute("ALTER TABLE consignment_sale DISABLE TRIGGER consignment_append_only")
        shop = self.ids["shop"]
        env.cr.execute(
            "DELETE FROM consignment_settlement_line WHERE settlement_id IN"
            " (SELECT id FROM consignment_settlement WHERE shop_id = %s)",
            [shop],
        )
        for table in ("settlement", "settlement_run", "sale", "article", "intake", "consignor"):
            env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE shop_id = %s",
                    SQL.identifier(f"consignment_{table}"),
                    shop,
                )
            )
        env.cr.execute("ALTER TABLE consignment_sale ENABLE TRIGGER consignment_append_only")
        env["consignment.shop"].browse(shop).unlink()
        env["product.product"].with_context(active_test=False).browse(self.ids["products"]).unlink()

    def _settle(self, env):
        run = env["consignment.settlement.run"].create(
            {"shop_id": self.ids["shop"], "date_to": "2021-01-01"}
        )
        run._work()
        self.seen = self._get(env).ids

    def _get(self, env):
        return env["consignment.settlement"].search([("shop_id", "=", self.ids["shop"])])

    def _browse(self, env):
        """Return the settlement that people see on their screens, whatever became of it."""
        return env["consignment.settlement"].browse(self.seen)

    def _confirm(self, env):
        self._browse(env).action_confirm()

    def _reverse(self, env):
        self._browse(env).action_reverse()

    def _stages(self):
        return self._run(lambda env: self._get(env).mapped("stage"))

    def _count(self, model):
        def count(env):
            return env[model].search_count([("consignor_id", "=", self.ids["consignor"])])

        return self._run(count)
