from odoo import Command

from .common_documents import DocumentsCommon


class VouchersCommon(DocumentsCommon):
    """Products that sell credit: a top-up and a voucher of 60.00, a meal voucher of 50.00 + 20 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        products = cls.env["product.product"]
        common = {"type": "service", "invoice_policy": "order", "list_price": 60}
        cls.top_up = products.create(
            {**common, "name": "Top-up", "loyalty_credit_product": "top_up", "taxes_id": False}
        )
        cls.multi = products.create(
            {**common, "name": "Voucher", "loyalty_credit_product": "voucher", "taxes_id": False}
        )
        cls.single = products.create(
            {
                **common,
                "name": "Meal voucher",
                "list_price": 50,
                "loyalty_credit_product": "single_voucher",
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )

    def _sell(self, *products, quantity=1, pay=True, post=True, move_type="out_invoice", **values):
        """Invoice products, a line of each."""
        invoice = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.partner.id,
                "invoice_line_ids": [
                    Command.create({"product_id": product.id, "quantity": quantity, **values})
                    for product in products
                ],
            }
        )
        if post:
            invoice.action_post()
            if pay:
                self._pay(invoice)
        return invoice
