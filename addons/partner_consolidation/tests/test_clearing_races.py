from contextlib import closing

import psycopg2

from odoo import api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

TABLES = ("consolidation_clearing_pair", "consolidation_item", "consolidation_clearing")


@tagged("post_install", "-at_install")
class TestClearingRaces(BaseCase):
    """Two real transactions at once; what they leave is cleaned up by hand.

    Items in both directions that make up for each other: no payment, no entry, so that little is
    left. They stand for movements that are not there: foreign keys are not checked for them.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.partner_id = self.other_id = None
        self.addCleanup(self._clean_up)
        with self.registry.cursor() as cr:
            env = self._env(cr)
            self.currency_id = env.company.currency_id.id
            partner = env["res.partner"].create({"name": "Race"})
            self.partner_id, self.other_id = partner.id, self._insert_company(cr, partner.id)
            self.company_id = env.company.id
            self.clearing_ids = (
                env["consolidation.clearing"]
                .create([{"date_to": fields.Date.today()} for _number in range(2)])
                .ids
            )
        self.next_id = 10**9
        with self.registry.cursor() as cr:
            self._add_items(cr)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL session_replication_role = replica")
            for table in TABLES:
                cr.execute(f"DELETE FROM {table}")
            cr.execute("DELETE FROM res_company WHERE id = %s", [self.other_id])
            cr.execute("DELETE FROM res_partner WHERE id = %s", [self.partner_id])

    def _insert_company(self, cr, partner_id):
        """Insert a company and nothing that belongs to one; return its id."""
        cr.execute(
            """SELECT column_name FROM information_schema.columns
                WHERE table_name = 'res_company' AND is_nullable = 'NO'
                  AND column_name NOT IN ('id', 'name', 'partner_id')"""
        )
        columns = ", ".join(column for (column,) in cr.fetchall())
        cr.execute(
            f"""INSERT INTO res_company (name, partner_id, {columns})
                SELECT 'Race', %s, {columns} FROM res_company ORDER BY id LIMIT 1 RETURNING id""",
            [partner_id],
        )
        return cr.fetchone()[0]

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {})

    def _add_items(self, cr):
        cr.execute("SET LOCAL session_replication_role = replica")
        for debtor, creditor in (
            (self.company_id, self.other_id),
            (self.other_id, self.company_id),
        ):
            self.next_id += 1
            cr.execute(
                """INSERT INTO consolidation_item (allocation_id, move_id, kind, date, debtor_id,
                       creditor_id, agreement_id, terms_id, currency_id, credit, percentage,
                       amount, disputed, reversed)
                   VALUES (%s, 1, 'spend', now() - interval '2 days', %s, %s, 1, 1, %s, 5, 100, 5,
                           FALSE, FALSE)""",
                [self.next_id, debtor, creditor, self.currency_id],
            )
        cr.execute("SET LOCAL session_replication_role = origin")

    def _close(self, cr, number):
        clearing = self._env(cr)["consolidation.clearing"].browse(self.clearing_ids[number])
        clearing.action_close()
        clearing.env.flush_all()
        return clearing

    @mute_logger("odoo.sql_db")
    def test_two_that_close_the_same_days_never_take_the_same_item(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")  # its snapshot is older than the first one's commit
            self._close(first, 0)
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._close(second, 1)
            second.rollback()
            with self.assertRaisesRegex(UserError, "nothing to clear"):
                self._close(second, 1)

    @mute_logger("odoo.sql_db")
    def test_one_that_is_closed_twice_at_once_is_closed_once(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")
            self._close(first, 0)
            first.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._close(second, 0)
            second.rollback()
            with self.assertRaisesRegex(UserError, "never changes"):
                self._close(second, 0)

    def test_what_is_written_meanwhile_stays_open(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            first.execute("SELECT 1")
            self._add_items(second)
            second.commit()
            clearing = self._close(first, 0)
            first.commit()
            self.assertEqual(sum(clearing.pair_ids.mapped("item_count")), 2)
        with self.registry.cursor() as cr:
            items = self._env(cr)["consolidation.item"]
            self.assertEqual(items.search_count([("clearing_id", "=", False)]), 2)

    @mute_logger("odoo.sql_db")
    def test_what_is_disputed_meanwhile_is_not_closed(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            first.execute("SELECT 1")
            second.execute("UPDATE consolidation_item SET disputed = TRUE")
            second.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                self._close(first, 0)
            first.rollback()
            with self.assertRaisesRegex(UserError, "nothing to clear"):
                self._close(first, 0)
