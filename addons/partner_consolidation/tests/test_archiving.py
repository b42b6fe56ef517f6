from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_clearing import ClearingCommon


@tagged("post_install", "-at_install")
class TestArchiving(ClearingCommon):
    """No establishment leaves before everything is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Core refuses to archive the company of an active user.
        (cls.shop_clerk | cls.bistro_clerk | cls.deli_clerk).active = False

    def _assert_stays(self, *companies):
        for company in companies:
            with (
                self.subTest(company.name),
                self.assertRaisesRegex(UserError, "cannot be archived"),
            ):
                company.active = False

    def test_with_open_lines_neither_side_is_archived(self):
        self._spend(self.shop, self.bistro, 30)
        self._assert_stays(self.shop, self.bistro)

    def test_with_a_payment_to_make_neither_side_is_archived(self):
        self._spend(self.shop, self.bistro, 30)
        self._clear()
        self._assert_stays(self.shop, self.bistro)

    def test_once_it_is_paid_both_are_archived(self):
        self._spend(self.shop, self.bistro, 30)
        self._clear().payment_ids.action_mark_paid()
        (self.shop | self.bistro).active = False
        self.assertFalse(self.shop.active or self.bistro.active)

    def test_who_is_not_part_of_it_is_archived(self):
        self._spend(self.shop, self.bistro, 30)
        self.deli.active = False
        self.assertFalse(self.deli.active)
