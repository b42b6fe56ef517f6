from odoo.tests import HttpCase, tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestTillTours(TillCommon, HttpCase):
    """Odoo's own till in a browser, with a cashier who has no other right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.number = "2900000000018"
        cls.ledger._top_up(cls.account, 100)
        cls.partner.phone = "+31 20 555 12 34"
        cls._create_account(
            number="GOLD-77", name="Plain card", partner_id=False, discount=5, credit_rate=0
        )
        cls._create_account(
            number="2900000000049",
            name="Silver card",
            partner_id=False,
            blocked=True,
            block_reason="reported stolen",
        )
        cls.env["loyalty.account"].flush_model()

    def _tour(self, name):
        self.start_tour(f"/pos/ui/{self.config.id}", name, login="till_cashier")
        self.env.invalidate_all()

    def test_cards_are_scanned_typed_and_found(self):
        self._tour("loyalty_till_discount")
        self._assert_account(self.account, 100)

    def test_credit_pays_and_top_ups_are_sold(self):
        self._tour("loyalty_till_payment")
        self._assert_account(self.account, 27)

    def test_tip_and_pin(self):
        self._close()
        self.config.write(
            {
                "iface_tipproduct": True,
                "tip_product_id": self._product("Tip", 0, type="service").id,
            }
        )
        self.till_session = self._open(self.config)
        self.company.loyalty_pin_amount = 50
        self.account._set_pin(self.account._digest_pin("2468", new=True))
        self._tour("loyalty_till_tip_and_pin")
        self._assert_account(self.account, 5)

    def test_refund_goes_back_to_the_card(self):
        self._sell([self._line(self.coffee)], [self._hold(40), self._pay(self.cash, 50)])
        self._tour("loyalty_till_refund")
        self._assert_account(self.account, 100)

    def test_nothing_is_closed_while_the_server_is_away(self):
        self._tour("loyalty_till_offline")
        self._assert_account(self.account, 62.5)
