"""Why a customer sees a product, or does not: the gate's decision, told rule by rule.

The gate itself is a search over all products. Here the same questions are put to one product, so
that the answer can name what decides; a test compares both.
"""

import dataclasses

from odoo import fields, models


@dataclasses.dataclass
class Explanation:
    """What is told about a product and a customer.

    :param visible: the decision; the gate's is the same
    :param reason: a sentence that names what decides
    :param rules: the pricelist rules it speaks of
    """

    visible: bool
    reason: str
    rules: object


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _explain_b2b_product(self, company, product):
        """Return the :class:`Explanation` of a product for this customer at a company."""
        # Superuser: staff who may not read another company's rules are told the decision, too.
        product = product.sudo().with_company(company)
        # Superuser: an empty recordset, to which rules of the customer's own list are added.
        no_rules = self.env["product.pricelist.item"].sudo()
        if obstacle := self._explain_b2b_obstacle(company, product):
            return Explanation(False, obstacle, no_rules)
        if special := self._explain_b2b_special(company, product):
            return Explanation(True, special, no_rules)
        pricelist = self._get_b2b_assigned_pricelist(company)
        if pricelist and not pricelist.active:
            reason = self.env._(
                "The pricelist “%s” assigned to the customer is archived: nothing is shown.",
                pricelist.name,
            )
            return Explanation(False, reason, no_rules)
        if pricelist:
            return self._explain_b2b_rules(pricelist, product)
        if product.list_price > 0:
            reason = self.env._(
                "No pricelist is assigned to the customer: everything for sale with a price is shown."
            )
            return Explanation(True, reason, no_rules)
        reason = self.env._(
            "No pricelist is assigned to the customer, and the product has no sales price."
        )
        return Explanation(False, reason, no_rules)

    def _explain_b2b_obstacle(self, company, product):
        """Return why the portal cannot sell a product to anybody; empty when it can."""
        dynamic = product.attribute_line_ids.attribute_id.filtered(
            lambda attribute: attribute.create_variant == "dynamic"
        )
        obstacles = [
            (not product.active, self.env._("The product is archived.")),
            (
                not product.sale_ok,
                self.env._("The product is not for sale: “Sales” is not ticked on it."),
            ),
            (
                product.type == "combo",
                self.env._("The product is a combo, which the portal does not sell."),
            ),
            (
                product.company_id and product.company_id != company,
                self.env._("The product belongs to another company: %s.", product.company_id.name),
            ),
            (
                dynamic,
                self.env._(
                    "Variants of the product are created while ordering (%s); the portal sells "
                    "finished ones only.",
                    ", ".join(dynamic.mapped("name")),
                ),
            ),
        ]
        return next((sentence for holds, sentence in obstacles if holds), "")

    def _explain_b2b_special(self, company, product):
        """Return why a product is shown besides the pricelist, in a sentence; else empty.

        Extension point, together with ``_get_b2b_parts``: offers.
        """
        return ""

    def _explain_b2b_rules(self, pricelist, product):
        """Return the explanation out of the rules of the assigned pricelist."""
        # Superuser: see _explain_b2b_product.
        rules = (
            self.env["product.pricelist.item"].sudo().search([("pricelist_id", "=", pricelist.id)])
        )
        named = rules.filtered(lambda rule: rule._is_applicable_for(product, float("inf")))
        now = fields.Datetime.now()
        valid = named.filtered(
            lambda rule: (
                (not rule.date_start or rule.date_start <= now)
                and (not rule.date_end or rule.date_end >= now)
            )
        )
        if valid:
            reason = self.env._("The pricelist “%s” names the product now.", pricelist.name)
            return Explanation(True, reason, valid)
        reason, nearest = self._explain_b2b_nearest(pricelist, product, rules, named, now)
        return Explanation(False, reason, nearest)

    def _explain_b2b_nearest(self, pricelist, product, rules, named, now):
        """Return ``(sentence, rules)`` about what comes nearest to showing a product."""
        coming = named.filtered(lambda rule: rule.date_start and rule.date_start > now)
        if coming:
            rule = coming.sorted("date_start")[0]
            date = fields.Datetime.context_timestamp(self, rule.date_start)
            return self.env._(
                "A rule of “%(list)s” names the product, but starts on %(date)s.",
                list=pricelist.name,
                date=f"{date:%Y-%m-%d %H:%M}",
            ), rule
        if named:
            rule = named.sorted("date_end")[-1]
            date = fields.Datetime.context_timestamp(self, rule.date_end)
            return self.env._(
                "A rule of “%(list)s” named the product, but expired on %(date)s.",
                list=pricelist.name,
                date=f"{date:%Y-%m-%d %H:%M}",
            ), rule
        variants = rules.filtered(
            lambda rule: (
                rule.applied_on == "0_product_variant"
                and rule.product_tmpl_id == product.product_tmpl_id
            )
        )
        if variants:
            return self.env._(
                "“%(list)s” names other variants of the product only: %(names)s.",
                list=pricelist.name,
                names=", ".join(variants.product_id.mapped("display_name")),
            ), variants
        return self.env._(
            "No rule of “%s” names the product, its category or all products.", pricelist.name
        ), rules.browse()

    def _explain_b2b_price(self, company, product):
        """Return a sentence about the price of a product that the customer sees."""
        currency = self._get_b2b_currency(company)
        prices = self._get_b2b_prices(company, product)[product.id]
        sentences = [
            self.env._(
                "The price is %(price)s per %(unit)s.",
                price=currency.format(prices["price"]),
                unit=product.uom_id.name,
            )
        ]
        sentences += [
            self.env._(
                "From %(quantity)s: %(price)s.",
                quantity=f"{quantity:g}",
                price=currency.format(price),
            )
            for quantity, price in prices["breaks"]
        ]
        source = self._get_b2b_assigned_pricelist(company).currency_id or company.currency_id
        if source != currency:
            rate = source._get_conversion_rate(source, currency, company, fields.Date.today())
            sentences.append(
                self.env._(
                    "Converted from %(origin)s at %(rate)s %(currency)s each.",
                    origin=source.name,
                    rate=f"{rate:g}",
                    currency=currency.name,
                )
            )
        return " ".join(sentences)
