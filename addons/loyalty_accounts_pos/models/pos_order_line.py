from decimal import Decimal

from odoo import api, fields, models


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

    def _get_loyalty_allowed_discount(self):
        """Percentage that the receipt's card gives on this line.

        The items of a combo take the combo's; rewards, tips and what is taken back get none.
        """
        self.ensure_one()
        card = self.order_id.loyalty_account_id
        # Superuser: only asks whether cards give their discount on it.
        product = (self.combo_parent_id or self).product_id.sudo()
        if (
            self.refunded_orderline_id
            or self._is_loyalty_tip()
            or ("is_reward_line" in self._fields and self.is_reward_line)
            or not product.loyalty_discount_allowed
        ):
            return Decimal(0)
        return Decimal(repr(card.discount))
