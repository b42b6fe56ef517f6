from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import serialize_exception
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import InvalidValue, PinRefused
from .common import LoyaltyCommon


class PinCommon(LoyaltyCommon):
    """A card with a PIN and 500 of credit; above 50, paying needs it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger._top_up(cls.account, 500)
        cls._give_pin(cls.account, "4071")
        cls.company.loyalty_pin_amount = 50

    @classmethod
    def _give_pin(cls, account, pin):
        account._set_pin(account._digest_pin(pin, new=True))


@tagged("post_install", "-at_install")
class TestPin(PinCommon):
    def test_pin_is_needed_above_the_companys_amount_only(self):
        for amount, needed in ((49.99, False), (50, False), (50.01, True), (-5, False)):
            with self.subTest(amount=amount):
                self.assertEqual(self.account._needs_pin(amount, self.company), needed)
        self.assertFalse(self.account._needs_pin(1000, self.other_company), "it asks for none")
        self.company.loyalty_pin_amount = 0
        self.assertFalse(self.account._needs_pin(1000, self.company))

    def test_card_without_pin_pays_any_amount_unless_the_company_requires_one(self):
        account = self._create_account()
        self.assertFalse(account._needs_pin(1000, self.company))
        self.company.loyalty_pin_required = True
        self.assertTrue(account._needs_pin(1000, self.company))
        with self.assertRaisesRegex(PinRefused, "has none. Set one first"):
            account._require_pin(1000, self.company)

    def test_amount_is_compared_in_the_companys_currency(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": yen.id,
                "rate": 100,
                "company_id": self.company.id,
                "name": "2020-01-01",
            }
        )
        self.company.loyalty_pin_amount = 50
        foreign = self._create_account()
        self.env.flush_all()
        self.cr.execute(
            "UPDATE loyalty_account SET currency_id = %s WHERE id = %s", (yen.id, foreign.id)
        )
        foreign.invalidate_recordset()
        self._give_pin(foreign, "4071")
        self.assertFalse(foreign._needs_pin(5000, self.company))
        self.assertTrue(foreign._needs_pin(5100, self.company))

    def test_right_pin_is_accepted_and_a_wrong_one_says_how_many_tries_are_left(self):
        self.account._check_pin("4071")
        with self.assertRaisesRegex(PinRefused, "Tries left: 4"):
            self.account._check_pin("4072")
        with self.assertRaisesRegex(PinRefused, "Tries left: 3"):
            self.account._check_pin("4073")
        self.account._check_pin("4071")
        with self.assertRaisesRegex(PinRefused, "Tries left: 4"):
            self.account._check_pin("4072")

    def test_after_five_wrong_ones_the_right_one_is_refused_for_fifteen_minutes(self):
        for _try in range(5):
            with self.assertRaises(PinRefused):
                self.account._check_pin("9035")
        with self.assertRaisesRegex(PinRefused, "too often. Try again in 15 minutes"):
            self.account._check_pin("4071")
        later = fields.Datetime.add(fields.Datetime.now(), minutes=16)
        with patch.object(fields.Datetime, "now", return_value=later):
            self.account._check_pin("4071")

    def test_what_is_no_pin_is_refused_and_counts_as_no_try(self):
        for pin in ("123", "4071x", 4071, ["4071"], "４０７１"):
            with self.subTest(pin=pin), self.assertRaises(InvalidValue):
                self.account._check_pin(pin)
        self.account._check_pin("4071")

    def test_card_without_pin_is_refused_by_the_same_words(self):
        account = self._create_account()
        words = []
        for card in (account, self.account):
            with self.assertRaises(PinRefused) as refusal:
                card._check_pin("9035")
            words.append(str(refusal.exception))
        self.assertEqual(*words)

    def test_digest_that_comes_from_outside_is_taken_for_a_pin(self):
        digest = self.account._digest_pin("4071")
        with self.assertRaises(InvalidValue):
            self.account._check_pin(str.__str__(digest))

    def test_what_is_refused_is_shown_as_a_warning_not_as_a_failure(self):
        with self.assertRaises(PinRefused) as refusal:
            self.account._check_pin("9035")
        shown = serialize_exception(refusal.exception)
        self.assertEqual(shown["context"]["exception_class"], "odoo.exceptions.UserError")
        self.assertIn("Tries left", shown["message"])

    # === THE DIALOGUE === #

    def _dialogue(self, user, account=None, **values):
        model = self.env["loyalty.account.pin"].with_user(user)
        return model.create({"account_id": (account or self.account).id, **values})

    def test_staff_sets_a_pin_and_the_history_does_not_tell_it(self):
        account = self._create_account()
        self._dialogue(self.seller, account, pin="90217", pin_again="90217").action_set()
        self.assertTrue(account.has_pin)
        account._check_pin("90217")
        self.assertIn("A PIN was set", account.message_ids[0].body)
        self.assertNotIn("90217", str(account.message_ids.mapped("body")))

    def test_pins_that_differ_or_are_too_simple_are_refused(self):
        account = self._create_account()
        for pin, again in (("90217", "90218"), ("90217", False), (False, False)):
            with self.subTest(pin=pin, again=again), self.assertRaises(UserError):
                self._dialogue(self.seller, account, pin=pin, pin_again=again).action_set()
        for pin in ("1234", "0000", "12", "abcd", "1" * 9):
            with self.subTest(pin=pin), self.assertRaises(InvalidValue):
                self._dialogue(self.seller, account, pin=pin, pin_again=pin)
        self.assertFalse(account.has_pin)

    def test_only_managers_change_or_remove_a_pin(self):
        with self.assertRaises(AccessError):
            self._dialogue(self.seller, pin="90217", pin_again="90217").action_set()
        with self.assertRaises(AccessError):
            self._dialogue(self.seller).action_remove()
        self._dialogue(self.manager, pin="90217", pin_again="90217").action_set()
        self.account._check_pin("90217")
        self._dialogue(self.manager).action_remove()
        self.assertFalse(self.account.has_pin)

    def test_new_pin_ends_the_pause(self):
        for _try in range(5):
            with self.assertRaises(PinRefused):
                self.account._check_pin("9035")
        self._dialogue(self.manager, pin="90217", pin_again="90217").action_set()
        self.account._check_pin("90217")

    def test_pin_typed_into_a_dialogue_reaches_no_table(self):
        wizard = self._dialogue(self.manager, pin="90217", pin_again="90217")
        self.env.flush_all()
        self.cr.execute(
            "SELECT to_jsonb(w)::text FROM loyalty_account_pin w WHERE id = %s", (wizard.id,)
        )
        self.assertNotIn("90217", self.cr.fetchone()[0])
        wizard.invalidate_recordset()
        self.assertFalse(wizard.pin)

    # === SECRETS === #

    def test_nobody_reads_searches_or_writes_the_hash(self):
        portal = new_test_user(self.env, login="pin_portal", groups="base.group_portal")
        wizard = self._dialogue(self.manager, pin="90217")
        for user in (
            self.seller,
            self.manager,
            self.admin,
            portal,
            self.env.ref("base.user_admin"),
        ):
            account = self.account.with_user(user)
            attempts = (
                lambda account=account: account.read(["pin_hash"]),
                lambda account=account: account.search([("pin_hash", "like", "pbkdf2")]),
                lambda account=account: account.write({"pin_hash": "x"}),
                lambda account=account: account.create({"name": "x", "pin_hash": "x"}),
                lambda account=account: account.export_data(["pin_hash"]),
                lambda user=user: wizard.with_user(user).read(["pin_digest"]),
                lambda user=user: self.env["loyalty.attempt"].with_user(user).search([]),
            )
            for number, attempt in enumerate(attempts):
                with self.subTest(user=user.login, attempt=number), self.assertRaises(UserError):
                    attempt()
            self.assertNotIn("pin_hash", account.fields_get() if not user.share else ())

    def test_hash_is_salted_and_tells_nothing_without_the_key(self):
        other = self._create_account()
        self._give_pin(other, "4071")
        self.assertNotEqual(other.pin_hash, self.account.pin_hash)
        context = self.env["res.users"]._crypt_context()
        self.assertFalse(context.verify("4071", other.pin_hash))

    def test_copy_of_an_account_has_no_pin(self):
        self.assertFalse(self.account.copy().has_pin)

    @mute_logger("odoo.sql_db")
    def test_amount_below_zero_is_refused(self):
        with self.assertRaises(psycopg2.errors.CheckViolation), self.cr.savepoint():
            self.company.loyalty_pin_amount = -1
            self.company.flush_recordset()
