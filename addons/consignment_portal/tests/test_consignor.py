from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestConsignor(ConsignmentCommon):
    def test_consignors_get_the_next_number_of_their_shop(self):
        self.assertEqual([self.consignor.number, self.other.number], ["1", "2"])
        elsewhere = self._create_consignor("Cleo", shop=self._create_shop("10020"))
        self.assertEqual(elsewhere.number, "1")

    def test_several_that_are_entered_at_once_get_a_number_each(self):
        vals = {"shop_id": self.shop.id, "last_name": "Cleo"}
        both = self.env["consignment.consignor"].create([dict(vals), dict(vals)])
        self.assertEqual(both.mapped("number"), ["3", "4"])

    def test_the_contact_is_made_and_renamed_with_the_consignor(self):
        self.consignor.write({"first_name": "Anna", "last_name": "Berg"})
        self.assertEqual(self.consignor.partner_id.name, "Anna Berg")
        self.assertEqual(self.consignor.partner_id.email, "anna@example.com")

    def test_the_own_share_counts_where_there_is_one(self):
        self.assertEqual(self.consignor.share, 60)
        self.consignor.write({"uses_own_share": True, "own_share": 0})
        self.assertEqual(self.consignor.share, 0)

    def test_a_login_is_a_consignor_of_its_open_shop_only(self):
        self.assertEqual(self.user._get_consignors(self.shop), self.consignor)
        self.assertFalse(self.user._get_consignors(self._create_shop("10020")))
        self.assertFalse(self.staff._get_consignors(self.shop))
        self.assertFalse(self.env.ref("base.public_user")._get_consignors(self.shop))
        self.consignor.active = False
        self.assertFalse(self.user._get_consignors(self.shop))

    def test_a_login_reads_and_writes_nothing_over_rpc(self):
        for model in ("shop", "consignor", "intake", "article"):
            records = self.env[f"consignment.{model}"].with_user(self.user)
            for call in (lambda r=records: r.search([]), lambda r=records: r.create({})):
                with self.subTest(model), self.assertRaises(AccessError):
                    call()
