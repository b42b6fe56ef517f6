from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_clearing import ClearingCommon


@tagged("post_install", "-at_install")
class TestDialogues(ClearingCommon):
    """A dialogue is its user's own, and stays about what it was opened for."""

    def setUp(self):
        super().setUp()
        # An operator of the other side: whoever sees all lines does not see all dialogues.
        self.bistro_clerk.group_ids += self.env.ref("partner_consolidation.group_clearing")
        item = self._spend(self.shop, self.bistro, 30)
        self.agreement = self.agreements[self.shop, self.bistro]
        self.dialogues = {
            "consolidation.agreement.terms": (
                {"agreement_id": self.agreement.id, "is_change": True, "discount": 3},
                {"discount": 50},
                {"agreement_id": self.agreements[self.bistro, self.shop].id},
            ),
            "consolidation.agreement.end": (
                {"agreement_id": self.agreement.id, "last_day": fields.Date.today()},
                {"last_day": "2040-01-01"},
                {"agreement_id": self.agreements[self.bistro, self.shop].id},
            ),
            "consolidation.dispute": (
                {"item_ids": item.ids, "reason": "not ours"},
                {"reason": "forged"},
                {"item_ids": self._spend(self.shop, self.bistro, 5).ids},
            ),
            "consolidation.dispute.release": (
                {"item_ids": item.ids, "reason": "found"},
                {"reason": "forged"},
                {"item_ids": self._spend(self.shop, self.bistro, 6).ids},
            ),
            "consolidation.statement": (
                {"other_id": self.bistro.id, "currency_id": self.currency.id},
                {"create_uid": self.bistro_clerk.id},
                {"other_id": self.deli.id},
            ),
            "consolidation.clearing.reverse": (
                {"clearing_id": self._draft().id, "reason": "wrong day"},
                {"reason": "forged"},
                {"clearing_id": self._draft().id},
            ),
        }
        self.shop_clerk.group_ids += self.env.ref("partner_consolidation.group_clearing")

    def _open(self):
        """Yield each dialogue, opened by the shop's clerk, and what may be written to it."""
        for model, (vals, change, target) in self.dialogues.items():
            with self.subTest(model):
                yield self.env[model].with_user(self.shop_clerk).create(vals), change, target

    def test_nobody_else_finds_reads_writes_or_deletes_it(self):
        for dialogue, change, _target in self._open():
            theirs = dialogue.with_user(self.bistro_clerk)
            self.assertFalse(theirs.search([]))
            self.assertFalse(theirs.search([("id", "=", dialogue.id)]))
            for method, args in (("read", ()), ("write", (change,)), ("unlink", ())):
                with self.assertRaises(AccessError, msg=method):
                    getattr(theirs, method)(*args)
            self.assertTrue(dialogue.exists())

    def test_nobody_else_points_it_at_something_else_or_confirms_it(self):
        for dialogue, _change, target in self._open():
            theirs = dialogue.with_user(self.bistro_clerk)
            with self.assertRaises(AccessError):
                theirs.write(target)
            if hasattr(theirs, "action_confirm"):
                with self.assertRaises(AccessError):
                    theirs.action_confirm()

    def test_its_user_reads_and_changes_it_but_not_what_it_is_about(self):
        for dialogue, change, target in self._open():
            self.assertTrue(dialogue.read())
            if "create_uid" not in change:
                dialogue.write(change)
                self.assertEqual(dialogue.search([]), dialogue)
            with self.assertRaisesRegex(AccessError, "Open it again"):
                dialogue.write(target)

    def test_what_its_user_typed_is_what_is_proposed(self):
        model = "consolidation.agreement.terms"
        dialogue = self.env[model].with_user(self.shop_clerk).create(self.dialogues[model][0])
        with self.assertRaises(AccessError):
            dialogue.with_user(self.bistro_clerk).discount = 50
        dialogue.copy_privileges = False
        dialogue.action_confirm()
        self.assertEqual(self.agreement.proposal_id.discount, 3)
