import uuid
from contextlib import closing

import psycopg2

from odoo import api
from odoo.fields import Domain
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.portal_guard.exceptions import LinkInvalid

from .common_access import GOOD


@tagged("post_install", "-at_install")
class TestAccessRaces(BaseCase):
    """Two real transactions at once, as two browsers make them: one wins."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            number = self._get_free_number(env)
            shop = env["consignment.shop"].create({"number": number, "name": "Race"})
            consignor = env["consignment.consignor"].create(
                {
                    "shop_id": shop.id,
                    "last_name": "Race",
                    "email": f"{uuid.uuid4().hex}@race.example.com",
                }
            )
            self.shop_id, self.consignor_id = shop.id, consignor.id
            self.token = env["consignment.link"]._issue(consignor)
        self.addCleanup(self._delete)

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {})

    def _get_free_number(self, env):
        taken = set(env["consignment.shop"].search([]).mapped("number"))
        return next(number for number in map(str, range(90000, 99999)) if number not in taken)

    def _delete(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            consignor = env["consignment.consignor"].browse(self.consignor_id)
            partner = consignor.partner_id
            users = env["res.users"].with_context(active_test=False)
            user = users.search([("partner_id", "=", partner.id)])
            consignor.unlink()
            user.unlink()
            partner.unlink()
            env["consignment.shop"].browse(self.shop_id).unlink()

    def _use(self, cr):
        env = self._env(cr)
        shop = env["consignment.shop"].browse(self.shop_id)
        credential = env["consignment.link"]._redeem(shop, self.token, GOOD, GOOD)
        user = env["res.users"].search([("login", "=", credential["login"])])
        env["consignment.link"]._use(self.token, user)
        env.flush_all()

    def _withdraw(self, cr):
        env = self._env(cr)
        env["consignment.consignor"].browse(self.consignor_id).action_withdraw_access()
        env.flush_all()

    def _issue(self, cr):
        env = self._env(cr)
        consignor = env["consignment.consignor"].browse(self.consignor_id)
        env["consignment.link"]._issue(consignor)
        env.flush_all()

    def _race(self, winner, loser):
        """Let both begin, the winner commit; the loser fails to serialize and is repeated."""
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1 FROM consignment_consignor LIMIT 1")  # an older snapshot
            winner(first)
            first.commit()
            failure = self.assertRaises(psycopg2.errors.SerializationFailure)
            with failure, mute_logger("odoo.sql_db"):
                loser(second)
            second.rollback()
            loser(second)
            second.commit()

    def _read(self):
        """Return the state of the access, whether its login is alive, and how many links are open."""
        with self.registry.cursor() as cr:
            env = self._env(cr)
            consignor = env["consignment.consignor"].browse(self.consignor_id)
            links = env["consignment.link"]
            found = links.search(links._get_open_domain() & Domain("shop_id", "=", self.shop_id))
            return consignor.access_state, consignor.user_id.active, len(found)

    def test_of_two_browsers_with_one_link_exactly_one_gets_in(self):
        with self.assertRaises(LinkInvalid):
            self._race(self._use, self._use)
        self.assertEqual(self._read(), ("active", True, 0))

    def test_a_withdrawal_that_came_first_closes_the_link_under_the_others_hands(self):
        with self.assertRaises(LinkInvalid):
            self._race(self._withdraw, self._use)
        self.assertEqual(self._read(), ("withdrawn", False, 0))

    def test_a_withdrawal_that_comes_second_ends_the_access_just_begun(self):
        self._race(self._use, self._withdraw)
        self.assertEqual(self._read(), ("withdrawn", False, 0))

    def test_two_senders_at_once_leave_one_open_link(self):
        self._race(self._issue, self._issue)
        self.assertEqual(self._read()[2], 1)
