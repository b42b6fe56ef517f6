import threading
from contextlib import closing

import psycopg2

from odoo import api
from odoo.modules.registry import DummyRLock, Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..const import NUMBER_POLICY, PIN_POLICY
from ..exceptions import AccountNotFound, InvalidValue, PinRefused, TooManyGuesses


@tagged("post_install", "-at_install")
class TestGuessing(BaseCase):
    """Guesses on real transactions: what is counted survives the request that is refused."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            account = env["loyalty.account"].create({"name": "Guessed", "number": "GUESS-1"})
            account._set_pin(account._digest_pin("4071"))
            # A user that is there already: a committed one cannot be deleted again.
            user = env.ref("base.user_admin")
            self.account_id, self.user_id = account.id, user.id
        self.addCleanup(self._delete)

    def _delete(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM loyalty_account WHERE id = %s", (self.account_id,))
            cr.execute("DELETE FROM loyalty_attempt")
            cr.execute(
                "DELETE FROM mail_message WHERE model = 'loyalty.account' AND res_id = %s",
                (self.account_id,),
            )

    def _accounts(self, cr):
        return api.Environment(cr, self.user_id, {})["loyalty.account"]

    def _request(self, call):
        """Do what a request does: a transaction of its own, rolled back where it is refused."""
        with closing(self.registry.cursor()) as cr:
            return call(self._accounts(cr))

    def _find(self, number):
        company = self._request(lambda accounts: accounts.env.company.id)
        return self._request(
            lambda accounts: (
                accounts._find_by_number(number, accounts.env["res.company"].browse(company)).id
            )
        )

    def _check(self, pin):
        return self._request(lambda accounts: accounts.browse(self.account_id)._check_pin(pin))

    # === NUMBERS === #

    def test_after_many_unknown_numbers_none_is_found_for_a_while(self):
        for guess in range(NUMBER_POLICY.limit):
            with self.assertRaises(AccountNotFound):
                self._find(f"UNKNOWN-{guess}")
        for number in ("UNKNOWN-X", "GUESS-1"):
            with self.subTest(number=number), self.assertRaisesRegex(TooManyGuesses, "5 minutes"):
                self._find(number)

    def test_a_days_typos_are_forgiven(self):
        for guess in range(NUMBER_POLICY.limit - 1):
            with self.assertRaises(AccountNotFound):
                self._find(f"TYPO-{guess}")
        self.assertEqual(self._find("GUESS-1"), self.account_id)

    def test_numbers_that_are_none_and_replaced_cards_are_no_guesses(self):
        for _guess in range(NUMBER_POLICY.limit + 1):
            with self.assertRaises(AccountNotFound):
                self._find("??")
        self.assertEqual(self._find("GUESS-1"), self.account_id)

    def test_another_user_is_not_concerned(self):
        for guess in range(NUMBER_POLICY.limit):
            with self.assertRaises(AccountNotFound):
                self._find(f"UNKNOWN-{guess}")
        self.user_id = api.SUPERUSER_ID
        self.assertEqual(self._find("GUESS-1"), self.account_id)

    # === PINS === #

    def test_count_survives_the_refused_request(self):
        for left in (4, 3, 2, 1):
            with self.assertRaisesRegex(PinRefused, f"left: {left}"):
                self._check("9035")
        with self.assertRaisesRegex(PinRefused, "too often"):
            self._check("9035")
        with self.assertRaisesRegex(PinRefused, "too often"):
            self._check("4071")

    def test_guesses_at_the_same_moment_get_no_more_tries(self):
        # The thread that loads the registry holds its lock while it runs tests.
        self.patch(Registry, "_lock", DummyRLock())
        answers = []

        def guess(pin):
            try:
                self._check(pin)
            except PinRefused as error:
                answers.append(str(error))

        # Each holds two connections; the server's pool has room for a few more.
        pins = [f"90{number}5" for number in range(10, 20)]
        threads = [threading.Thread(target=guess, args=(pin,)) for pin in pins]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        compared = [answer for answer in answers if "left" in answer]
        self.assertEqual(len(answers), len(pins))
        self.assertEqual(len(compared), PIN_POLICY.limit - 1, "the fifth begins the pause")

    def test_forgotten_rows_are_deleted(self):
        with self.assertRaises(PinRefused):
            self._check("9035")
        with self.registry.cursor() as cr:
            cr.execute("UPDATE loyalty_attempt SET since = since - interval '3 days'")
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["loyalty.attempt"]._gc_attempts()
            cr.execute("SELECT count(*) FROM loyalty_attempt")
            self.assertEqual(cr.fetchone(), (0,))


@tagged("post_install", "-at_install")
class TestReplacementRaces(BaseCase):
    """Two transactions want one number: the unique table of all numbers decides."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            account = self._env(cr)["loyalty.account"].create({"name": "Race", "number": "RACE-1"})
            self.account_id = account.id
        self.addCleanup(self._delete)

    def _env(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {})

    def _delete(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM loyalty_account WHERE name = 'Race'")

    @mute_logger("odoo.sql_db")
    def test_number_that_is_being_replaced_is_not_given_to_another_account(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")  # its snapshot is older than the replacement
            account = self._env(first)["loyalty.account"].browse(self.account_id)
            account._replace_number("RACE-2", "lost")
            first.commit()
            with self.assertRaises(psycopg2.errors.UniqueViolation):
                self._env(second)["loyalty.account"].create({"name": "Race", "number": "RACE-1"})

    @mute_logger("odoo.sql_db")
    def test_one_new_number_goes_to_one_of_two_accounts(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")
            account = self._env(first)["loyalty.account"].browse(self.account_id)
            account._replace_number("RACE-3", "lost")
            first.commit()
            with self.assertRaises(psycopg2.IntegrityError):
                self._env(second)["loyalty.account"].create({"name": "Race", "number": "RACE-3"})

    @mute_logger("odoo.sql_db")
    def test_card_replaced_while_it_pays_starts_the_payment_again(self):
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            second.execute("SELECT 1")
            account = self._env(first)["loyalty.account"].browse(self.account_id)
            account._replace_number("RACE-4", "lost")
            first.commit()
            env = self._env(second)
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                env["loyalty.ledger"]._top_up(env["loyalty.account"].browse(self.account_id), 1)

    def test_bad_number_changes_nothing(self):
        with closing(self.registry.cursor()) as cr:
            account = self._env(cr)["loyalty.account"].browse(self.account_id)
            with self.assertRaises(InvalidValue):
                account._replace_number("?", "lost")
            self.assertEqual(account.number, "RACE-1")
