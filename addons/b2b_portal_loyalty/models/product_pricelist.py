from odoo import api, fields, models
from odoo.fields import Command, Domain


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    b2b_offer_customer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Offers of",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Made by the portal: this customer's usual pricelist with their offers before it.",
    )

    # Two requests at once make one pricelist.
    _b2b_offer_unique = models.UniqueIndex(
        "(company_id, b2b_offer_customer_id, currency_id) WHERE b2b_offer_customer_id IS NOT NULL",
        "There is a pricelist for the offers of this customer already.",
    )

    @api.model
    def _get_b2b_with_offers(self, company, customer, usual, offers):
        """Return a customer's pricelist with offers before the usual one, brought up to date.

        Its rules take prices from the offers' and the usual pricelist, so that Odoo converts
        currencies, and carry the offers' dates, so that an offer ends by itself.

        :param usual: the pricelist without offers, in the customer's currency
        """
        # Superuser: customers have no right on pricelists, and get only its prices.
        lists = self.sudo().with_context(active_test=False)
        found = lists.search(
            Domain("company_id", "=", company.id)
            & Domain("b2b_offer_customer_id", "=", customer.id)
            & Domain("currency_id", "=", usual.currency_id.id),
            limit=1,
        )
        found = found or lists._create_b2b_with_offers(company, customer, usual)
        found._write_b2b_offer_rules(usual, offers)
        return found

    def _create_b2b_with_offers(self, company, customer, usual):
        # The lock orders requests that make the same pricelist; the unique index is behind it.
        self.env.cr.execute(
            "SELECT id FROM res_company WHERE id = %s FOR NO KEY UPDATE", [company.id]
        )
        values = {
            "name": usual.name,
            "active": False,
            "company_id": company.id,
            "currency_id": usual.currency_id.id,
            "b2b_offer_customer_id": customer.id,
        }
        return self.create(values)

    def _write_b2b_offer_rules(self, usual, offers):
        """Write the rules, unless they are right already: a page that is read writes nothing."""
        wanted = {self._describe_b2b_rule(False, usual.id, False, False)} | {
            self._describe_b2b_rule(
                offer.product_id.id, offer.pricelist_id.id, offer.date_start, offer.date_end
            )
            for offer in offers
        }
        present = {
            self._describe_b2b_rule(
                rule.product_id.id, rule.base_pricelist_id.id, rule.date_start, rule.date_end
            )
            for rule in self.item_ids
        }
        if wanted == present:
            return
        products = self.env["product.product"].browse([row[0] for row in wanted if row[0]])
        templates = {product.id: product.product_tmpl_id.id for product in products}
        self.item_ids = [
            Command.clear(),
            *(Command.create(self._prepare_b2b_rule_vals(templates, *row)) for row in wanted),
        ]

    @api.model
    def _describe_b2b_rule(self, product_id, base_id, date_start, date_end):
        return (product_id or False, base_id, date_start or False, date_end or False)

    @api.model
    def _prepare_b2b_rule_vals(self, templates, product_id, base_id, date_start, date_end):
        return {
            "applied_on": "0_product_variant" if product_id else "3_global",
            "product_id": product_id,
            "product_tmpl_id": templates.get(product_id),
            "compute_price": "formula",
            "base": "pricelist",
            "base_pricelist_id": base_id,
            "date_start": date_start,
            "date_end": date_end,
        }
