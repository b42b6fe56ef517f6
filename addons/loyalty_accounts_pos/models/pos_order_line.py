from decimal import Decimal

from odoo import api, fields, models

from .pos_order import CLOSED

#: Prices and discounts that differ by less are the same; doubles come from JavaScript.
PRECISION = 1e-6

#: What refunds of a closed receipt are computed from.
FIXED_FIELDS = (
    *("order_id", "product_id", "qty", "price_unit", "discount", "tax_ids", "extra_tax_data"),
    *("refunded_orderline_id", "price_subtotal", "price_subtotal_incl", "price_extra"),
    *("loyalty_discount", "loyalty_own_discount", "combo_parent_id"),
)


class PosOrderLine(models.Model):
    """Lines whose discount is part the cashier's, part the card's."""

    _inherit = "pos.order.line"

    loyalty_discount = fields.Float(
        string="Card discount %",
        digits=(5, 2),
        help="What the receipt's card gives on this line, 0 to 100; part of the discount.",
    )
    loyalty_own_discount = fields.Float(
        string="Discount % by hand",
        digits=(5, 2),
        help="What the cashier gave, 0 to 100, before the card's discount was added to it.",
    )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: nothing is added to a receipt that was settled with a card."""
        lines = super().create(vals_list)
        lines.order_id._refuse_loyalty_settled()
        return lines

    def write(self, vals):
        """Override: what a settled receipt sold stays."""
        names = [name for name in FIXED_FIELDS if name in vals]
        changes = self.env["account.move"]._field_will_change
        changed = self.filtered(lambda line: any(changes(line, vals, name) for name in names))
        changed.order_id._refuse_loyalty_settled()
        result = super().write(vals)
        changed.order_id._refuse_loyalty_settled()  # moved onto one
        return result

    def unlink(self):
        """Override: the same."""
        self.order_id._refuse_loyalty_settled()
        return super().unlink()

    # === LOYALTY === #

    @api.model
    def _load_pos_data_fields(self, config):
        """Override: the till keeps both discounts apart."""
        return [
            *super()._load_pos_data_fields(config),
            "loyalty_discount",
            "loyalty_own_discount",
        ]

    def _get_loyalty_credit_kind(self):
        """What kind of credit the line sells; False for goods."""
        # Superuser: only asks whether the product sells credit.
        return self.product_id.sudo().loyalty_credit_product

    def _is_loyalty_tip(self):
        tip = self.order_id.config_id.tip_product_id
        return bool(tip) and self.product_id == tip

    def _get_loyalty_allowed_discount(self, card_discount):
        """Percentage that the receipt's card gives on this line.

        :param Decimal card_discount: what the card gets at this till

        The items of a combo take the combo's; rewards, tips and what is taken back get none.
        """
        self.ensure_one()
        # Superuser: only asks whether cards give their discount on it.
        product = (self._get_loyalty_combo() or self).product_id.sudo()
        if (
            self.refunded_orderline_id
            or self._is_loyalty_tip()
            or ("is_reward_line" in self._fields and self.is_reward_line)
            or not product.loyalty_discount_allowed
        ):
            return Decimal(0)
        return card_discount

    def _get_loyalty_combo(self):
        """The combo that the line is an item of; none that only looks like one."""
        combo = self.combo_parent_id
        real = (
            self.combo_item_id
            and combo.order_id == self.order_id
            and combo.product_id.type == "combo"
        )
        return combo if real else combo.browse()

    def _is_loyalty_return_of_sold(self):
        """Whether the line takes back what its original sold, and no more than is left of it."""
        self.ensure_one()
        sold = self.refunded_orderline_id
        back = sold.refund_orderline_ids.filtered(
            lambda line: line.order_id.state in CLOSED or line.order_id == self.order_id
        )
        taken = -sum((Decimal(repr(line.qty)) for line in back), Decimal(0))
        return (
            self.qty < 0
            and taken <= Decimal(repr(sold.qty))
            and self.product_id == sold.product_id
            and self.tax_ids == sold.tax_ids
            and abs(self.price_unit - sold.price_unit) < PRECISION
            and abs(self.discount - sold.discount) < PRECISION
        )
