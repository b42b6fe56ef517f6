"""What follows when an article was sold or came back."""

from decimal import Decimal

from odoo import api, fields, models

from ..const import VAT_MODES
from ..rules import settling


class ConsignmentArticle(models.Model):
    _inherit = "consignment.article"

    sale_ids = fields.One2many("consignment.sale", "article_id", string="Sales", readonly=True)
    sold_date = fields.Date(readonly=True, copy=False)
    vat_mode = fields.Selection(
        selection=VAT_MODES,
        string="VAT",
        readonly=True,
        copy=False,
        help="As agreed when the article was accepted.",
    )
    vat_rate = fields.Float(
        string="VAT in margin (%)",
        digits=(5, 2),
        readonly=True,
        copy=False,
        help="As configured when the article was accepted.",
    )
    entry_fee = fields.Monetary(
        readonly=True, copy=False, help="Charged for accepting it, as agreed then."
    )
    sale_fee = fields.Monetary(
        readonly=True, copy=False, help="Charged when it is sold, as agreed at acceptance."
    )

    @api.depends(
        *("price", "share", "vat_mode", "accepted_date"),
        *("consignor_id.share", "intake_id.agreed_share", "intake_id.state"),
    )
    def _compute_payout(self):
        for article in self:
            article.payout = article._split_price().consignor

    def _split_price(self, price=None):
        """Split a price as a sale at it will be split.

        :param price: in the shop's currency; without it, the price of today
        :return: see ``rules/settling.py``
        """
        self.ensure_one()
        price = price or self.price
        mode = self.vat_mode if self.accepted_date else self.consignor_id._get_vat_mode()
        return settling.split(
            price,
            self._get_untaxed(price) if mode == "agency" else price,
            self._get_expected_share(),
            is_agency=mode == "agency",
            step=Decimal(str(self.currency_id.rounding)),
        )

    def _get_expected_share(self):
        """Return the share in percent that counts: as accepted, as submitted, or of today."""
        if self.accepted_date:
            return self.share
        intake = self.intake_id
        return self.consignor_id.share if intake.state == "draft" else intake.agreed_share

    def _get_untaxed(self, price):
        # Superuser: taxes are computed for whoever may see the price.
        sudo = self.sudo()
        taxes = sudo.product_id.taxes_id if sudo.product_id else sudo.shop_id.sale_tax_id
        return taxes.compute_all(price, currency=sudo.currency_id)["total_excluded"]

    def _get_agreed(self):
        """Return price and consignor's part as agreed on acceptance; before it, those of today."""
        self.ensure_one()
        price = self.agreed_price or self.price
        return price, float(self._split_price(price).consignor)

    def _enter_stock(self):
        """Override: VAT and fees are agreed with the share."""
        result = super()._enter_stock()
        for consignor, articles in self.grouped("consignor_id").items():
            articles.write(
                {
                    "vat_mode": consignor._get_vat_mode(),
                    "vat_rate": consignor.shop_id.margin_vat_rate,
                    "entry_fee": consignor.shop_id.entry_fee,
                    "sale_fee": consignor.shop_id.sale_fee,
                }
            )
        return result

    def _prepare_product_vals(self):
        """Override: agency sales are taxed; under the margin scheme no tax is shown."""
        is_agency = self.consignor_id._get_vat_mode() == "agency"
        taxes = self.shop_id.sale_tax_id if is_agency else self.shop_id.browse()
        return {**super()._prepare_product_vals(), "taxes_id": taxes.ids}

    def _follow_sales(self):
        """Bring state and product in line with the recorded sales: sold, or on sale again."""
        sums = dict(
            self.env["consignment.sale"]._read_group(
                [("article_id", "in", self.ids)], ["article_id"], ["quantity:sum"]
            )
        )
        dates = dict(
            self.env["consignment.sale"]._read_group(
                [("article_id", "in", self.ids), ("quantity", ">", 0)],
                ["article_id"],
                ["date:max"],
            )
        )
        sold = self.filtered(lambda article: sums.get(article, 0) >= 1 and article.state == "stock")
        for date, articles in sold.grouped(lambda article: dates[article].date()).items():
            articles.write({"state": "sold", "sold_date": date})
        sold._offer(False)
        back = self.filtered(lambda article: sums.get(article, 0) < 1 and article.state == "sold")
        back.write({"state": "stock", "sold_date": False})
        back._offer(True)

    def _offer(self, offered):
        """Put the articles' products into till and catalogue, or take them out."""
        if self:
            # Superuser: who sells or ends an article need not have a right on products. Written on
            # the templates, each of one product: through the products it is a query for each.
            self.product_id.sudo().product_tmpl_id.write(self._prepare_offer_vals(offered))

    def _prepare_offer_vals(self, offered):
        """Return the values of a product that is on sale or not; extended by other apps."""
        return {"sale_ok": offered}
