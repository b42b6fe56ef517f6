from odoo.tests import HttpCase, tagged

from .common import PartnerTillCommon


@tagged("post_install", "-at_install")
class TestPartnerTillTours(PartnerTillCommon, HttpCase):
    """Odoo's own till in a browser, with a cashier who has no other right."""

    def test_card_of_a_partner_pays_in_the_order_that_the_till_says(self):
        self.env["loyalty.account"].flush_model()
        self.start_tour(
            f"/pos/ui/{self.config.id}", "partner_consolidation_till", login="till_cashier"
        )
        self.env.invalidate_all()
        self.assertEqual(self.card.balance, 5.75)
        self.assertEqual(self._items().mapped("amount"), [30])
