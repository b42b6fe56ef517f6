from decimal import Decimal

from odoo import api, fields, models

from ..rules import discount


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    loyalty_discount_reason = fields.Char(
        string="Why this discount",
        compute="_compute_loyalty_discount_reason",
        help="Which card gives the discount, and how it met the pricelist's.",
    )

    @api.depends("order_id.loyalty_account_id")
    def _compute_discount(self):
        """Override of ``sale``: let the card's discount meet the pricelist's.

        Computed from scratch each time. Core leaves the field alone where discounts on lines
        are switched off; without the reset, every recomputation would add the card's discount
        to its own earlier result.
        """
        if not self.env["product.pricelist.item"]._is_discount_feature_enabled():
            self.filtered("product_id").discount = 0.0
        result = super()._compute_discount()
        for line in self.filtered(lambda line: line._is_loyalty_discountable()):
            line.discount = float(line._get_loyalty_discount(Decimal(repr(line.discount))))
        # Core copied the combo's discount before the card's was added to it.
        for line in self.filtered(lambda line: line.combo_item_id and line._get_loyalty_card()):
            line.discount = line._get_linked_line().discount
        return result

    @api.depends("discount", "order_id.loyalty_account_id")
    def _compute_loyalty_discount_reason(self):
        for line in self:
            line.loyalty_discount_reason = line._describe_loyalty_discount()

    def _get_loyalty_card(self):
        # Superuser: the paired card is part of the order, whoever works on the order.
        return self.order_id.sudo().loyalty_account_id

    def _is_loyalty_discountable(self):
        """Whether the order's card gives a discount on this line.

        Reward lines, down payments and section lines are money, not goods. The items of a combo
        take the combo's discount.
        """
        self.ensure_one()
        return bool(
            self._get_loyalty_card().discount
            and self.product_id.loyalty_discount_allowed
            and not self.display_type
            and not self.is_downpayment
            and not self.combo_item_id
            and not self._is_loyalty_reward_line()
        )

    def _is_loyalty_reward_line(self):
        """Whether core's loyalty programmes made this line (only with ``sale_loyalty``)."""
        return "is_reward_line" in self._fields and self.is_reward_line

    def _get_loyalty_discount(self, shown):
        """Percentage for the line when the pricelist shows the discount ``shown``."""
        return discount.combine(
            shown,
            Decimal(repr(self._get_loyalty_card().discount)),
            self.order_id.company_id.loyalty_discount_mode,
            embedded=self._get_pricelist_discounts()[1],
        )

    def _get_pricelist_discounts(self):
        """Return the pricelist's percentage as ``(shown on the line, hidden in the price)``.

        It is hidden where discounts on lines are switched off. Only percentage rules count: a
        fixed or computed price is a price, not a discount.
        """
        item = self.pricelist_item_id
        if item.compute_price != "percentage":
            return Decimal(0), Decimal(0)
        percentage = Decimal(repr(item.percent_price))
        return (percentage, Decimal(0)) if item._show_discount() else (Decimal(0), percentage)

    def _describe_loyalty_discount(self):
        """Return in words how the line came to its discount; False where no card is involved."""
        self.ensure_one()
        card = self._get_loyalty_card()
        if not card.discount or not self.product_id or self.display_type:
            return False
        if not self._is_loyalty_discountable():
            return self.env._("No card discount on this product")
        shown, embedded = self._get_pricelist_discounts()
        values = {
            "card": card.name,
            "card_discount": f"{card.discount:g}",
            "pricelist_discount": f"{float(max(shown, embedded)):g}",
        }
        if self.discount != float(self._get_loyalty_discount(shown)):
            return self.env._("Set by hand; %(card)s gives %(card_discount)s%%", **values)
        if not max(shown, embedded):
            return self.env._("%(card)s %(card_discount)s%%", **values)
        if self.order_id.company_id.loyalty_discount_mode == discount.STACK:
            return self.env._(
                "%(card)s %(card_discount)s%% on top of pricelist %(pricelist_discount)s%%",
                **values,
            )
        if max(shown, embedded) >= Decimal(repr(card.discount)):
            return self.env._(
                "Pricelist %(pricelist_discount)s%%, not less than %(card)s %(card_discount)s%%",
                **values,
            )
        return self.env._(
            "%(card)s %(card_discount)s%%, better than pricelist %(pricelist_discount)s%%",
            **values,
        )
