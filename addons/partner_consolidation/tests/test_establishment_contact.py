from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestEstablishmentContact(ConsolidationCommon):
    """The contact of an establishment is changed by its own people."""

    CHANGES = (
        ("email", "elsewhere@example.com"),
        ("tz", "Pacific/Kiritimati"),
        ("phone", "123"),
        ("name", "Another"),
    )

    def setUp(self):
        super().setUp()
        self._agree(self.shop, self.bistro)
        self.contact = self.bistro.partner_id

    def _assert_refused(self, contact):
        for name, value in self.CHANGES:
            before = contact[name]
            with self.subTest(name), self.assertRaisesRegex(AccessError, "its own people"):
                contact.with_user(self.deli_clerk).write({name: value})
            self.assertEqual(contact[name], before)

    def test_others_do_not_change_who_has_agreements(self):
        self._assert_refused(self.contact)
        self._assert_refused(self.shop.partner_id)

    def test_others_do_not_change_who_is_open_to_agreements(self):
        stranger = self.env["res.company"].create({"name": "Cafe", "consolidation_open": True})
        self._assert_refused(stranger.partner_id)

    def test_its_own_people_and_who_keeps_the_settings_do(self):
        admin = new_test_user(self.env, "settings", groups="base.group_system")
        for user in (self.bistro_clerk, admin):
            for name, value in self.CHANGES:
                with self.subTest(name, user=user.login):
                    self.contact[name] = False if name != "name" else "Quay Bistro"
                    self.contact.with_user(user).write({name: value})
                    self.assertEqual(self.contact[name], value)

    def test_its_company_is_changed_by_who_keeps_the_settings(self):
        admin = new_test_user(self.env, "settings", groups="base.group_system")
        self.bistro.with_user(admin).email = "new@example.com"
        self.assertEqual(self.contact.email, "new@example.com")

    def test_other_contacts_and_other_fields_are_changed_as_before(self):
        closed = self.env["res.company"].create({"name": "Closed"}).partner_id
        closed.with_user(self.deli_clerk).email = "closed@example.com"
        self.assertEqual(closed.email, "closed@example.com")
        customer = self.env["res.partner"].create({"name": "Ann"})
        customer.with_user(self.deli_clerk).write({"name": "Anna", "email": "a@example.com"})
        self.assertEqual(customer.name, "Anna")
        self.contact.with_user(self.deli_clerk).comment = "Pays late"
        self.assertIn("Pays late", self.contact.comment)
