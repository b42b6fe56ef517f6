from odoo.tests import HttpCase, new_test_user, tagged

from .common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestPlaces(ConsolidationCommon, HttpCase):
    """The holder and the issuer see where else a card is good."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holder = new_test_user(
            cls.env,
            login="holder",
            groups="base.group_portal",
            company_id=cls.shop.id,
            company_ids=[(6, 0, cls.shop.ids)],
        )
        cls.card = cls.env["loyalty.account"].create(
            {
                "name": "Anna",
                "company_id": cls.shop.id,
                "partner_id": cls.holder.partner_id.id,
                "discount": 10,
            }
        )
        cls.env["loyalty.ledger"]._top_up(cls.card, 30, company=cls.shop)

    def _page(self):
        self.authenticate("holder", "holder")
        return self.url_open(f"/my/cards/{self.card.id}").text

    def test_page_names_partners_and_what_pays_there(self):
        self.assertNotIn("Also good at", self._page())
        self._agree(self.shop, self.bistro)
        self._agree(self.shop, self.deli, shared_deposit=False, copy_privileges=False, discount=3)
        page = self._page()
        self.assertIn("Quay Bistro", page)
        self.assertIn("Old Deli", page)

    def test_form_says_what_pays_where(self):
        self._agree(self.shop, self.bistro, shared_deposit=False)
        self.env["loyalty.ledger"]._earn(self.card, 5, company=self.bistro)
        self.assertIn("Quay Bistro", self.card.places_note)
        self.assertIn("Here", self.card.places_note)
        self.assertEqual(self.card._get_spendable(self.shop), 30)

    def test_blocked_card_is_good_nowhere(self):
        self._agree(self.shop, self.bistro)
        self.card.blocked = True
        self.assertFalse(self.card.places_note)
