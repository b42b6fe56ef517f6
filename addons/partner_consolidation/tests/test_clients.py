from odoo.tests import tagged

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestClients(ConsolidationCommon):
    """Contacts behind cards stay their establishment's own once others honour them."""

    def _client(self, name, company=None):
        partner = self.env["res.partner"].create({"name": name})
        self.env["loyalty.account"].create(
            {"name": name, "partner_id": partner.id, "company_id": (company or self.shop).id}
        )
        return partner

    def _seen_by_the_bistro(self, partner):
        partners = self.env["res.partner"].with_user(self.bistro_clerk)
        return bool(partners.search_count([("id", "=", partner.id)]))

    def test_clients_are_hidden_from_others_when_an_agreement_starts(self):
        anna = self._client("Anna")
        child = self.env["res.partner"].create({"name": "Work", "parent_id": anna.id})
        self.assertTrue(self._seen_by_the_bistro(anna))
        self._agree(self.shop, self.bistro)
        self.assertEqual((anna | child).company_id, self.shop)
        self.assertFalse(self._seen_by_the_bistro(anna))
        self.assertFalse(self._seen_by_the_bistro(child))

    def test_new_clients_are_hidden_from_the_start(self):
        self._agree(self.shop, self.bistro)
        self.assertFalse(self._seen_by_the_bistro(self._client("Berta")))

    def test_clients_of_both_stay_shared_and_are_counted(self):
        both = self._client("Carla")
        self.env["loyalty.account"].create(
            {"name": "Second", "partner_id": both.id, "company_id": self.bistro.id}
        )
        self._agree(self.shop, self.bistro)
        self.assertFalse(both.company_id)
        self.assertEqual(self.shop._count_shared_clients(), 1)

    def test_contacts_of_companies_and_staff_are_left_alone(self):
        for partner in (self.deli.partner_id, self.shop_clerk.partner_id):
            self.env["loyalty.account"].create(
                {"name": "Own", "partner_id": partner.id, "company_id": self.shop.id}
            )
        self._agree(self.shop, self.bistro)
        self.assertFalse(self.deli.partner_id.company_id)
        self.assertFalse(self.shop_clerk.partner_id.company_id)

    def test_without_an_agreement_contacts_stay_as_they_are(self):
        self.assertTrue(self._seen_by_the_bistro(self._client("Dora")))
