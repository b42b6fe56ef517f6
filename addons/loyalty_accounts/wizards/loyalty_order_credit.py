from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class LoyaltyOrderCredit(models.TransientModel):
    """Changes what a confirmed order pays with credit: reserves more, or releases some."""

    _name = "loyalty.order.credit"
    _description = "Pay an order with credit"
    _inherit = ["loyalty.credit.use"]

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    account_id = fields.Many2one(related="order_id.loyalty_account_id")
    held = fields.Monetary(related="order_id.loyalty_credit_held", string="Reserved now")

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only for orders that the user may change."""
        wizards = super().create(vals_list)
        wizards._check_order()
        return wizards

    def write(self, vals):
        """Override: the same for what is changed."""
        result = super().write(vals)
        self._check_order()
        return result

    def _check_order(self):
        self.order_id.check_access("write")
        if not self.env.user.has_group("loyalty_accounts.group_user"):
            raise AccessError(self.env._("You may not use credit."))

    @api.depends("order_id")
    def _compute_document(self):
        for wizard in self:
            order = wizard.order_id
            wizard.company_id = order.company_id
            wizard.currency_id = order.currency_id
            # Superuser: an amount of the order, which the user may change (checked on creation).
            goods = float(order.sudo()._get_loyalty_goods_total())
            wizard.amount_due = max(goods - order.loyalty_credit_paid, 0.0)

    @api.depends("order_id")
    def _compute_amount(self):
        """Override: start from what is reserved."""
        for wizard in self:
            wizard.amount = wizard.order_id.loyalty_credit_held

    def action_reserve(self):
        """Reserve this much instead of what is reserved now; pressing twice changes nothing.

        :raise InsufficientCredit: the card has less
        :raise UserError: more than the order still has to be paid
        """
        self.ensure_one()
        self._check_order()
        if self.order_id.state != "sale":
            raise UserError(self.env._("Only confirmed orders reserve credit."))
        # Superuser: checked above; the ledger writes as itself anyway.
        order = self.order_id.sudo()
        credit = self._parse_use()[0] if self.amount else Decimal(0)
        self._authorise()
        order._set_loyalty_credit(credit)
        return {"type": "ir.actions.act_window_close"}

    def action_release(self):
        """Pay nothing with credit any more."""
        self.amount = 0.0
        return self.action_reserve()

    def _get_credit_to_authorise(self):
        """Override: reserving less, or as much as before, takes nothing from the card."""
        return self.credit if self.amount > self.held else 0.0

    def _get_document(self):
        return self.order_id

    def _get_bill(self):
        return self.order_id.sudo()._get_loyalty_bill()  # reads the card's currency

    def _get_rate(self):
        return self.order_id.sudo()._get_loyalty_rate()  # reads the card's currency
