import uuid
from contextlib import closing

import psycopg2

from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import B2bError


@tagged("post_install", "-at_install")
class TestOrdersRaces(BaseCase):
    """Two real transactions at once: the second runs again and is told."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            customer = env["res.partner"].create({"name": "Race", "is_company": True})
            login = f"race{uuid.uuid4().hex}"
            user = new_test_user(env, login, groups="base.group_portal")
            user.partner_id.parent_id = customer
            values = {"partner_id": user.partner_id.id, "user_id": user.id, "state": "active"}
            member = env["b2b.member"].create(values | {"role": "administrator"})
            product = env["product.product"].create({"name": "Race"})
            line = Command.create({"product_id": product.id, "product_uom_qty": 3})
            order = env["sale.order"].create({"partner_id": customer.id, "order_line": [line]})
            env.flush_all()
            # What has left and been confirmed, without the warehouse: that is not what races.
            cr.execute(
                "UPDATE sale_order_line SET qty_delivered = 3 WHERE order_id = %s", [order.id]
            )
            cr.execute(
                "UPDATE sale_order SET state = 'sale', b2b_status = 'ready' WHERE id = %s",
                [order.id],
            )
        self.made = (order, member, user, product, customer)
        self.addCleanup(self._delete)

    def _delete(self):
        order, member, user, product, customer = self.made
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            cr.execute("UPDATE sale_order SET state = 'cancel' WHERE id = %s", [order.id])
            order = order.with_env(env)
            order.b2b_return_ids.unlink()
            order.unlink()
            member.with_env(env).unlink()
            user.with_env(env).unlink()
            (product.with_env(env).product_tmpl_id).unlink()
            (customer.with_env(env).child_ids + customer.with_env(env)).unlink()

    def _records(self, cr):
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        order, member = self.made[0].with_env(env), self.made[1].with_env(env)
        return order, member

    def _ask_return(self, cr):
        order, member = self._records(cr)
        order._request_b2b_return(member, {order.order_line.id: "2"}, "Broken")
        cr.flush()

    def _ask_cancellation(self, cr):
        order, member = self._records(cr)
        order._request_b2b_cancellation(member, "Too many")
        cr.flush()

    def _race(self, act):
        """Let two transactions begin at once and act one after the other; the second twice."""
        with closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")  # takes its snapshot before the first has acted
            with self.registry.cursor() as first:
                act(first)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                act(second)
            second.rollback()
            with self.assertRaises(B2bError):
                act(second)
            second.rollback()

    def test_two_returns_at_once_do_not_take_more_than_was_shipped(self):
        self._race(self._ask_return)
        with self.registry.cursor() as cr:
            order, _member = self._records(cr)
            self.assertEqual(order.b2b_return_ids.line_ids.mapped("quantity"), [2])

    def test_a_cancellation_asked_twice_at_once_is_asked_once(self):
        self._race(self._ask_cancellation)
        with self.registry.cursor() as cr:
            order, _member = self._records(cr)
            self.assertEqual(len(order.activity_ids), 1)
