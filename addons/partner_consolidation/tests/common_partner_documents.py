from odoo import Command

from odoo.addons.loyalty_accounts.tests.common_documents import DocumentsCommon

from .common import agree


class PartnerDocumentsCommon(DocumentsCommon):
    """Orders and invoices of a company that serves clients of the other one.

    The card was issued there: 10 % discount, credit rate 0.05, 60.00 of credit.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issuer = cls.other_company
        cls.issuer.currency_id = cls.company.currency_id
        cls.env.user.company_ids |= cls.issuer
        cls.agreement = agree(cls.env, cls.issuer, cls.company, payment_percentage=50)
        cls.card = cls.env["loyalty.account"].create(
            {
                "name": "Card of a guest",
                "partner_id": cls.env["res.partner"]
                .create({"name": "Greta Guest", "company_id": cls.issuer.id})
                .id,
                "company_id": cls.issuer.id,
                "discount": 10,
                "credit_rate": 0.05,
            }
        )
        cls.ledger._top_up(cls.card, 60, company=cls.issuer)
        cls.clerk = cls._create_user(
            "clerk",
            "sales_team.group_sale_salesman_all_leads,account.group_account_invoice,"
            "base.group_allow_export",
            company_ids=[Command.set(cls.company.ids)],
        )

    def _pair(self, *products, planned=0, user=None):
        order = self._create_order(*products).with_user(user or self.clerk)
        order.action_pair_loyalty_account(self.card.number)
        order.loyalty_credit_planned = planned
        return order

    def _items(self):
        items = self.env["consolidation.item"].search([("creditor_id", "=", self.company.id)])
        return items.sorted("id")

    def _plain_invoice(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.company.partner_id.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.product.id, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _wizards(self):
        return self.env["loyalty.invoice.credit"].with_user(self.clerk)
