import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.loyalty_accounts.exceptions import InvalidValue

from ..const import ENGINE_TOKEN
from .common import ConsolidationCommon

NAN, INFINITE = float("nan"), float("inf")
NO_PERCENTAGES = (-0.01, 100.01, NAN, INFINITE, -INFINITE, "50", "x", None, True, 10**30, [5])
NO_LIMITS = (-1, NAN, INFINITE, "500", None, True, 10**30)


@tagged("post_install", "-at_install")
class TestTerms(ConsolidationCommon):
    """What can be agreed, and that it stays as it was agreed."""

    def setUp(self):
        super().setUp()
        self.agreement = self._invite(self.shop, self.bistro)

    def _accept(self, **terms):
        self.agreement.with_user(self.bistro_clerk)._accept(terms)
        return self.agreement.terms_id

    # === WHAT CAN BE AGREED === #

    def test_what_is_no_percentage_is_refused_and_nothing_is_written(self):
        for name in ("discount", "accumulation", "payment_percentage", "clearing_percentage"):
            for value in NO_PERCENTAGES:
                with self.subTest(name=name, value=value):
                    with self.assertRaisesRegex(InvalidValue, "must be a number from 0 to 100"):
                        self._accept(**{name: value})
        self.assertEqual(self.agreement.state, "new")
        self.assertFalse(self.agreement.terms_ids)

    def test_what_is_no_limit_is_refused(self):
        for value in NO_LIMITS:
            with self.subTest(value=value), self.assertRaises(InvalidValue):
                self._accept(shared_deposit=True, exposure_limit=value)

    def test_more_decimals_than_are_kept_are_refused(self):
        for name in ("discount", "accumulation", "payment_percentage", "clearing_percentage"):
            for value in (0.004, 99.996):
                with self.subTest(name, value=value):
                    with self.assertRaisesRegex(InvalidValue, "steps of 0.01.*too many decimals"):
                        self._accept(shared_deposit=True, **{name: value})
        with self.assertRaisesRegex(InvalidValue, "steps of 0.01: 0.004 has too many"):
            self._accept(shared_deposit=True, exposure_limit=0.004)
        self.assertEqual(self.agreement.state, "new")

    def test_a_limit_has_no_more_decimals_than_the_currency(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        (self.shop | self.bistro).currency_id = yen
        with self.assertRaisesRegex(InvalidValue, "steps of 1: 0.4 has too many decimals"):
            self._accept(shared_deposit=True, exposure_limit=0.4)
        dialogue = self.env["consolidation.agreement.terms"].with_user(self.bistro_clerk)
        with self.assertRaisesRegex(InvalidValue, "too many decimals"):
            dialogue.create({"agreement_id": self.agreement.id, "exposure_limit": 0.4})
        opened = dialogue.create({"agreement_id": self.agreement.id})
        with self.assertRaisesRegex(InvalidValue, "too many decimals"):
            opened.write({"exposure_limit": 1.5})
        self.assertEqual(self._accept(shared_deposit=True, exposure_limit=40).exposure_limit, 40)

    def test_yes_or_no_is_not_guessed_and_unknown_terms_are_refused(self):
        with self.assertRaisesRegex(InvalidValue, "yes or no"):
            self._accept(shared_deposit="yes")
        with self.assertRaisesRegex(InvalidValue, "no terms named bonus, state"):
            self._accept(bonus=1, state="current")

    def test_limits_of_the_ranges_can_be_agreed(self):
        terms = self._accept(
            discount=100, accumulation=0.01, shared_deposit=True, payment_percentage=0
        )
        self.assertEqual((terms.discount, terms.payment_percentage), (100, 0))

    def test_what_has_no_meaning_is_not_agreed(self):
        terms = self._accept(
            copy_privileges=True, discount=7, clearing_percentage=50, exposure_limit=9
        )
        self.assertEqual((terms.discount, terms.clearing_percentage), (0, 100))
        self.assertEqual(terms.exposure_limit, 0)

    def test_two_currencies_agree_on_a_discount_only(self):
        other = self.env["res.currency"].create({"name": "XCC", "symbol": "x"})
        self.bistro.currency_id = other
        for more in ({"copy_privileges": True}, {"shared_deposit": True}, {"accumulation": 1}):
            with self.subTest(**more), self.assertRaisesRegex(InvalidValue, "only a discount"):
                self._accept(discount=5, **more)
        terms = self._accept(discount=5)
        self.assertEqual(terms.currency_id, self.shop.currency_id)

    # === THE DIALOGUE === #

    def _dialogue(self, user, **vals):
        model = self.env["consolidation.agreement.terms"].with_user(user)
        return model.with_context(default_agreement_id=self.agreement.id).create(vals)

    def test_dialogue_proposes_copied_privileges_and_a_shared_deposit(self):
        dialogue = self._dialogue(self.bistro_clerk)
        self.assertTrue(dialogue.copy_privileges and dialogue.shared_deposit)
        self.assertEqual((dialogue.payment_percentage, dialogue.exposure_limit), (100, 0))
        dialogue.action_confirm()
        self.assertEqual(self.agreement.state, "active")

    def test_dialogue_between_two_currencies_proposes_neither(self):
        self.bistro.currency_id = self.env["res.currency"].create({"name": "XCC", "symbol": "x"})
        dialogue = self._dialogue(self.bistro_clerk, discount=5)
        self.assertTrue(dialogue.currencies_differ)
        dialogue.action_confirm()
        self.assertEqual(self.agreement.terms_id.discount, 5)

    def test_dialogue_explains_the_terms_for_a_bill_of_100(self):
        dialogue = self._dialogue(
            self.bistro_clerk,
            copy_privileges=False,
            discount=5,
            accumulation=2,
            payment_percentage=50,
            clearing_percentage=80,
        )
        words = dialogue.preview.replace("\N{NO-BREAK SPACE}", " ")
        for part in ("5 % discount and pays $ 95.00", "earns $ 1.90", "$ 47.50", "owes Quay"):
            with self.subTest(part=part):
                self.assertIn(part, words)
        self.assertIn("Corner Shop owes Quay Bistro $ 16.00", words)

    def test_dialogue_refuses_bad_values_over_rpc(self):
        for name, value in (("discount", 101), ("payment_percentage", NAN), ("discount", "x")):
            with self.subTest(name=name, value=value), self.assertRaises(InvalidValue):
                self._dialogue(self.bistro_clerk, **{name: value})
        dialogue = self._dialogue(self.bistro_clerk)
        with self.assertRaises(InvalidValue):
            dialogue.write({"exposure_limit": -1})

    def test_acceptance_that_was_overtaken_is_not_sent_as_a_proposal(self):
        dialogue = self._dialogue(self.bistro_clerk, discount=9)
        self._accept(discount=5)
        with self.assertRaisesRegex(Exception, "meanwhile"):
            dialogue.action_confirm()
        self.assertFalse(self.agreement.proposal_id)

    def test_dialogue_for_a_change_begins_with_the_terms_in_force(self):
        self._accept(discount=5, shared_deposit=True)
        action = self.agreement.with_user(self.shop_clerk).action_propose()
        model = self.env["consolidation.agreement.terms"].with_user(self.shop_clerk)
        dialogue = model.with_context(**action["context"]).create({})
        self.assertEqual((dialogue.discount, dialogue.shared_deposit), (5, True))
        dialogue.discount = 8
        self.assertIn("<del>5", dialogue.difference)
        dialogue.action_confirm()
        self.assertEqual(self.agreement.proposal_id.discount, 8)
        self.assertEqual(self.agreement.terms_id.discount, 5)

    # === WHAT WAS AGREED STAYS === #

    def test_neither_side_nor_the_superuser_writes_terms(self):
        terms = self._accept(discount=5)
        for user in (self.shop_clerk, self.bistro_clerk, self.env.ref("base.user_root")):
            for record in (terms, self.agreement):
                mine = record.with_user(user)
                with self.subTest(user=user.login, record=record._name):
                    for write in (
                        lambda mine=mine: mine.write({"state": "active"}),
                        lambda mine=mine: mine.with_context(consolidation_engine=True).write({}),
                        mine.unlink,
                        mine.copy,
                    ):
                        with self.assertRaises(AccessError):
                            write()

    @mute_logger("odoo.sql_db")
    def test_database_itself_keeps_terms_and_sides(self):
        self._accept(discount=5)
        self.env.flush_all()
        for query in (
            "UPDATE consolidation_terms SET discount = 50",
            "UPDATE consolidation_terms SET agreement_id = agreement_id + 1",
            "UPDATE consolidation_agreement SET sender_id = accepter_id",
            "UPDATE consolidation_agreement SET message = 'other'",
            "DELETE FROM consolidation_terms",
            "DELETE FROM consolidation_agreement",
        ):
            with self.subTest(query=query), self.cr.savepoint() as savepoint:
                with self.assertRaisesRegex(psycopg2.errors.RaiseException, "as they were agreed"):
                    self.cr.execute(query)
                savepoint.rollback()

    @mute_logger("odoo.sql_db")
    def test_database_opens_nothing_that_is_closed(self):
        self._accept(discount=5)
        self.agreement.with_company(self.bistro)._end()
        self.env.flush_all()
        for table in ("consolidation_terms", "consolidation_agreement"):
            with self.subTest(table=table), self.cr.savepoint() as savepoint:
                with self.assertRaises(psycopg2.errors.RaiseException):
                    self.cr.execute(f"UPDATE {table} SET write_date = now()")
                savepoint.rollback()

    def test_token_is_nothing_that_can_be_sent(self):
        self.assertIs(type(ENGINE_TOKEN), object)
        with self.assertRaises(AccessError):
            self.env["consolidation.terms"].with_context(consolidation_engine="object").create({})
