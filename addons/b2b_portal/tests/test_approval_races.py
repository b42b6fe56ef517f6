import uuid
from contextlib import closing

import psycopg2

from odoo import api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..exceptions import AlreadyDecided


@tagged("post_install", "-at_install")
class TestApprovalRaces(BaseCase):
    """Two colleagues decide about one order in two real transactions: one decides."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            customer = env["res.partner"].create(
                {"name": f"Race {uuid.uuid4()}", "is_company": True, "b2b_state": "active"}
            )
            members = [self._create_member(env, customer, role) for role in ("buyer", "approver")]
            order = env["sale.order"].create(
                {
                    "partner_id": customer.id,
                    "b2b_member_id": members[0].id,
                    "b2b_stage": "approval",
                }
            )
            self.customer_id, self.order_id = customer.id, order.id
            self.member_ids = [member.id for member in members]
        self.addCleanup(self._delete)

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {})

    def _create_member(self, env, customer, role):
        user = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": role,
                    "login": uuid.uuid4().hex,
                    "group_ids": [Command.set(env.ref("base.group_portal").ids)],
                }
            )
        )
        user.partner_id.parent_id = customer
        return env["b2b.member"].create(
            {
                "partner_id": user.partner_id.id,
                "user_id": user.id,
                "state": "active",
                "role": role,
            }
        )

    def _delete(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            orders = env["sale.order"].search([("partner_id", "=", self.customer_id)])
            orders.write({"b2b_stage": False, "b2b_cart_user_id": False})
            orders._action_cancel()
            orders.unlink()
            members = env["b2b.member"].browse(self.member_ids)
            users = members.user_id
            contacts = members.partner_id
            members.unlink()
            users.unlink()
            (contacts + env["res.partner"].browse(self.customer_id)).unlink()

    def _decide(self, cr):
        """Take the order as approving and declining do: checked, and locked."""
        member = self._env(cr)["b2b.member"].browse(self.member_ids[1])
        order = self._env(cr)["sale.order"]._find_b2b_for_decision(member, self.order_id)
        order._cancel_b2b("Declined")
        cr.flush()

    def _withdraw(self, cr):
        member = self._env(cr)["b2b.member"].browse(self.member_ids[0])
        self._env(cr)["sale.order"]._withdraw_b2b(member, self.order_id)
        cr.flush()

    def _race(self, winner, loser):
        """Let the winner commit first; return where the order stands in the end."""
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1 FROM sale_order LIMIT 1")  # its snapshot is the older one
            winner(first)
            first.commit()
            failure = self.assertRaises(psycopg2.errors.SerializationFailure)
            with failure, mute_logger("odoo.sql_db"):
                loser(second)
            second.rollback()
            with self.assertRaises(AlreadyDecided):
                loser(second)
            second.rollback()
            return self._env(second)["sale.order"].browse(self.order_id).b2b_stage

    def test_of_two_who_decide_at_once_the_second_is_told_that_it_is_decided(self):
        self.assertFalse(self._race(self._decide, self._decide))

    def test_an_order_taken_back_at_the_same_moment_cannot_be_decided_any_more(self):
        self.assertEqual(self._race(self._withdraw, self._decide), "cart")

    def test_an_order_decided_at_the_same_moment_cannot_be_taken_back_any_more(self):
        self.assertFalse(self._race(self._decide, self._withdraw))
