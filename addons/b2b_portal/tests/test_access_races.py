import uuid
from contextlib import closing

import psycopg2

from odoo import api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.portal_guard.exceptions import LinkInvalid


@tagged("post_install", "-at_install")
class TestAccessRaces(BaseCase):
    """Two real transactions at once, as two browsers make them: one wins."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            env.company.b2b_enabled = True
            customer = env["res.partner"].create(
                {
                    "name": f"Race {uuid.uuid4()}",
                    "email": f"{uuid.uuid4().hex}@race.example.com",
                    "is_company": True,
                    "b2b_state": "active",
                }
            )
            member = env["b2b.member"].create({"partner_id": customer.id})
            self.customer_id, self.member_id = customer.id, member.id
            self.token = env["b2b.invitation"]._issue(member, "invitation")
        self.addCleanup(self._delete)

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {})

    def _delete(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            member = env["b2b.member"].browse(self.member_id)
            user = member.user_id
            member.unlink()
            user.unlink()
            env["res.partner"].browse(self.customer_id).unlink()
            env.company.b2b_enabled = False

    def _use(self, cr):
        env = self._env(cr)
        credential = env["b2b.invitation"]._redeem(self.token, "correct horse", "correct horse")
        user = env["res.users"].search([("login", "=", credential["login"])])
        env["b2b.invitation"]._use(self.token, user)
        env.flush_all()

    def _revoke(self, cr):
        env = self._env(cr)
        env["b2b.member"].browse(self.member_id)._revoke()
        env.flush_all()

    def _issue(self, cr):
        env = self._env(cr)
        env["b2b.invitation"]._issue(env["b2b.member"].browse(self.member_id), "invitation")
        env.flush_all()

    def _race(self, winner, loser):
        """Let both begin, the winner commit; the loser fails to serialize and is to be repeated."""
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1 FROM b2b_member LIMIT 1")  # its snapshot is the older one
            winner(first)
            first.commit()
            failure = self.assertRaises(psycopg2.errors.SerializationFailure)
            with failure, mute_logger("odoo.sql_db"):
                loser(second)
            second.rollback()
            loser(second)
            second.commit()

    def _read_member(self):
        with self.registry.cursor() as cr:
            member = self._env(cr)["b2b.member"].browse(self.member_id)
            links = member.invitation_ids.filtered(
                lambda link: not link.used_at and not link.superseded_at
            )
            return member.state, member.user_id.active, len(links)

    def test_of_two_browsers_with_one_link_exactly_one_gets_in(self):
        with self.assertRaises(LinkInvalid):
            self._race(self._use, self._use)
        self.assertEqual(self._read_member(), ("active", True, 0))

    def test_a_revocation_that_came_first_closes_the_link_under_the_others_hands(self):
        with self.assertRaises(LinkInvalid):
            self._race(self._revoke, self._use)
        self.assertEqual(self._read_member(), ("revoked", False, 0))

    def test_a_revocation_that_comes_second_ends_the_session_just_begun(self):
        self._race(self._use, self._revoke)
        self.assertEqual(self._read_member(), ("revoked", False, 0))

    def test_two_senders_at_once_leave_one_open_link(self):
        self._race(self._issue, self._issue)
        self.assertEqual(self._read_member()[2], 1)

    def test_a_visit_is_written_by_a_transaction_of_its_own(self):
        with self.registry.cursor() as cr:
            member = self._env(cr)["b2b.member"].browse(self.member_id)
            member._note_visit()
            member._note_visit()
        with self.registry.cursor() as cr:
            visit = self._env(cr)["b2b.member"].browse(self.member_id).last_visit
            self.assertLess((fields.Datetime.now() - visit).total_seconds(), 60)
