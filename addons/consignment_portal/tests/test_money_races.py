"""Two people decide on the same money at the same moment: orders, bills and payments are real."""

import threading
import time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .races import RaceCase
from .settling import SettlingCase

IBAN = "DE89370400440532013000"


@tagged("post_install", "-at_install")
class TestMoneyRaces(RaceCase):
    """A sold article, on which everybody works at once; all is committed, and removed again."""

    stubs_sales = False
    seen = ()
    ids = None

    def _get_factory(self, env):
        """Return the makers of orders and articles, for one environment."""

        class Factory(SettlingCase):
            pass

        Factory.env = env
        Factory.company = env.company
        Factory.category = env.ref("consignment_portal.product_category_clothes")
        if self.ids:
            Factory.customer = env["res.partner"].browse(self.ids["customer"])
            Factory.consignor = env["consignment.consignor"].browse(self.ids["consignor"])
        return Factory

    def _make(self, env):
        factory = self._get_factory(env)
        factory.customer = env["res.partner"].create({"name": "Race customer"})
        factory.shop = factory._create_shop("98765", "Races", share=60)
        factory.consignor = factory._create_consignor("Racer", iban=IBAN)
        articles = factory._create_stock(prices=(40, 50))
        order = factory._sell(articles[0])
        return {
            "shop": factory.shop.id,
            "consignor": factory.consignor.id,
            "customer": factory.customer.id,
            "products": articles.product_id.ids,
            "articles": articles.ids,
            "order": order.id,
        }

    def _remove(self, env):
        partners = [
            self.ids["customer"],
            env["consignment.consignor"].browse(self.ids["consignor"]).partner_id.id,
        ]
        self._remove_goods(env)
        result = super()._remove(env)
        payments = env["account.payment"].search([("partner_id", "in", partners)])
        payments.action_draft()
        moves = env["account.move"].search([("partner_id", "in", partners)])
        moves.filtered(lambda move: move.state == "posted").button_draft()
        payments.unlink()
        moves.exists().with_context(force_delete=True).unlink()
        return result

    def _remove_goods(self, env):
        # SQL: what was delivered cannot be deleted otherwise.
        products = self.ids["products"]
        env.cr.execute(
            "SELECT DISTINCT picking_id FROM stock_move WHERE product_id = ANY(%s)", [products]
        )
        pickings = [row[0] for row in env.cr.fetchall()]
        for table in ("stock_move_line", "stock_move", "stock_quant"):
            env.cr.execute(
                SQL("DELETE FROM %s WHERE product_id = ANY(%s)", SQL.identifier(table), products)
            )
        env.cr.execute("DELETE FROM stock_picking WHERE id = ANY(%s)", [pickings])
        env.cr.execute("DELETE FROM sale_order WHERE partner_id = %s", [self.ids["customer"]])

    def _during(self, first, second):
        """Let `second` begin while what `first` did is not committed; say who went through."""
        done, results = threading.Event(), {}

        def run_first(env):
            first(env)
            env.flush_all()
            done.set()
            # As long as it takes the other one to come to its end, or to a lock.
            time.sleep(0.7)

        def run(name, action):
            try:
                self._run(action)
                results[name] = True
            except UserError:
                results[name] = False

        thread = threading.Thread(target=run, args=["first", run_first])
        # The loser of a race is run again; that it lost is logged as an error of the database.
        with mute_logger("odoo.sql_db"):
            thread.start()
            self.assertTrue(done.wait(30))
            run("second", second)
            thread.join()
        return results["first"], results["second"]

    def _pay_out(self, env):
        settlement = self._browse(env)
        journal = env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", settlement.company_id.id)], limit=1
        )
        env["consignment.payout"]._pay(settlement, "bank", journal, "2026-01-01")

    def _register_payment(self, env):
        bill = self._browse(env).bill_id
        env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({})._create_payments()

    def _bring_back_goods(self, env):
        picking = env["sale.order"].browse(self.ids["order"]).picking_ids[:1]
        self._get_factory(env)._bring_back(picking)

    def _delete(self, env):
        self._browse(env).unlink()

    def _cancel_payments(self, env):
        partner = env["consignment.consignor"].browse(self.ids["consignor"]).partner_id
        payments = env["account.payment"].search(
            [("partner_id", "=", partner.id), ("state", "!=", "canceled")]
        )
        payments.action_draft()
        payments.action_cancel()

    def _get_money(self, move_type="in_invoice"):
        """Return how many bills and payments there are, and sales in more than one live line."""

        def count(env):
            partner = env["consignment.consignor"].browse(self.ids["consignor"]).partner_id
            own = [("partner_id", "=", partner.id)]
            documents = (
                env["account.move"].search_count([*own, ("move_type", "=", move_type)]),
                env["account.payment"].search_count(own),
            )
            env.cr.execute(
                "SELECT count(*) FROM (SELECT sale_id FROM consignment_settlement_line WHERE live"
                " AND kind = 'sale' GROUP BY sale_id HAVING count(*) > 1) twice"
            )
            return *documents, env.cr.fetchone()[0]

        return self._run(count)

    def _settle(self, env):
        run = env["consignment.settlement.run"].create(
            {"shop_id": self.ids["shop"], "date_to": "2099-01-01"}
        )
        run._work()
        self.seen = run.settlement_ids.ids or self.seen

    def _set_minimum(self, amount):
        self._run(
            lambda env: (
                env["consignment.shop"].browse(self.ids["shop"]).write({"minimum_payout": amount})
            )
        )

    def _get_due(self):
        """Settle finally; return what all live lines come to, balances counted once."""

        def add_up(env):
            self._get(env).filtered(lambda settlement: settlement.stage == "draft").unlink()
            self._settle(env)
            lines = self._get(env).line_ids.filtered(lambda line: line.live)
            return sum(lines.filtered(lambda line: line.kind != "carried").mapped("amount"))

        return self._run(add_up)

    def test_of_two_who_confirm_one_writes_the_bill(self):
        self._run(self._settle)
        self.assertEqual(self._during(self._confirm, self._confirm), (True, False))
        self.assertEqual(self._get_money(), (1, 0, 0))

    def test_confirming_before_deleting_leaves_the_bill(self):
        self._run(self._settle)
        self.assertEqual(self._during(self._confirm, self._delete), (True, False))
        self.assertEqual(self._get_money(), (1, 0, 0))

    def test_deleting_before_confirming_leaves_nothing(self):
        self._run(self._settle)
        self.assertEqual(self._during(self._delete, self._confirm), (True, False))
        self.assertEqual(self._get_money(), (0, 0, 0))

    def test_of_two_who_reverse_one_credits_the_bill(self):
        self._run(self._settle)
        self._run(self._confirm)
        self.assertEqual(self._during(self._reverse, self._reverse), (True, False))
        self.assertEqual(self._get_money("in_refund"), (1, 0, 0))

    def test_a_settlement_is_paid_once_whoever_pays_it_and_where(self):
        for first, second in (
            (self._pay_out, self._pay_out),
            (self._pay_out, self._register_payment),
            (self._register_payment, self._pay_out),
        ):
            with self.subTest(first=first.__name__, second=second.__name__):
                self._run(self._settle)
                self._run(self._confirm)
                bills, payments, _twice = self._get_money()
                self.assertEqual(self._during(first, second), (True, False))
                self.assertEqual(self._get_money(), (bills, payments + 1, 0))
                self._run(self._cancel_payments)
                self._run(self._reverse)

    def test_paying_and_reversing_exclude_each_other(self):
        self._run(self._settle)
        self._run(self._confirm)
        self.assertEqual(self._during(self._reverse, self._pay_out), (True, False))
        self.assertEqual(self._get_money(), (1, 0, 0))
        self._run(self._settle)
        self._run(self._confirm)
        self.assertEqual(self._during(self._pay_out, self._reverse), (True, False))
        self.assertEqual(self._get_money(), (2, 1, 0))

    def test_a_refund_while_its_sale_is_confirmed_is_owed_back(self):
        self._run(self._settle)
        self.assertEqual(self._during(self._confirm, self._bring_back_goods), (True, True))
        self.assertEqual(self._get_money(), (1, 0, 0))
        self.assertEqual(self._get_due(), 0)

    def test_two_runs_at_once_settle_an_order_once(self):
        self.assertEqual(self._during(self._settle, self._settle), (True, True))
        self.assertEqual(self._count("consignment.settlement"), 1)
        self._run(self._confirm)
        self.assertEqual(self._get_money(), (1, 0, 0))

    def test_a_balance_that_a_run_takes_up_is_not_reversed_meanwhile(self):
        self._set_minimum(1000)
        self._run(self._settle)
        self._run(self._confirm)
        carried = self.seen
        self._set_minimum(0)

        def reverse(env):
            env["consignment.settlement"].browse(carried).action_reverse()

        self.assertEqual(self._during(self._settle, reverse), (True, False))
        self.assertEqual(self._get_due(), 24)

    def test_a_balance_that_is_reversed_is_not_taken_up_meanwhile(self):
        self._set_minimum(1000)
        self._run(self._settle)
        self._run(self._confirm)
        self._set_minimum(0)
        self.assertEqual(self._during(self._reverse, self._settle), (True, True))
        self.assertEqual(self._get_due(), 24)
        self._run(self._confirm)
        totals = self._run(lambda env: self._get(env).bill_id.mapped("amount_total"))
        self.assertEqual(totals, [24])

    def test_a_compensation_that_a_run_takes_up_is_not_undone_meanwhile(self):
        def browse(env):
            return env["consignment.article"].browse(self.ids["articles"][1])

        def undo(env):
            browse(env).action_undo_end()

        self._run(lambda env: browse(env)._end("lost", {browse(env).id: 10}))
        self.assertEqual(self._during(self._settle, undo), (True, False))
        self.assertEqual(self._get_due(), 34)

    def test_two_first_bills_at_once_share_one_new_journal(self):
        def rename(code, name):
            def write(env):
                journals = env["account.journal"].search([("code", "=", code)])
                journals.write({"code": name, "is_self_billing": name == "CONS"})

            return write

        def get_journal(env):
            shop = env["consignment.shop"].browse(self.ids["shop"])
            self.journals.add(shop._get_bill_journal().id)

        self.journals = set()
        self._run(rename("CONS", "CONX"))
        self.addCleanup(self._run, rename("CONX", "CONS"))
        self.addCleanup(
            self._run, lambda env: env["account.journal"].search([("code", "=", "CONS")]).unlink()
        )
        self.assertEqual(self._during(get_journal, get_journal), (True, True))
        found = self._run(lambda env: env["account.journal"].search([("code", "=", "CONS")]).ids)
        self.assertEqual(len(found), 1)
        self.assertIn(found[0], self.journals)
