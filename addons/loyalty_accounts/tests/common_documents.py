from odoo import Command, fields

from .test_sale_order import SaleLoyaltyCommon


class DocumentsCommon(SaleLoyaltyCommon):
    """A company with a chart of accounts, a product at 100.00 and one at 100.00 plus 20 % tax.

    The card has 50.00 of credit, no discount, and earns 5 %.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.books = cls.company._get_loyalty_books()
        cls.deposits = cls.books.loyalty_deposit_account_id
        cls.marketing = cls.books.loyalty_marketing_account_id
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT 20 %", "amount": 20, "company_id": cls.company.id}
        )
        cls.tax_account = cls.env["account.account"].create(
            {"name": "VAT", "code": "251999", "account_type": "liability_current"}
        )
        taxing = cls.tax.repartition_line_ids.filtered(lambda part: part.repartition_type == "tax")
        taxing.account_id = cls.tax_account
        cls.taxed = cls.env["product.product"].create(
            {
                "name": "Table",
                "list_price": 100,
                "type": "consu",
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )
        (cls.product + cls.taxed).invoice_policy = "order"
        cls.account.write({"discount": 0, "credit_rate": 0.05})
        cls.ledger._top_up(cls.account, 50)

    def _order(self, *products, planned=0, **values):
        return self._create_order(
            *products,
            loyalty_account_id=self.account.id,
            loyalty_credit_planned=planned,
            **values,
        )

    def _confirm(self, *products, planned=0, **values):
        order = self._order(*products, planned=planned, **values)
        order.action_confirm()
        return order

    def _invoice(self, order, *, post=True, **values):
        invoice = order._create_invoices()
        invoice.write({"invoice_date": fields.Date.today(), **values})
        if post:
            invoice.action_post()
        return invoice

    def _pay(self, invoice, amount=None):
        """Register a payment in money."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        values = {} if amount is None else {"amount": amount}
        wizard.create(values)._create_payments()

    def _paid_invoice(self, *products, planned=0, **values):
        """An order that was invoiced and paid: with credit as planned, the rest in money."""
        order = self._confirm(*products, planned=planned, **values)
        invoice = self._invoice(order)
        if invoice.amount_residual:
            self._pay(invoice)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        return order, invoice

    def _refund(self, invoice, *, quantity=None, post=True):
        """Write a credit note for the whole invoice, or for a part of its first line."""
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        action = reversal.create({"journal_id": invoice.journal_id.id}).refund_moves()
        note = self.env["account.move"].browse(action["res_id"])
        if quantity is not None:
            note.invoice_line_ids[0].quantity = quantity
        if post:
            note.action_post()
        return note

    def _balance(self, account):
        """What posted entries make of an account; debit above zero."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def _assert_credit(self, balance, held=0, debt=0):
        self._assert_account(self.account, balance, held, debt)
