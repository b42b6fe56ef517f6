"""The product that an accepted article is, and its way into the shop."""

from odoo import fields, models

from ..rules import barcodes


class ConsignmentArticle(models.Model):
    _inherit = "consignment.article"

    def _create_products(self):
        """Make a product of each article: own barcode, the agreed price, cost 0."""
        serials = self._next_serials()
        for article, serial in zip(self, serials, strict=True):
            article.barcode = barcodes.make_ean13(serial)
            article.agreed_price = article.price
        # Superuser: accepting articles is the right that counts; the products follow from it.
        products = (
            self.env["product.product"]
            .sudo()
            .with_context(create_product_product=True)
            .create([article._prepare_product_vals() for article in self])
        )
        for article, product in zip(self, products, strict=True):
            article.product_id = product

    def _next_serials(self):
        sequence = self.env.ref("consignment_portal.ir_sequence_article")
        # Superuser: numbers of articles are given by accepting them.
        return [sequence.sudo().next_by_id() for _article in self]

    def _prepare_product_vals(self):
        """Return the values of an accepted article's product; extended by other apps."""
        self.ensure_one()
        return {
            "name": self.name,
            "barcode": self.barcode,
            "default_code": self.barcode,
            "type": "consu",
            "is_storable": True,
            "list_price": self.price,
            "standard_price": 0,
            "categ_id": self.categ_id.id,
            "company_id": self.company_id.id,
            "description_sale": self.size_brand,
            "image_1920": self.image_1920,
            "sale_ok": True,
            "purchase_ok": False,
            "taxes_id": [],
            "supplier_taxes_id": [],
        }

    def _enter_stock(self):
        """Note that received articles are on sale, at the share agreed with their intake."""
        today = fields.Date.context_today(self)
        for intake, articles in self.grouped("intake_id").items():
            articles.write(
                {
                    "state": "stock",
                    "accepted_date": today,
                    "return_date": fields.Date.add(today, days=intake.shop_id.return_days),
                    "share": intake.agreed_share,
                }
            )
