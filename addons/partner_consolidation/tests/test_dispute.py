from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_clearing import ClearingCommon


@tagged("post_install", "-at_install")
class TestDispute(ClearingCommon):
    """The side that a line costs money leaves its payment out of clearings, and lets it in."""

    def setUp(self):
        super().setUp()
        self.item = self._spend(self.shop, self.bistro, 30)

    def _dispute(self, user, reason="not our receipt", items=None):
        items = (items or self.item).with_user(user)
        action = items.action_dispute()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create({"reason": reason})
        )
        wizard.action_confirm()
        return wizard

    def test_who_owes_disputes_and_releases(self):
        self._dispute(self.shop_clerk)
        self.assertTrue(self.item.disputed)
        self.assertEqual(self.item.disputed_by_id, self.shop)
        self.assertEqual(self.item.dispute_reason, "not our receipt")
        self.item.with_user(self.shop_clerk).action_release()
        self.assertFalse(self.item.disputed)

    def test_who_is_owed_cannot_dispute(self):
        with self.assertRaisesRegex(AccessError, "by Corner Shop only"):
            self.item.with_user(self.bistro_clerk).action_dispute()
        with self.assertRaisesRegex(AccessError, "by Corner Shop only"):
            self.item.with_user(self.bistro_clerk)._dispute(self.bistro, "x")
        self.assertFalse(self.item.disputed)

    def test_what_was_given_back_is_disputed_by_who_gave_it_back(self):
        self._clear()
        returned = self._give_back(self.item, 10)
        with self.assertRaisesRegex(AccessError, "by Quay Bistro only"):
            self._dispute(self.shop_clerk, items=returned)
        self._dispute(self.bistro_clerk, items=returned)
        self.assertEqual(returned.disputed_by_id, self.bistro)

    def test_nobody_gains_by_disputing_what_was_given_back(self):
        returned = self._give_back(self.item)
        self._dispute(self.bistro_clerk, items=returned)
        self.assertTrue(self.item.disputed)
        with self.assertRaisesRegex(UserError, "nothing to clear"):
            self._clear()
        returned.with_user(self.bistro_clerk).action_release()
        self.assertFalse(self.item.disputed)
        self.assertEqual(self._payments(self._clear()), {})

    def test_what_is_given_back_of_a_disputed_payment_is_disputed_with_it(self):
        self._dispute(self.shop_clerk)
        returned = self._give_back(self.item, 10)
        self.assertEqual(
            (returned.disputed, returned.disputed_by_id, returned.dispute_reason),
            (True, self.shop, "not our receipt"),
        )
        self.item.with_user(self.shop_clerk).action_release()
        self.assertFalse(returned.disputed)
        self.assertEqual(self._payments(self._clear()), {(self.shop, self.bistro): 20})

    def test_other_payments_are_not_disputed_with_it(self):
        other = self._spend(self.shop, self.bistro, 5)
        self._dispute(self.shop_clerk)
        self._give_back(other, 2)
        self.assertFalse(other.disputed)
        self.assertEqual(self._payments(self._clear()), {(self.shop, self.bistro): 3})

    def test_a_reversed_period_opens_a_payment_into_its_dispute(self):
        clearing = self._clear()
        returned = self._give_back(self.item)
        self._dispute(self.bistro_clerk, items=returned)
        clearing._reverse("wrong day")
        copy = self.item.search([("clearing_id", "=", False), ("kind", "=", "spend")])
        self.assertEqual(copy.disputed_by_id, self.bistro)

    def test_what_was_given_back_unseen_is_left_out_by_closing(self):
        returned = self._give_back(self.item, 10)
        self._spend(self.shop, self.bistro, 1)
        # As two transactions leave it that did not see each other.
        self.item.write({"disputed": True, "disputed_by_id": self.shop.id})
        self.assertEqual(self._payments(self._clear()), {(self.shop, self.bistro): 1})
        self.assertEqual(returned.disputed_by_id, self.shop)

    def test_disputed_lines_are_left_out_of_closing_and_stay_owed(self):
        self._dispute(self.shop_clerk)
        other = self._spend(self.shop, self.bistro, 5)
        clearing = self._clear()
        self.assertFalse(self.item.clearing_id)
        self.assertEqual(other.clearing_id, clearing)
        self.assertEqual(self._positions(self.bistro), {self.shop: 35})

    def test_the_draft_names_what_is_disputed(self):
        self._spend(self.shop, self.bistro, 5)
        self._dispute(self.shop_clerk)
        draft = self._draft()
        self.assertEqual((draft.item_count, draft.disputed_count), (1, 1))
        self.assertIn("Disputed, left out", draft.overview)

    def test_released_lines_are_in_the_next_period(self):
        self._dispute(self.shop_clerk)
        self.item.with_user(self.shop_clerk).action_release()
        self.assertEqual(self._payments(self._clear()), {(self.shop, self.bistro): 30})

    def test_the_other_side_cannot_release(self):
        self._dispute(self.shop_clerk)
        with self.assertRaisesRegex(AccessError, "only they, or whoever clears"):
            self.item.with_user(self.bistro_clerk).action_release()

    def test_who_clears_cannot_dispute_for_others(self):
        with self.assertRaisesRegex(AccessError, "by Corner Shop only"):
            self._dispute(self.operator)

    def test_who_clears_decides_a_dispute_with_a_reason_for_good(self):
        returned = self._give_back(self.item, 10)
        self._dispute(self.shop_clerk)
        before = self._messages()
        self._decide(self.operator, self.item, "<b>receipt found</b>")
        self.assertFalse(any((self.item | returned).mapped("disputed")))
        told = self._messages() - before
        self.assertEqual(
            told.notified_partner_ids & self._clerks(),
            (self.shop_clerk | self.bistro_clerk).partner_id,
        )
        history = self.item.agreement_id.message_ids[:1]
        self.assertIn("receipt found", history.body)
        self.assertNotIn("<b>receipt", history.body)
        with self.assertRaisesRegex(UserError, "receipt found.*cannot be disputed again"):
            self._dispute(self.shop_clerk)
        self.assertEqual(self._payments(self._clear()), {(self.shop, self.bistro): 20})

    def test_a_decision_needs_a_reason(self):
        self._dispute(self.shop_clerk)
        with self.assertRaisesRegex(UserError, "Say why"):
            self._decide(self.operator, self.item, " ")
        self.assertTrue(self.item.disputed)

    def test_sides_do_not_decide(self):
        self._dispute(self.shop_clerk)
        dialogues = self.env["consolidation.dispute.release"]
        for user in (self.shop_clerk, self.bistro_clerk, self.deli_clerk):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    dialogues.with_user(user).create({"item_ids": self.item.ids, "reason": "x"})
                with self.assertRaises(AccessError):
                    self.item.with_user(user)._decide("x")
        self.assertTrue(self.item.disputed)

    def _decide(self, user, items, reason):
        action = items.with_user(user).action_release()
        dialogue = self.env[action["res_model"]].with_user(user)
        dialogue.with_context(**action["context"]).create({"reason": reason}).action_confirm()

    def test_others_neither_see_nor_dispute_nor_release_it(self):
        for method in ("action_dispute", "action_release"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.item.with_user(self.deli_clerk), method)()
        wizard = self.env["consolidation.dispute"].with_user(self.deli_clerk)
        with self.assertRaises(AccessError):
            wizard.create({"item_ids": self.item.ids, "reason": "x"}).action_confirm()

    def test_a_company_of_others_cannot_be_the_side(self):
        wizard = self.env["consolidation.dispute"].with_user(self.shop_clerk)
        wizard = wizard.create({"item_ids": self.item.ids, "reason": "x"})
        wizard.company_id = self.bistro.id
        with self.assertRaisesRegex(AccessError, "not one of those"):
            wizard.action_confirm()

    def test_a_reason_is_needed(self):
        with self.assertRaises(UserError):
            self._dispute(self.shop_clerk, reason="")

    def test_settled_and_disputed_lines_cannot_be_disputed(self):
        self._dispute(self.shop_clerk)
        with self.assertRaisesRegex(UserError, "disputed already"):
            self._dispute(self.shop_clerk)
        self.item.with_user(self.shop_clerk).action_release()
        with self.assertRaisesRegex(UserError, "is not disputed"):
            self.item.with_user(self.shop_clerk).action_release()
        self._clear()
        with self.assertRaisesRegex(UserError, "is settled by"):
            self._dispute(self.shop_clerk)

    def test_many_lines_are_disputed_at_once_and_told_once_to_each_side(self):
        items = (
            self.item
            | self._spend(self.shop, self.deli, 4)
            | self._spend(self.shop, self.bistro, 3)
        )
        before = self._messages()
        self._dispute(self.shop_clerk, items=items)
        self.assertTrue(all(items.mapped("disputed")))
        told = self._messages() - before
        self.assertEqual(len(told), 2)
        self.assertEqual(
            told.mapped("notified_partner_ids") & self._clerks(),
            (self.bistro_clerk | self.deli_clerk).partner_id,
        )

    def test_the_other_side_is_told_the_reason_and_of_the_release(self):
        before = self._messages()
        self._dispute(self.shop_clerk, reason="<b>twice</b>")
        self.item.with_user(self.shop_clerk).action_release()
        disputed, released = (self._messages() - before).sorted("id")
        self.assertIn("twice", disputed.subject)
        self.assertNotIn("<b>twice", disputed.body)
        self.assertIn("Released by Corner Shop", released.subject)

    def test_whoever_disputes_cannot_keep_the_other_side_from_being_told(self):
        before = self._messages()
        quiet = {"default_partner_ids": [], "mail_notify_force_send": False, "default_model": "x"}
        self.item.with_user(self.shop_clerk).with_context(**quiet)._dispute(self.shop, "x")
        told = self._messages() - before
        self.assertEqual(told.notified_partner_ids, self.bistro_clerk.partner_id)

    def _messages(self):
        return self.env["mail.message"].search([("message_type", "=", "user_notification")])

    def _clerks(self):
        return (self.shop_clerk | self.bistro_clerk | self.deli_clerk).partner_id
