from odoo.tests import tagged

from odoo.addons.partner_consolidation.tests.common import ConsolidationCommon


@tagged("post_install", "-at_install")
class TestTerms(ConsolidationCommon):
    """Integrators of the bistro and of the deli; only the bistro serves the shop's clients."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry_enter_test_mode_cls()
        cls._agree(cls.shop, cls.bistro, payment_percentage=50)
        cls.card = cls.env["loyalty.account"].create(
            {"name": "Anna", "company_id": cls.shop.id, "discount": 10, "credit_rate": 0.05}
        )
        cls.env["loyalty.ledger"]._top_up(cls.card, 30, company=cls.shop)
        cls.at_bistro, cls.at_deli = map(cls._create_facade, (cls.bistro, cls.deli))
        cls.env.flush_all()

    @classmethod
    def _create_facade(cls, company):
        families = cls.env["integrator.family"].search([])
        issue = cls.env["integrator.client"]._issue
        client, _key = issue(f"Program of {company.name}", company, families, 30)
        return cls.env["integrator.api"].with_user(client.user_id)

    def _code(self, answer):
        return answer["error"]["code"]

    def test_a_partners_card_tells_its_terms_here(self):
        terms = self.at_bistro.loyalty_terms(number=self.card.number, bill="20.00")
        self.assertEqual(
            (terms["issuer"], terms["own"], terms["usable"], terms["payment_percentage"]),
            ("Corner Shop", False, True, "50"),
        )
        self.assertEqual((terms["spendable"], terms["shared_deposit"]), ("20.00", True))

    def test_a_third_establishment_learns_nothing(self):
        for number in (self.card.number, "NO-SUCH-1"):
            answer = self.at_deli.loyalty_terms(number=number)
            self.assertEqual(self._code(answer), "account_not_found")

    def test_a_partners_card_pays_and_its_balance_is_not_told(self):
        paid = self.at_bistro.loyalty_charge(
            number=self.card.number, amount="5.00", request_id="charge-0001"
        )
        self.assertEqual((paid["amount"], paid["balance"]), ("-5.00", ""))
        found = self.at_bistro.loyalty_find(number=self.card.number)
        self.assertEqual((found["balance"], found["available"]), ("", "25.00"))
        again = self.at_bistro.loyalty_charge(
            number=self.card.number, amount="5.00", request_id="charge-0001"
        )
        self.assertEqual(again, paid)
        back = self.at_bistro.loyalty_refund(move=paid["move"], request_id="refund-0001")
        self.assertEqual((back["kind"], back["balance"]), ("refund", ""))

    def test_what_a_partner_charged_is_not_given_back_elsewhere(self):
        paid = self.at_bistro.loyalty_charge(
            number=self.card.number, amount="5.00", request_id="charge-0001"
        )
        at_shop = self._create_facade(self.shop)
        for facade in (self.at_deli, at_shop):
            answer = facade.loyalty_refund(move=paid["move"], request_id="refund-0001")
            self.assertEqual(self._code(answer), "movement_refused")

    def test_a_partners_movements_are_its_own(self):
        answer = self.at_bistro.loyalty_statement(number=self.card.number)
        self.assertEqual(self._code(answer), "movement_refused")
