import re
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.loyalty_accounts.exceptions import InvalidValue

from .common_clearing import ClearingCommon


@tagged("post_install", "-at_install")
class TestClearing(ClearingCommon):
    """Closing a period, without books."""

    def test_closing_sums_pairs_and_nets_them(self):
        self._spend(self.shop, self.bistro, 30)
        self._spend(self.shop, self.bistro, 12, percentage=50)
        self._spend(self.bistro, self.deli, 36)
        clearing = self._clear()
        pairs = {
            (pair.debtor_id, pair.creditor_id): (pair.credit, pair.amount, pair.item_count)
            for pair in clearing.pair_ids
        }
        self.assertEqual(
            pairs,
            {(self.shop, self.bistro): (42, 36, 2), (self.bistro, self.deli): (36, 36, 1)},
        )
        self.assertEqual(self._payments(clearing), {(self.shop, self.deli): 36})
        self.assertEqual(clearing.state, "closed")

    def test_what_was_given_back_is_not_owed(self):
        items = self._spend(self.shop, self.bistro, 30)
        self._give_back(items, 10)
        clearing = self._clear()
        self.assertEqual(self._payments(clearing), {(self.shop, self.bistro): 20})

    def test_given_back_after_the_period_turns_the_next_one_around(self):
        items = self._spend(self.shop, self.bistro, 30)
        self._clear()
        self._give_back(items)
        self.assertEqual(self._payments(self._clear()), {(self.bistro, self.shop): 30})

    def test_a_period_with_nothing_left_to_pay_closes_too(self):
        self._give_back(self._spend(self.shop, self.bistro, 30))
        clearing = self._clear()
        self.assertEqual((clearing.state, self._payments(clearing)), ("closed", {}))

    def test_each_item_is_cleared_once(self):
        items = self._spend(self.shop, self.bistro, 30)
        clearing = self._clear()
        self.assertEqual(items.clearing_id, clearing)
        with self.assertRaisesRegex(UserError, "nothing to clear"):
            self._clear()

    def test_a_closed_period_is_closed_once(self):
        self._spend(self.shop, self.bistro, 30)
        clearing = self._clear()
        self._spend(self.shop, self.bistro, 5)
        with self.assertRaisesRegex(UserError, "never changes"):
            clearing.action_close()

    def test_only_chosen_establishments_are_cleared(self):
        self._spend(self.shop, self.bistro, 30)
        left = self._spend(self.bistro, self.deli, 36)
        clearing = self._clear(establishment_ids=(self.shop | self.bistro).ids)
        self.assertEqual(self._payments(clearing), {(self.shop, self.bistro): 30})
        self.assertFalse(left.clearing_id)

    def test_the_day_is_that_of_the_place_where_credit_was_used(self):
        self.bistro.partner_id.tz = "Pacific/Auckland"  # twelve hours ahead
        self.deli.partner_id.tz = "America/Los_Angeles"  # seven behind
        with freeze_time("2026-06-30 20:00:00"):
            ahead = self._spend(self.shop, self.bistro, 30)
            behind = self._spend(self.shop, self.deli, 20)
        with freeze_time("2026-07-02 12:00:00"):
            clearing = self._clear(date_to="2026-06-30")
        self.assertFalse(ahead.clearing_id, "it was July there already")
        self.assertEqual(behind.clearing_id, clearing)

    def test_a_day_to_come_cannot_be_closed(self):
        self._spend(self.shop, self.bistro, 30)
        tomorrow = fields.Date.today() + timedelta(days=2)
        with self.assertRaisesRegex(UserError, "has begun"):
            self._clear(date_to=tomorrow)

    def test_what_is_no_day_currency_or_mode_is_refused_in_words(self):
        draft = self._draft()
        days = ("9999-12-31", "0001-01-01", "2026-13-01", "abc", 5, False, None, "")
        for name, values, words in (
            ("date_to", days, "Choose the last day"),
            ("currency_id", (False, None, 99999999, "x"), "Choose the currency"),
            ("settlement_mode", ("x", False), "in the books"),
        ):
            for value in values:
                with self.subTest(name, value=value):
                    with self.assertRaisesRegex(InvalidValue, words):
                        self._draft(**{name: value})
                    with self.assertRaisesRegex(InvalidValue, words):
                        draft.write({name: value})

    def test_a_form_with_an_impossible_day_shows_nothing(self):
        self._spend(self.shop, self.bistro, 30)
        draft = self._draft().new({"date_to": "9999-12-31", "currency_id": self.currency.id})
        self.assertEqual(draft.item_count, 0)

    def test_another_currency_is_cleared_by_itself(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self._spend(self.shop, self.bistro, 30)
        with self.assertRaisesRegex(UserError, "nothing to clear"):
            self._clear(currency_id=yen.id)

    def test_closing_takes_the_same_queries_for_one_item_and_for_many(self):
        self._spend(self.shop, self.bistro, 5)
        one, many = self._draft(), self._draft()
        self.env.flush_all()
        before = self.cr.sql_log_count
        one.action_close()
        first = self.cr.sql_log_count - before
        for number in range(20):
            self._spend(self.shop, self.bistro, 5 + number % 3)
        self.env.flush_all()
        before = self.cr.sql_log_count
        many.action_close()
        self.assertLessEqual(self.cr.sql_log_count - before, first)

    # === DRAFTS AND CLOSED ONES === #

    def test_a_closed_period_cannot_be_changed_or_deleted(self):
        self._spend(self.shop, self.bistro, 30)
        clearing = self._clear()
        with self.assertRaisesRegex(UserError, "never changes"):
            clearing.date_to = "2020-01-01"
        with self.assertRaisesRegex(UserError, "never changes"):
            clearing.unlink()

    def test_what_closing_writes_cannot_be_typed(self):
        clearing = self._draft()
        for vals in ({"state": "closed"}, {"name": "CLR/1"}, {"closed_on": "2026-01-01"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                clearing.write(vals)
        with self.assertRaises(AccessError):
            self._draft(state="closed")

    def test_a_draft_can_be_changed_and_deleted(self):
        clearing = self._draft()
        clearing.date_to = "2020-01-01"
        clearing.unlink()
        self.assertFalse(clearing.exists())

    def test_totals_of_a_closed_period_never_change_in_the_database(self):
        self._spend(self.shop, self.bistro, 30)
        pair = self._clear().pair_ids
        for query in (
            "UPDATE consolidation_clearing_pair SET amount = 1 WHERE id = %s",
            "DELETE FROM consolidation_clearing_pair WHERE id = %s",
        ):
            with (
                self.subTest(query),
                self.assertRaisesRegex(psycopg2.errors.RaiseException, "append-only"),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.cr.execute(query, [pair.id])

    # === POSITIONS === #

    def test_open_items_are_owed_in_both_directions(self):
        self._spend(self.shop, self.bistro, 30)
        self._spend(self.bistro, self.shop, 12)
        self.assertEqual(self._positions(self.bistro), {self.shop: 18})
        self.assertEqual(self._positions(self.shop), {self.bistro: -18})

    def test_a_closed_period_is_owed_until_it_is_paid(self):
        self._spend(self.shop, self.bistro, 30)
        clearing = self._clear()
        self.assertEqual(self._positions(self.bistro), {self.shop: 30})
        clearing.payment_ids.action_mark_paid()
        self.assertEqual(self._positions(self.bistro), {})

    def test_closing_leaves_what_a_pair_owes_as_it_was(self):
        self._spend(self.shop, self.bistro, 100)
        self._spend(self.bistro, self.shop, 30)
        self.assertEqual(self._positions(self.bistro), {self.shop: 70})
        clearing = self._clear()
        self.assertEqual(self._positions(self.bistro), {self.shop: 70})
        self.assertEqual(self._positions(self.shop), {self.bistro: -70})
        clearing.payment_ids.action_mark_paid()
        self.assertEqual(self._positions(self.shop), {})

    def test_after_closing_its_payments_are_owed_and_nothing_else(self):
        self._spend(self.deli, self.shop, 100)
        self._spend(self.shop, self.bistro, 100)
        clearing = self._clear()
        self.assertEqual(self._positions(self.bistro), {self.deli: 100})
        self.assertEqual(self._positions(self.deli), {self.bistro: -100})
        self.assertEqual(self._positions(self.shop), {})
        clearing._reverse("wrong day")
        self.assertEqual(self._positions(self.bistro), {self.shop: 100})
        self.assertEqual(self._positions(self.shop), {self.deli: 100, self.bistro: -100})

    def test_a_circle_that_nets_to_nothing_is_not_owed_after_closing(self):
        for debtor, creditor in (
            (self.shop, self.bistro),
            (self.bistro, self.deli),
            (self.deli, self.shop),
        ):
            self._spend(debtor, creditor, 9)
        self._clear()
        for company in self.companies:
            self.assertEqual(self._positions(company), {})

    def test_a_closed_period_uses_up_no_more_of_the_limit_than_before(self):
        agreement = self.agreements[self.shop, self.bistro]
        self._spend(self.shop, self.bistro, 100)
        self._spend(self.bistro, self.shop, 30)
        self._change(agreement, exposure_limit=80)
        self._clear()
        agreement.invalidate_recordset()
        self.assertEqual(agreement.position, 70)
        self._spend(self.shop, self.bistro, 10)

    def test_closed_items_are_not_read_for_positions(self):
        self._spend(self.shop, self.bistro, 30)
        self._clear().payment_ids.action_mark_paid()
        self.env.flush_all()
        self.cr.execute("SET LOCAL enable_seqscan = off")  # a test's table is too small for it
        plan = self._explain_positions()
        scans = re.findall(r"Scan.* on consolidation_item\b", plan)
        opened = re.findall(r"Index Only Scan using consolidation_item_open_\w+_idx", plan)
        self.assertEqual((len(scans), len(opened)), (2, 2), plan)

    def _explain_positions(self):
        queries, execute = [], type(self.cr).execute

        def spy(cursor, query, *args, **kwargs):
            queries.append(query)
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.cr), "execute", spy):
            self.env["consolidation.item"]._get_positions(self.bistro, self.currency)
        code = next(query for query in queries if "unpaid" in str(getattr(query, "code", query)))
        self.cr.execute("EXPLAIN " + code.code, code.params)
        return "\n".join(line for (line,) in self.cr.fetchall())
