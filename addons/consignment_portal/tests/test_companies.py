from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestCompanies(ConsignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.elsewhere.id)], limit=1
        )
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            "consignment_portal.group_consignment_manager",
            company_id=cls.elsewhere.id,
            company_ids=[Command.set(cls.elsewhere.ids)],
        )

    def test_a_shop_receives_in_a_warehouse_of_its_company_only(self):
        with self.assertRaises(UserError):
            self._create_shop("30099", warehouse_id=self.warehouse.id)
        shop = self._create_shop(
            "30099", company_id=self.elsewhere.id, warehouse_id=self.warehouse.id
        )
        self.assertEqual(shop.company_id, self.elsewhere)

    def test_a_shop_with_consignors_stays_in_its_company(self):
        values = {"company_id": self.elsewhere.id, "warehouse_id": self.warehouse.id}
        with self.assertRaisesRegex(UserError, "another shop"):
            self.shop.write(values)
        empty = self._create_shop("30099")
        empty.write(values)
        self.assertEqual(empty.company_id, self.elsewhere)

    def test_a_shop_keeps_its_number_while_labels_lead_to_it(self):
        article = self._create_stock()
        with self.assertRaisesRegex(UserError, "Labels of articles on sale"):
            self.shop.number = "30098"
        self.shop.number = self.shop.number
        article.action_return()
        self.shop.number = "30098"
        self.assertEqual(self.shop.number, "30098")

    def test_a_contact_of_another_company_is_no_consignor(self):
        contact = self.env["res.partner"].create({"name": "Zoe", "company_id": self.elsewhere.id})
        with self.assertRaises(UserError):
            self._create_consignor("Zoe", partner_id=contact.id)
        contact.company_id = False
        self.assertEqual(
            self._create_consignor("Zoe", partner_id=contact.id).company_id, self.company
        )

    def test_the_company_itself_is_no_consignor_and_keeps_name_and_bank_account(self):
        with self.assertRaises(ValidationError):
            self._create_consignor("Me", partner_id=self.company.partner_id.id)

    def test_an_employees_contact_is_not_renamed_by_staff_without_the_right_on_contacts(self):
        boss = new_test_user(self.env, "boss", "base.group_user", name="Berta Boss")
        consignor = self._create_consignor("Boss", partner_id=boss.partner_id.id)
        with self.assertRaises(AccessError):
            consignor.with_user(self.staff).last_name = "Fool"
        self.consignor.with_user(self.staff).last_name = "Anders"
        self.assertEqual((boss.name, self.consignor.partner_id.name), ("Berta Boss", "Anders"))

    def test_staff_corrects_addresses_of_consignors_but_not_of_employees(self):
        self.consignor.with_user(self.staff).write({"email": "anna@new.example", "city": "Lund"})
        contact = self.consignor.partner_id
        self.assertEqual((contact.email, contact.city), ("anna@new.example", "Lund"))
        boss = new_test_user(self.env, "boss", "base.group_user", name="Berta Boss")
        consignor = self._create_consignor("Boss", partner_id=boss.partner_id.id)
        with self.assertRaises(AccessError):
            consignor.with_user(self.staff).email = "fool@new.example"

    def test_staff_of_another_company_sees_and_does_nothing(self):
        article = self._create_stock()
        intake = self._create_intake()
        for record in (self.shop, self.consignor, intake, article):
            with self.subTest(record):
                found = record.with_user(self.stranger).search([("id", "in", record.ids)])
                self.assertFalse(found)
                with self.assertRaises(AccessError):
                    record.with_user(self.stranger).write({"active": True})
        theirs = article.with_user(self.stranger)
        prints = theirs.env["consignment.label.print"]
        for name, call in (
            ("fetched", theirs.action_return),
            ("rejected", lambda: theirs._reject("No")),
            ("labels", lambda: prints.create({"article_ids": article.ids})._write_zpl()),
            ("submitted", intake.with_user(self.stranger).action_submit),
            ("access", self.consignor.with_user(self.stranger).action_send_access),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                call()
        self.assertEqual((article.state, intake.state), ("stock", "draft"))

    def test_a_dialogue_is_its_users_own(self):
        dialogue = self.env["consignment.settle"].create({})
        with self.assertRaises(AccessError):
            dialogue.with_user(self.stranger).check_access("read")
