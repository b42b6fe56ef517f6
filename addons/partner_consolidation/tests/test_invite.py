from unittest.mock import patch

from odoo import api
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from odoo.addons.loyalty_accounts.exceptions import InvalidValue, TooManyGuesses
from odoo.addons.loyalty_accounts.models.loyalty_attempt import LoyaltyAttempt
from odoo.addons.loyalty_accounts.rules.throttle import Tries

from ..const import ESTABLISHMENT_POLICY
from .common import ConsolidationCommon

WIZARD = "consolidation.agreement.invite"
CANDIDATE = "consolidation.agreement.invite.candidate"


@tagged("post_install", "-at_install")
class TestInvite(ConsolidationCommon):
    """Finding an establishment by its e-mail address, and nothing else about any."""

    def setUp(self):
        super().setUp()
        self.bistro.write({"email": "Hello@Bistro.example.com", "consolidation_open": True})
        self.deli.email = "hello@deli.example.com"
        # Counts are committed on a cursor of their own: TestGuessing shows them.
        self.takes = []
        patcher = patch.object(LoyaltyAttempt, "_take", self._take)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _take(self, subject, policy):
        self.takes.append((subject, policy))
        return True, Tries()

    def _search(self, email, user=None):
        wizard = self.env[WIZARD].with_user(user or self.shop_clerk).create({"email": email})
        wizard.action_search()
        return wizard

    # === FINDING === #

    def test_open_establishment_is_found_by_its_address_however_it_is_typed(self):
        for email in ("hello@bistro.example.com", " HELLO@bistro.Example.com "):
            wizard = self._search(email)
            self.assertEqual(wizard.candidate_ids.sudo().company_id, self.bistro)
            self.assertEqual(wizard.candidate_id.name, "Quay Bistro")

    def test_unknown_address_and_one_that_is_not_open_get_the_same_answer(self):
        answers, queries = [], []
        self._search("warm@up.example.com")
        for email in ("nobody@example.com", "hello@deli.example.com"):
            wizard = self.env[WIZARD].with_user(self.shop_clerk).create({"email": email})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard.action_search()
            self.env.flush_all()
            queries.append(self.cr.sql_log_count - before)
            names = ["candidate_ids", "candidate_id", "taken", "has_free"]
            answers.append([wizard[name] for name in names])
        self.assertEqual(*answers)
        self.assertFalse(any(answers[0]))
        self.assertEqual(*queries)

    def test_own_establishment_is_not_found(self):
        self.shop.write({"email": "hello@shop.example.com", "consolidation_open": True})
        self.assertFalse(self._search("hello@shop.example.com").candidate_ids)

    def test_several_establishments_of_one_address_are_shown_and_one_is_picked(self):
        self.deli.write({"email": "hello@bistro.example.com", "consolidation_open": True})
        wizard = self._search("hello@bistro.example.com")
        self.assertEqual(len(wizard.candidate_ids), 2)
        self.assertFalse(wizard.candidate_id)
        with self.assertRaisesRegex(UserError, "pick one"):
            wizard.action_send()

    def test_establishment_with_an_agreement_is_marked_and_not_offered(self):
        agreement = self._agree(self.shop, self.bistro)
        wizard = self._search("hello@bistro.example.com")
        self.assertEqual(wizard.candidate_ids.agreement_id, agreement)
        self.assertIn("are served at Quay Bistro", wizard.taken)
        self.assertFalse(wizard.candidate_id or wizard.has_free)

    def test_what_is_no_address_is_refused_in_words(self):
        for email in ("", "bistro", False, "a@b.c, d@e.f"):
            with self.subTest(email=email), self.assertRaisesRegex(InvalidValue, "one e-mail"):
                self._search(email)

    # === SENDING === #

    def test_picked_establishment_is_asked(self):
        wizard = self._search("hello@bistro.example.com")
        wizard.message = "Shall we?"
        action = wizard.action_send()
        agreement = self.env["consolidation.agreement"].browse(action["res_id"])
        self.assertEqual((agreement.sender_id, agreement.accepter_id), (self.shop, self.bistro))
        self.assertEqual((agreement.state, agreement.message), ("new", "Shall we?"))

    def test_company_that_was_not_found_cannot_be_invited_over_rpc(self):
        wizard = self._search("nobody@example.com")
        forged = {"wizard_id": wizard.id, "company_id": self.deli.id, "sender_id": self.shop.id}
        commands = [(0, 0, {**forged, "name": "x"})]
        for attempt in (
            lambda: self.env[CANDIDATE].with_user(self.shop_clerk).create({**forged, "name": "x"}),
            lambda: wizard.write({"candidate_ids": commands}),
            lambda: wizard.create({"email": "a@b.c", "candidate_ids": commands}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        with self.assertRaisesRegex(UserError, "pick one"):
            wizard.action_send()

    def test_what_somebody_else_has_found_is_not_shared(self):
        found = self._search("hello@bistro.example.com", self.deli_clerk).candidate_id
        mine = self._search("nobody@example.com")
        for use in (
            lambda: mine.write({"candidate_id": found.id}),
            lambda: mine.create({"candidate_id": found.id}),
            lambda: mine.write({"candidate_ids": [(4, found.id)]}),
            lambda: found.with_user(self.shop_clerk).read(["name"]),
        ):
            with self.assertRaises(AccessError):
                use()
        self.assertFalse(self.env[CANDIDATE].with_user(self.shop_clerk).search([]))

    def test_establishment_that_closed_meanwhile_is_not_asked(self):
        wizard = self._search("hello@bistro.example.com")
        self.bistro.consolidation_open = False
        with self.assertRaisesRegex(UserError, "not open to agreements any more"):
            wizard.action_send()

    def test_user_who_changed_company_searches_again(self):
        self.shop_clerk.company_ids |= self.deli
        wizard = self._search("hello@bistro.example.com")
        other = wizard.with_context(allowed_company_ids=[self.deli.id, self.shop.id])
        with self.assertRaisesRegex(UserError, "Search again"):
            other.action_send()

    def test_other_direction_is_asked_for_by_who_was_asked(self):
        agreement = self._invite(self.shop, self.bistro)
        with self.assertRaisesRegex(AccessError, "Only Quay Bistro"):
            agreement.with_user(self.shop_clerk).action_invite_back()
        action = agreement.with_user(self.bistro_clerk).action_invite_back()
        back = self.env["consolidation.agreement"].browse(action["res_id"])
        self.assertEqual((back.sender_id, back.accepter_id), (self.bistro, self.shop))
        back.with_user(self.shop_clerk)._decline()
        with self.assertRaisesRegex(UserError, "e-mail address"):
            back.with_user(self.shop_clerk).action_invite_back()

    # === GUESSING === #

    def test_every_look_up_counts_found_or_not(self):
        for email in ("nobody@example.com", "hello@bistro.example.com"):
            self._search(email)
        subject = f"establishment/{self.shop_clerk.id}"
        self.assertEqual(self.takes, [(subject, ESTABLISHMENT_POLICY)] * 2)


@tagged("post_install", "-at_install")
class TestInviteGuessing(BaseCase):
    """Look-ups on real transactions: what is counted survives the request that is refused."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._forget)

    def _forget(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM loyalty_attempt")

    def _search(self, email):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            wizard = env(user=env.ref("base.user_admin"))[WIZARD].create({"email": email})
            try:
                wizard.action_search()
            finally:
                cr.rollback()

    def test_after_many_look_ups_there_are_none_for_a_while(self):
        for guess in range(ESTABLISHMENT_POLICY.limit):
            self._search(f"guess-{guess}@example.com")
        with self.assertRaisesRegex(TooManyGuesses, "30 minutes"):
            self._search("hello@example.com")
