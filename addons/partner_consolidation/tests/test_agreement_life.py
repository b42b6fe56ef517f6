from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.loyalty_accounts.exceptions import InvalidValue

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestAgreementLife(ConsolidationCommon):
    """Invitation, answer, other terms and end; each step by the side whose turn it is."""

    def setUp(self):
        super().setUp()
        self.invitation = self._invite(self.shop, self.bistro, "Shall we?")

    def _as(self, agreement, user):
        return agreement.with_user(user)

    # === INVITATION === #

    def test_invitation_waits_at_the_other_side(self):
        self.assertEqual((self.invitation.state, self.invitation.message), ("new", "Shall we?"))
        theirs = self.env["consolidation.agreement"].with_user(self.bistro_clerk)
        self.assertEqual(theirs.search([("waiting_for_us", "=", True)]), self.invitation)
        ours = self.env["consolidation.agreement"].with_user(self.shop_clerk)
        self.assertFalse(ours.search([("waiting_for_us", "=", True)]))
        self.assertEqual(ours.search([("waiting_for_us", "=", False)]), self.invitation)

    def test_lists_tell_our_clients_from_theirs(self):
        for user, direction in ((self.shop_clerk, "ours"), (self.bistro_clerk, "theirs")):
            agreements = self.env["consolidation.agreement"].with_user(user)
            with self.subTest(user=user.login):
                found = agreements.search([("direction", "=", direction)])
                self.assertEqual(found, self.invitation)
                self.assertEqual(found.direction, direction)
                other = "theirs" if direction == "ours" else "ours"
                self.assertFalse(agreements.search([("direction", "=", other)]))

    def test_what_is_no_day_is_refused_by_the_dialogue(self):
        agreement = self._agree(self.bistro, self.deli)
        dialogues = self.env["consolidation.agreement.end"].with_user(self.deli_clerk)
        for day in ("abc", 5, "2026-13-01"):
            with self.subTest(day), self.assertRaisesRegex(InvalidValue, "not a date"):
                dialogues.create({"agreement_id": agreement.id, "last_day": day})
        empty = dialogues.create({"agreement_id": agreement.id})
        with self.assertRaisesRegex(InvalidValue, "not a date"):
            empty.write({"last_day": "abc"})
        with self.assertRaisesRegex(InvalidValue, "Choose the last day"):
            empty.action_confirm()
        self.assertFalse(agreement.end_date)

    def test_defaults_in_the_context_agree_to_nothing(self):
        terms = self._agree(self.bistro, self.deli).terms_id
        agreements = self.env["consolidation.agreement"].with_user(self.shop_clerk)
        agreement = agreements.with_context(
            default_state="active",
            default_terms_id=terms.id,
            default_end_date="2020-01-01",
            default_exposure_state="stopped",
        )._invite(self.deli)
        self.assertEqual(
            (agreement.state, agreement.terms_id.ids, agreement.end_date),
            ("new", [], False),
        )
        self.assertEqual(agreement.exposure_state, "within")

    def test_nobody_agrees_with_oneself(self):
        with self.assertRaisesRegex(UserError, "with itself"):
            self._invite(self.shop, self.shop)

    def test_archived_establishment_is_not_asked(self):
        closed = self.env["res.company"].create({"name": "Closed"})
        closed.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            self._invite(self.shop, closed)

    def test_second_invitation_of_the_same_direction_is_refused_in_words(self):
        with self.assertRaisesRegex(UserError, "already.*asks that its clients be served"):
            self._invite(self.shop, self.bistro)
        self._as(self.invitation, self.bistro_clerk)._accept({"discount": 5})
        with self.assertRaisesRegex(UserError, "already.*5.% discount"):
            self._invite(self.shop, self.bistro)

    def test_crossing_invitations_are_two_directions(self):
        crossing = self._invite(self.bistro, self.shop)
        self.assertEqual(crossing.reverse_id, self.invitation)
        self._as(self.invitation, self.bistro_clerk)._accept({"discount": 5})
        self._as(crossing, self.shop_clerk)._accept({"discount": 7})
        self.assertEqual(
            [(a.state, a.terms_id.discount) for a in self.invitation | crossing],
            [("active", 5), ("active", 7)],
        )

    def test_who_was_declined_or_withdrew_may_ask_again(self):
        self._as(self.invitation, self.bistro_clerk)._decline()
        again = self._invite(self.shop, self.bistro)
        self._as(again, self.shop_clerk)._withdraw()
        third = self._invite(self.shop, self.bistro)
        states = (self.invitation | again | third).mapped("state")
        self.assertEqual(states, ["declined", "withdrawn", "new"])

    def test_answered_invitation_cannot_be_answered_again(self):
        self._as(self.invitation, self.bistro_clerk)._decline()
        bistro = self._as(self.invitation, self.bistro_clerk)
        for answer in (
            lambda: bistro._accept({"discount": 5}),
            bistro._decline,
            self._as(self.invitation, self.shop_clerk)._withdraw,
        ):
            with self.assertRaisesRegex(UserError, "meanwhile; it is now: Declined"):
                answer()

    def test_accepted_invitation_cannot_be_withdrawn(self):
        self._as(self.invitation, self.bistro_clerk)._accept({"discount": 5})
        with self.assertRaisesRegex(UserError, "meanwhile; it is now: Active"):
            self._as(self.invitation, self.shop_clerk)._withdraw()

    def test_message_has_a_limit(self):
        for message in ("x" * 501, 5, None):
            with self.subTest(message=message), self.assertRaises(InvalidValue):
                self._invite(self.shop, self.deli, message)

    # === TERMS === #

    def test_first_terms_are_in_force_when_the_accepter_sets_them(self):
        self._as(self.invitation, self.bistro_clerk)._accept({"discount": 5, "accumulation": 2})
        terms = self.invitation.terms_id
        self.assertEqual((terms.version, terms.state), (1, "current"))
        self.assertEqual(terms.proposed_by_id, self.bistro)
        self.assertTrue(terms.valid_from)
        self.assertEqual(terms.currency_id, self.shop.currency_id)

    def test_other_terms_count_once_the_other_side_agrees(self):
        for proposer, answerer in (
            (self.bistro_clerk, self.shop_clerk),
            (self.shop_clerk, self.bistro_clerk),
        ):
            self._drop()
            agreement = self._agree(self.shop, self.bistro)
            first = agreement.terms_id
            self._as(agreement, proposer)._propose({"discount": 8})
            proposal = agreement.proposal_id
            with self.subTest(proposer=proposer.login):
                self.assertEqual((agreement.terms_id, proposal.state), (first, "proposed"))
                self.assertTrue(self._as(agreement, answerer).waiting_for_us)
                with self.assertRaisesRegex(AccessError, "other side answers"):
                    self._as(agreement, proposer)._agree_to_proposal(proposal)
                self._as(agreement, answerer)._agree_to_proposal(proposal)
                self.assertEqual(agreement.terms_id, proposal)
                self.assertEqual((first.state, proposal.state), ("past", "current"))
                self.assertEqual(first.valid_until, proposal.valid_from)
                self.assertFalse(agreement.proposal_id)

    def _drop(self):
        """Make room for another agreement of the shop and the bistro."""
        live = self.env["consolidation.agreement"].search(
            [("sender_id", "=", self.shop.id), ("state", "in", ("new", "active"))]
        )
        for agreement in live:
            if agreement.state == "new":
                agreement.with_company(self.bistro)._decline()
            else:
                agreement.with_company(self.bistro)._end()

    def test_proposal_is_rejected_or_withdrawn_and_the_terms_stay(self):
        self._drop()
        agreement = self._agree(self.shop, self.bistro)
        first = agreement.terms_id
        shop, bistro = (self._as(agreement, user) for user in (self.shop_clerk, self.bistro_clerk))
        shop._propose({"discount": 8})
        with self.assertRaisesRegex(AccessError, "Only who made"):
            bistro._withdraw_proposal(agreement.proposal_id)
        bistro._reject_proposal(agreement.proposal_id)
        shop._propose({"discount": 9})
        shop._withdraw_proposal(agreement.proposal_id)
        self.assertEqual(agreement.terms_id, first)
        self.assertEqual(
            agreement.terms_ids.sorted("version").mapped("state"),
            ["current", "rejected", "withdrawn"],
        )

    def test_one_proposal_is_open_at_a_time_and_must_change_something(self):
        self._drop()
        agreement = self._agree(self.shop, self.bistro, copy_privileges=False, discount=5)
        bistro = self._as(agreement, self.bistro_clerk)
        same = {"discount": 5, "shared_deposit": True}
        with self.assertRaisesRegex(UserError, "the terms in force"):
            bistro._propose(same)
        bistro._propose({"discount": 6})
        with self.assertRaisesRegex(UserError, "There is a proposal already"):
            self._as(agreement, self.shop_clerk)._propose({"discount": 7})

    def test_nobody_agrees_to_another_proposal_than_the_one_seen(self):
        self._drop()
        agreement = self._agree(self.shop, self.bistro)
        bistro, shop = self._as(agreement, self.bistro_clerk), self._as(agreement, self.shop_clerk)
        bistro._propose({"discount": 8})
        seen = agreement.proposal_id
        bistro._withdraw_proposal(seen)
        bistro._propose({"discount": 1})
        for answer in ("agree", "reject"):
            with self.assertRaisesRegex(UserError, "not open any more"):
                getattr(shop.with_context(proposal_id=seen.id), f"action_{answer}")()
            for missing in ({}, {"proposal_id": False}, {"proposal_id": "1"}):
                with self.assertRaisesRegex(UserError, "which proposal"):
                    getattr(shop.with_context(**missing), f"action_{answer}")()
        shop.with_context(proposal_id=agreement.proposal_id.id).action_agree()
        self.assertEqual(agreement.terms_id.discount, 1)

    def test_there_are_no_terms_before_and_after_an_agreement(self):
        for change in ("_propose", "_give_notice"):
            with self.assertRaisesRegex(UserError, "not been accepted yet"):
                getattr(self._as(self.invitation, self.shop_clerk), change)({})
        self._drop()
        agreement = self._agree(self.shop, self.bistro)
        agreement.with_company(self.bistro)._end()
        for user in (self.shop_clerk, self.bistro_clerk):
            with self.assertRaisesRegex(UserError, "not in force any more"):
                self._as(agreement, user)._propose({"discount": 1})

    # === END === #

    def test_either_side_ends_it_and_nothing_changes_until_the_last_day(self):
        for user in (self.shop_clerk, self.bistro_clerk):
            self._drop()
            agreement = self._agree(self.shop, self.bistro)
            with freeze_time("2030-01-10"):
                self._as(agreement, user)._give_notice("2030-01-31")
            self.assertEqual((agreement.state, agreement.end_date), ("active", date(2030, 1, 31)))
            self.assertEqual(agreement.notice_by_id, user.company_id)

    def test_last_day_is_today_or_later_and_only_brought_forward(self):
        self._drop()
        agreement = self._agree(self.shop, self.bistro)
        shop, bistro = self._as(agreement, self.shop_clerk), self._as(agreement, self.bistro_clerk)
        with freeze_time("2030-01-10"):
            for day in ("2030-01-09", "soon", None, 5):
                with self.subTest(day=day), self.assertRaises(InvalidValue):
                    shop._give_notice(day)
            shop._give_notice("2030-02-28")
            for day in ("2030-02-28", "2030-03-01"):
                with self.subTest(day=day), self.assertRaisesRegex(UserError, "earlier day"):
                    bistro._give_notice(day)
            bistro._give_notice("2030-01-10")
        self.assertEqual(agreement.end_date, date(2030, 1, 10))

    def test_dialogue_proposes_a_day_that_can_be_chosen(self):
        self._drop()
        agreement = self._agree(self.shop, self.bistro).with_user(self.shop_clerk)
        dialogues = self.env["consolidation.agreement.end"].with_user(self.shop_clerk)
        with freeze_time("2030-01-10"):
            for last_day in (date(2030, 2, 10), date(2030, 2, 9)):
                context = agreement.action_end()["context"]
                dialogue = dialogues.with_context(**context).create({})
                self.assertEqual(dialogue.last_day, last_day)
                dialogue.action_confirm()
                self.assertEqual(agreement.end_date, last_day)

    def test_today_is_the_accepters(self):
        self.bistro.partner_id.tz = "Pacific/Auckland"
        agreement = self._agree(self.deli, self.bistro)
        with freeze_time("2030-01-10 20:00:00"), self.assertRaises(InvalidValue):
            self._as(agreement, self.deli_clerk)._give_notice("2030-01-10")
        with freeze_time("2030-01-10 20:00:00"):
            self._as(agreement, self.deli_clerk)._give_notice("2030-01-11")
        self.assertEqual(agreement.end_date, date(2030, 1, 11))

    def test_job_ends_what_is_due_and_closes_terms_and_proposal(self):
        self._drop()
        due = self._agree(self.shop, self.bistro)
        later, endless = self._agree(self.bistro, self.deli), self._agree(self.deli, self.shop)
        due.with_company(self.shop)._propose({"discount": 1})
        proposal = due.proposal_id
        with freeze_time("2030-01-10"):
            due.with_company(self.shop)._give_notice("2030-01-10")
            later.with_company(self.deli)._give_notice("2030-01-11")
        # A test's transaction cannot be committed.
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_more: 60)
        with freeze_time("2030-01-11"):
            self.env["consolidation.agreement"]._end_due()
        self.assertEqual((due | later | endless).mapped("state"), ["ended", "active", "active"])
        self.assertEqual((due.terms_id.state, proposal.state), ("past", "withdrawn"))
        self.assertTrue(due.terms_id.valid_until)

    def test_agreement_past_its_last_day_is_over_before_the_job_has_run(self):
        agreement = self._agree(self.bistro, self.shop)
        with freeze_time("2030-01-10"):
            agreement.with_company(self.shop)._give_notice(date(2030, 1, 10))
            self.assertIn("are served", agreement.statement)
        with freeze_time("2030-01-11"):
            agreement.invalidate_recordset()
            self.assertIn("were served", agreement.statement)
            for change in (
                lambda: agreement.with_company(self.shop)._propose({"discount": 1}),
                lambda: agreement.with_company(self.shop)._give_notice(date(2030, 2, 1)),
            ):
                with self.assertRaisesRegex(UserError, "not in force any more"):
                    change()
            again = self._invite(self.bistro, self.shop)
            self.assertEqual((agreement.state, again.state), ("ended", "new"))

    # === WHOSE TURN === #

    def test_each_answer_is_one_sides_only(self):
        shop = self._as(self.invitation, self.shop_clerk)
        bistro = self._as(self.invitation, self.bistro_clerk)
        for refused, allowed in (
            (lambda: shop._accept({}), "Quay Bistro"),
            (shop._decline, "Quay Bistro"),
            (bistro._withdraw, "Corner Shop"),
        ):
            with self.assertRaisesRegex(AccessError, f"Only {allowed} can do this"):
                refused()
        self.assertEqual(self.invitation.state, "new")

    def test_who_works_in_both_acts_for_the_company_chosen(self):
        self.shop_clerk.company_ids |= self.bistro | self.deli
        both = self._as(self.invitation, self.shop_clerk)
        with self.assertRaisesRegex(AccessError, "Only Quay Bistro"):
            both._decline()
        allowed = (self.deli | self.shop).ids
        with self.assertRaisesRegex(AccessError, "Choose Corner Shop or Quay Bistro"):
            both.with_context(allowed_company_ids=allowed)._decline()
        both.with_context(allowed_company_ids=(self.bistro | self.shop).ids)._decline()
        self.assertEqual(self.invitation.state, "declined")
