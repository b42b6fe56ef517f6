from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

#: What core reads of a rule to decide whether it applies and to compute its price.
RULE_FIELDS = [
    "applied_on",
    "base",
    "base_pricelist_id",
    "categ_id",
    "compute_price",
    "currency_id",
    "fixed_price",
    "min_quantity",
    "percent_price",
    "price_discount",
    "price_markup",
    "price_max_margin",
    "price_min_margin",
    "price_round",
    "price_surcharge",
    "pricelist_id",
    "product_id",
    "product_tmpl_id",
]


class PageRules:
    """Rules of pricelists for the products of one page, sorted by the product they name."""

    def __init__(self, products):
        self.products = products
        self.rules = {}

    def keep(self, pricelist_id, rules):
        """Keep a pricelist's rules for the page, in core's order of precedence."""
        by_template = defaultdict(list)
        for position, rule in enumerate(rules):
            by_template[rule.product_tmpl_id.id].append((position, rule.id))
        self.rules[pricelist_id] = (rules, by_template)

    def choose(self, pricelist_id, products):
        """Return the kept rules that may concern the products, in the same order."""
        rules, by_template = self.rules[pricelist_id]
        if len(products) > 1:
            return rules
        template = products if products._name == "product.template" else products.product_tmpl_id
        found = sorted(by_template.get(template.id, []) + by_template.get(False, []))
        return rules.browse([rule_id for _position, rule_id in found]).with_prefetch(rules.ids)


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    b2b_base_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Converted pricelist",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="This pricelist was made by the portal: it gives the prices of the other one in "
        "its own currency.",
    )
    b2b_technical = fields.Boolean(
        string="Made by the portal",
        readonly=True,
        copy=False,
        help="Made by the portal to give prices in a customer's currency. It stays archived, so "
        "that it never becomes a default of Odoo.",
    )

    # Used when prices are looked up; two requests at once make one pricelist.
    _b2b_technical_unique = models.UniqueIndex(
        "(company_id, currency_id, COALESCE(b2b_base_id, 0)) WHERE b2b_technical",
        "There is a pricelist of this currency for the portal already.",
    )

    @api.model
    def _get_b2b_technical(self, company, currency, base):
        """Return the pricelist that gives prices in a currency; it is made when missing.

        :param base: pricelist whose prices are converted; empty for the sales prices
        """
        # Superuser: customers and sellers have no right on pricelists, and get only its prices.
        lists = self.sudo().with_context(active_test=False)
        known = Domain("b2b_technical", "=", True) & Domain("company_id", "=", company.id)
        domain = (
            known & Domain("currency_id", "=", currency.id) & Domain("b2b_base_id", "=", base.id)
        )
        return lists.search(domain, limit=1) or lists._create_b2b_technical(company, currency, base)

    def _create_b2b_technical(self, company, currency, base):
        """Make it; a second request waits for the first and finds its pricelist."""
        # The lock orders requests that make the same pricelist; the unique index is behind it.
        self.env.cr.execute(
            "SELECT id FROM res_company WHERE id = %s FOR NO KEY UPDATE", [company.id]
        )
        values = {
            "name": base.name or self.env._("Sales prices"),
            "active": False,
            "b2b_technical": True,
            "b2b_base_id": base.id,
            "company_id": company.id,
            "currency_id": currency.id,
        }
        if base:
            rule = {"compute_price": "formula", "base": "pricelist", "base_pricelist_id": base.id}
            values["item_ids"] = [fields.Command.create({**rule, "applied_on": "3_global"})]
        return self.create(values)

    def _get_applicable_rules(self, products, date, **kwargs):
        """Override of ``product``: one query for a whole page of products.

        A pricelist that is based on another asks for the other's rules product by product. Under
        the context key ``b2b_rules`` (:class:`PageRules`) they are read once for all products of the page;
        core checks each rule against the product anyhow.
        """
        page = self.env.context.get("b2b_rules")
        if page is None or not self:
            return super()._get_applicable_rules(products, date, **kwargs)
        if self.id not in page.rules:
            domain = self._get_applicable_rules_domain(page.products, date=date, **kwargs)
            rules = self.env["product.pricelist.item"]
            page.keep(self.id, rules.search_fetch(domain, RULE_FIELDS))
        return page.choose(self.id, products).with_env(self.env)
