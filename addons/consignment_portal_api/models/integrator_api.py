from odoo import models

from odoo.addons.integrator_api.exceptions import NotFound
from odoo.addons.integrator_api.models.integrator_api_changes import LIMIT, SINCE
from odoo.addons.integrator_api.operations import operation
from odoo.addons.integrator_api.rules import plain
from odoo.addons.integrator_api.rules.arguments import Text

ARTICLE = (
    "article, intake, shop, consignor, title, category, price, payout, currency, state, barcode, "
    "return_date"
)
SALE = (
    "sale, article, consignor, date, quantity, amount, share (percent), consignor_amount, currency"
)
SETTLEMENT = (
    "settlement (its number), shop, consignor, from, to, state (confirmed, carried, paid, "
    "reversed), sold, share, fees, compensation, carried, tax, total, currency"
)


class IntegratorApi(models.AbstractModel):
    """What became of articles: for sale, sold, settled."""

    _inherit = "integrator.api"

    @operation("consignment", SINCE, LIMIT, answer=f"rows (a list of {ARTICLE}), next, more")
    def consignment_articles(self, since, limit):
        """List the articles that changed, the longest ago first."""
        return self._list_changes(
            "consignment.article", self._get_own_domain(), since, limit, self._tell_article
        )

    @operation("consignment", SINCE, LIMIT, answer=f"rows (a list of {SALE}), next, more")
    def consignment_sales(self, since, limit):
        """List sales; what came back is a row with negative numbers."""
        return self._list_changes(
            "consignment.sale", self._get_own_domain(), since, limit, self._tell_sale
        )

    @operation("consignment", SINCE, LIMIT, answer=f"rows (a list of {SETTLEMENT}), next, more")
    def consignment_settlements(self, since, limit):
        """List the settlements that were decided or changed since; previews are not shown."""
        domain = [*self._get_own_domain(), ("stage", "!=", "draft")]
        return self._list_changes(
            "consignment.settlement", domain, since, limit, self._tell_settlement
        )

    @operation(
        "consignment",
        Text("settlement", "its number"),
        answer=f"{SETTLEMENT}",
        errors={"not_found": "there is no settlement of this number"},
    )
    def consignment_settlement(self, settlement):
        """Tell the amounts of a settlement."""
        domain = [*self._get_own_domain(), ("stage", "!=", "draft"), ("name", "=", settlement)]
        found = self.env["consignment.settlement"].search(domain, limit=1)
        if not found:
            raise NotFound(self.env._("There is no settlement %s.", settlement))
        return self._tell_settlement(found)

    # === INTERNALS === #

    def _get_own_domain(self):
        return [("company_id", "=", self.env.company.id)]

    def _tell_article(self, article):
        digits = article.currency_id.decimal_places
        return {
            "article": article.id,
            "intake": article.intake_id.name,
            "shop": article.shop_id.number,
            "consignor": article.consignor_id.number,
            "title": article.name,
            "category": article.categ_id.display_name,
            "price": plain.money(article.price, digits),
            "payout": plain.money(article.payout, digits),
            "currency": article.currency_id.name,
            "state": article.state,
            "barcode": article.barcode or "",
            "return_date": plain.day(article.return_date),
        }

    def _tell_sale(self, sale):
        digits = sale.currency_id.decimal_places
        return {
            "sale": sale.id,
            "article": sale.article_id.id,
            "consignor": sale.consignor_id.number,
            "date": plain.moment(sale.date),
            "quantity": plain.number(sale.quantity),
            "amount": plain.money(sale.amount, digits),
            "share": plain.number(sale.share),
            "consignor_amount": plain.money(sale.consignor_amount, digits),
            "currency": sale.currency_id.name,
        }

    def _tell_settlement(self, settlement):
        amounts = {
            "sold": settlement.amount_sold,
            "share": settlement.amount_share,
            "fees": settlement.amount_fees,
            "compensation": settlement.amount_compensation,
            "carried": settlement.amount_carried,
            "tax": settlement.amount_tax,
            "total": settlement.amount_total,
        }
        digits = settlement.currency_id.decimal_places
        return {
            "settlement": settlement.name or "",
            "shop": settlement.shop_id.number,
            "consignor": settlement.consignor_id.number,
            "from": plain.day(settlement.date_from),
            "to": plain.day(settlement.date_to),
            "state": settlement.state,
            **{name: plain.money(amount, digits) for name, amount in amounts.items()},
            "currency": settlement.currency_id.name,
        }
