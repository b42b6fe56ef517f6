from odoo.tests import tagged

from odoo.addons.consignment_portal.exceptions import ConsignmentError
from odoo.addons.consignment_portal.tests.common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestNewsletter(ConsignmentCommon):
    def _subscription(self, email="anna@example.com", shop=None):
        return self.env["mailing.subscription"].search(
            [
                ("list_id", "=", (shop or self.shop).mailing_list_id.id),
                ("contact_id.email_normalized", "=", email),
            ]
        )

    def test_the_list_follows_the_wish(self):
        self.assertFalse(self._subscription())
        self.consignor.newsletter = True
        self.assertFalse(self._subscription().opt_out)
        self.consignor.newsletter = False
        self.assertTrue(self._subscription().opt_out)
        self.consignor.newsletter = True
        self.assertEqual(self._subscription().mapped("opt_out"), [False])

    def test_unsubscribing_there_clears_the_wish(self):
        self.consignor.newsletter = True
        self._subscription().opt_out = True
        self.assertFalse(self.consignor.newsletter)

    def test_being_deleted_there_clears_the_wish(self):
        self.consignor.newsletter = True
        self._subscription().unlink()
        self.assertFalse(self.consignor.newsletter)

    def test_who_wants_no_mail_at_all_gets_none_and_is_told_why(self):
        self.consignor.newsletter = True
        self.env["mail.blacklist"]._add("anna@example.com")
        self.assertFalse(self.consignor.newsletter)
        with self.assertRaises(ConsignmentError):
            self.consignor.newsletter = True

    def test_lists_of_other_shops_are_left_alone(self):
        elsewhere = self._create_shop("10020")
        second = self._create_consignor("Anna", "anna@example.com", elsewhere, newsletter=True)
        self.consignor.newsletter = True
        self._subscription().opt_out = True
        self.assertTrue(second.newsletter)
        self.assertFalse(self._subscription(shop=elsewhere).opt_out)

    def test_a_new_address_replaces_the_old_one(self):
        self.consignor.newsletter = True
        self.consignor.email = "anna.berg@example.com"
        self.assertTrue(self._subscription().opt_out)
        self.assertFalse(self._subscription("anna.berg@example.com").opt_out)

    def test_of_two_with_one_address_each_may_want_it(self):
        self.other.email = "anna@example.com"
        (self.consignor | self.other).write({"newsletter": True})
        self.other.newsletter = False
        self.assertFalse(self._subscription().opt_out)
        self.consignor.newsletter = False
        self.assertTrue(self._subscription().opt_out)

    def test_who_leaves_the_shop_leaves_the_list(self):
        self.consignor.newsletter = True
        self.consignor.active = False
        self.assertTrue(self._subscription().opt_out)

    def test_staff_without_rights_on_mailings_changes_the_wish(self):
        self.consignor.with_user(self.staff).newsletter = True
        self.assertFalse(self._subscription().opt_out)
