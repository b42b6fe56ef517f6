from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..rules import discount

#: Fields of a line that change the order's total.
PRICED_FIELDS = {
    "product_id",
    "product_uom_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    loyalty_discount_reason = fields.Char(
        string="Why this discount",
        compute="_compute_loyalty_discount_reason",
        help="Which card gives the discount, and how it met the pricelist's.",
    )

    loyalty_discounted = fields.Boolean(
        compute="_compute_discount",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="Whether the line's discount came from a card, and goes with it.",
    )

    # === COMPUTES === #

    def _compute_discount(self):
        """Override of ``sale``: let the card's discount meet the pricelist's.

        From scratch each time. Core leaves the field alone on lines without a pricelist or where
        discounts on lines are switched off: without the reset, each computation would add to the
        card's earlier one, and unpairing would leave it. Lines that no card touches keep what
        was typed into them, as in core; that is also why this does not depend on the card:
        pairing recomputes the lines it concerns (``sale.order._recompute_loyalty_discounts``).
        """
        self.filtered(
            lambda line: line.loyalty_discounted or line._is_loyalty_discountable()
        ).discount = 0.0
        # The items of a combo that is being saved with them: it cannot be found before.
        waiting = self.filtered(lambda line: line._waits_for_combo())
        waiting.loyalty_discounted = False
        result = super(SaleOrderLine, self - waiting)._compute_discount()
        for line in self - waiting:
            line.loyalty_discounted = line._is_loyalty_discountable()
            if line.loyalty_discounted:
                line.discount = float(line._get_loyalty_discount(Decimal(repr(line.discount))))
        # Core copied the combo's discount before the card's was added to it.
        (self - waiting)._follow_loyalty_combo()
        return result

    def _follow_loyalty_combo(self):
        for line in self.filtered("combo_item_id"):
            combo = line._get_linked_line()
            line.loyalty_discounted = combo.loyalty_discounted
            if combo.loyalty_discounted:
                line.discount = combo.discount

    def _waits_for_combo(self):
        """Tell whether it is an item of a combo that is not on the order yet."""
        self.ensure_one()
        return bool(
            self.combo_item_id
            and self.linked_virtual_id
            and not self.linked_line_id
            and self.linked_virtual_id not in self.order_id.order_line.mapped("virtual_id")
        )

    @api.depends("discount", "order_id.loyalty_account_id")
    def _compute_loyalty_discount_reason(self):
        for line in self:
            line.loyalty_discount_reason = line._describe_loyalty_discount()

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a line added to a confirmed order earns, too."""
        lines = super().create(vals_list)
        lines._follow_loyalty_combo()
        lines.order_id._adjust_confirmed_loyalty_order()
        return lines

    def write(self, vals):
        """Override: what changes the total of a confirmed order changes what it earns."""
        if "invoice_lines" in vals and not self.env.su and self._has_loyalty_terms():
            raise AccessError(
                self.env._("Which invoices belong to an order with a card is not set by hand.")
            )
        result = super().write(vals)
        if PRICED_FIELDS & vals.keys():
            self.order_id._adjust_confirmed_loyalty_order()
        return result

    def copy_data(self, default=None):
        """Override: a copy has no card, so the card's discount does not go with it."""
        vals_list = super().copy_data(default)
        for line, vals in zip(self, vals_list, strict=True):
            if line.loyalty_discounted:
                vals.pop("discount", None)
        return vals_list

    def unlink(self):
        """Override: a line taken from a confirmed order earns no longer."""
        orders = self.order_id
        result = super().unlink()
        orders.exists()._adjust_confirmed_loyalty_order()
        return result

    # === LOYALTY === #

    def _has_loyalty_terms(self):
        # Superuser: only whether there is a card; what it earns follows the invoices.
        return bool(self.order_id.sudo().loyalty_account_id)

    def _get_loyalty_card(self):
        # Superuser: the paired card is part of the order, whoever works on the order.
        return self.order_id.sudo().loyalty_account_id

    def _get_loyalty_card_discount(self):
        """Percentage that the order's card gets here, as Decimal."""
        # Superuser: see above.
        return Decimal(repr(self.order_id.sudo().loyalty_discount))

    def _is_loyalty_discountable(self):
        """Whether the order's card gives a discount on this line.

        Discount and reward lines, down payments and sections are money or text, not goods. The
        items of a combo take the combo's discount.
        """
        self.ensure_one()
        return bool(
            self._get_loyalty_card_discount()
            and self.product_id.loyalty_discount_allowed
            and not self.display_type
            and not self.is_downpayment
            and not self.combo_item_id
            and not self._is_discount_line()
            and not self._is_loyalty_reward_line()
        )

    def _is_loyalty_reward_line(self):
        """Whether core's loyalty programmes made this line (only with ``sale_loyalty``)."""
        return "is_reward_line" in self._fields and self.is_reward_line

    def _get_loyalty_discount(self, shown):
        """Percentage for the line when the pricelist shows the discount ``shown``."""
        return discount.combine(
            shown,
            self._get_loyalty_card_discount(),
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
        card, card_discount = self._get_loyalty_card(), self._get_loyalty_card_discount()
        if not card_discount or not self.product_id or self.display_type:
            return False
        if not self._is_loyalty_discountable():
            return self.env._("No card discount on this product")
        shown, embedded = self._get_pricelist_discounts()
        values = {
            "card": card.name,
            "card_discount": f"{float(card_discount):g}",
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
        if max(shown, embedded) >= card_discount:
            return self.env._(
                "Pricelist %(pricelist_discount)s%%, not less than %(card)s %(card_discount)s%%",
                **values,
            )
        return self.env._(
            "%(card)s %(card_discount)s%%, better than pricelist %(pricelist_discount)s%%",
            **values,
        )
