from odoo.addons.loyalty_accounts_pos.tests.common import TillCommon
from odoo.addons.partner_consolidation.tests.common import agree


class PartnerTillCommon(TillCommon):
    """A till of a company that serves clients of another one, with a card from there.

    10 % discount, credit rate 0.05; 30.00 of credit from there, 50.00 that was earned here, which
    may pay half of a bill.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issuer = cls.other_company
        cls.issuer.currency_id = cls.company.currency_id
        cls.env.user.company_ids |= cls.issuer
        guest = cls.env["res.partner"].create(
            {"name": "Greta Guest", "phone": "+31 20 555 98 76", "email": "greta@example.org"}
        )
        cls.card = cls.env["loyalty.account"].create(
            {
                "name": "Guest card",
                "number": "2900000000025",
                "partner_id": guest.id,
                "company_id": cls.issuer.id,
                "discount": 10,
                "credit_rate": 0.05,
            }
        )
        cls.agreement = agree(cls.env, cls.issuer, cls.company, payment_percentage=50)
        cls.ledger._top_up(cls.card, 30, company=cls.issuer)
        cls.ledger._earn(cls.card, 50, company=cls.company)

    def _items(self):
        return self.env["consolidation.item"].search([("creditor_id", "=", self.company.id)])
