from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_clearing import ClearingCommon


@tagged("post_install", "-at_install")
class TestDispute(ClearingCommon):
    """Either side leaves a line out of clearings, and only that side lets it in again."""

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

    def test_both_sides_may_dispute(self):
        for user, company in ((self.shop_clerk, self.shop), (self.bistro_clerk, self.bistro)):
            with self.subTest(company.name):
                self._dispute(user)
                self.assertTrue(self.item.disputed)
                self.assertEqual(self.item.disputed_by_id, company)
                self.assertEqual(self.item.dispute_reason, "not our receipt")
                self.item.with_user(user).action_release()
                self.assertFalse(self.item.disputed)

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
        with self.assertRaisesRegex(AccessError, "only they can release"):
            self.item.with_user(self.bistro_clerk).action_release()

    def test_who_clears_cannot_dispute_or_release_for_others(self):
        with self.assertRaisesRegex(AccessError, "not one of those"):
            self._dispute(self.operator)
        self._dispute(self.shop_clerk)
        with self.assertRaisesRegex(AccessError, "only they can release"):
            self.item.with_user(self.operator).action_release()

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
            self._dispute(self.bistro_clerk)
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
            | self._spend(self.bistro, self.shop, 3)
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

    def _messages(self):
        return self.env["mail.message"].search([("message_type", "=", "user_notification")])

    def _clerks(self):
        return (self.shop_clerk | self.bistro_clerk | self.deli_clerk).partner_id
