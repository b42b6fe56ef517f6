"""Two requests at the same moment, each in a transaction of its own."""

import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..exceptions import CartChanged


@tagged("post_install", "-at_install")
class TestRaces(BaseCase):
    """Works on committed rows, which it removes again."""

    def setUp(self):
        super().setUp()
        # The thread that loads the registry holds its lock while it runs tests.
        self.patch(Registry, "_lock", DummyRLock())
        self.registry = Registry(get_db_name())
        self.ids = self._run(self._make)
        self.addCleanup(self._run, self._remove)

    def _run(self, action):
        """Run an action as a request does: in its own transaction, again when it must be."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            return retrying(lambda: action(env), env)

    def _together(self, action, times=2):
        """Run an action in several threads at once; return what each returned or raised."""
        results, start = [], threading.Barrier(times)

        def run():
            start.wait()
            try:
                results.append(self._run(action))
            except UserError as error:
                results.append(error)

        threads = [threading.Thread(target=run) for _number in range(times)]
        # The loser of a race is run again; that it lost is logged as an error of the database.
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return results

    def _make(self, env):
        company = env.ref("base.main_company")
        was_open = company.b2b_enabled
        company.b2b_enabled = True
        product = env["product.product"].create({"name": "Race pan", "list_price": 10})
        customer = env["res.partner"].create({"name": "Racers", "b2b_state": "active"})
        user = env["res.users"].create(
            {
                "name": "Racer",
                "login": "b2b_racer",
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
        )
        user.partner_id.parent_id = customer
        member = env["b2b.member"].create(
            {"partner_id": user.partner_id.id, "user_id": user.id, "state": "active"}
        )
        return {
            "product": product.id,
            "customer": customer.id,
            "user": user.id,
            "member": member.id,
            "was_open": was_open,
        }

    def _remove(self, env):
        env.ref("base.main_company").b2b_enabled = self.ids["was_open"]
        orders = env["sale.order"].search([("partner_id", "=", self.ids["customer"])])
        orders._action_cancel()
        orders.picking_ids.unlink()
        orders.unlink()
        env["b2b.member"].browse(self.ids["member"]).unlink()
        env["res.users"].browse(self.ids["user"]).unlink()
        env["res.partner"].browse(self.ids["customer"]).active = False
        env["product.product"].browse(self.ids["product"]).active = False

    def _member(self, env):
        return env["b2b.member"].browse(self.ids["member"])

    def _orders(self, env):
        return env["sale.order"].with_user(self.ids["user"]).sudo()

    def test_two_first_articles_at_once_land_in_one_cart(self):
        def add(env):
            cart = self._orders(env)._ensure_b2b_cart(self._member(env))
            cart._set_b2b_quantity(self._member(env), self.ids["product"], "1", add=True)
            return cart.id

        carts = self._together(add, times=3)
        self.assertEqual(len(set(carts)), 1, carts)

        def quantity(env):
            return env["sale.order"].browse(carts[0]).order_line.mapped("product_uom_qty")

        self.assertEqual(self._run(quantity), [3])

    def test_pressing_create_order_in_two_browsers_at_once_makes_one_order(self):
        def fill(env):
            cart = self._orders(env)._ensure_b2b_cart(self._member(env))
            cart._set_b2b_quantity(self._member(env), self.ids["product"], "2")
            return cart.id, cart._get_b2b_shown_total()

        cart_id, total = self._run(fill)

        def press(env):
            return self._orders(env)._submit_b2b(self._member(env), cart_id, total).id

        self.assertEqual(self._together(press), [cart_id, cart_id])

        def look(env):
            order = env["sale.order"].browse(cart_id)
            return order.state, len(order.message_ids.filtered("subject")), len(order.picking_ids)

        self.assertEqual(self._run(look), ("sale", 1, 1))

    def test_a_quick_order_that_is_added_twice_at_once_comes_into_the_cart_once(self):
        def read(env):
            env["product.product"].browse(self.ids["product"]).default_code = "RACE-1"
            member = env["b2b.member"].browse(self.ids["member"])
            member._read_quick_list(text="RACE-1 3")
            return member.quick_list, str(member.quick_version)

        rows, version = self._run(read)

        def add(env):
            member = env["b2b.member"].browse(self.ids["member"])
            return member.with_user(member.user_id).sudo()._add_quick_list(rows, version)

        results = self._together(add)
        self.assertEqual(sum(isinstance(result, CartChanged) for result in results), 1)
        self.assertIn((1, []), results)
        self.assertEqual(self._run(self._get_cart_quantities), [3])

    def _get_cart_quantities(self, env):
        cart = env["sale.order"].search([("b2b_cart_user_id", "=", self.ids["user"])])
        return cart.order_line.mapped("product_uom_qty")
