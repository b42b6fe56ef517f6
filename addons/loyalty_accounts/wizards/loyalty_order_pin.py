from odoo import api, fields, models
from odoo.exceptions import AccessError


class LoyaltyOrderPin(models.TransientModel):
    """Takes the card's PIN for what a quotation is going to pay with credit."""

    _name = "loyalty.order.pin"
    _description = "PIN for an order paid with credit"
    _inherit = ["loyalty.pin.entry"]

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    account_id = fields.Many2one(related="order_id.loyalty_account_id")
    currency_id = fields.Many2one(related="order_id.loyalty_currency_id")
    credit = fields.Monetary(
        compute="_compute_credit", string="Credit to pay with", help="In the card's currency."
    )

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
    def _compute_credit(self):
        for wizard in self:
            # Superuser: an amount of the order, which the user may change (checked on creation).
            wizard.credit = float(wizard.order_id.sudo()._get_loyalty_credit_to_reserve())

    def action_confirm(self):
        """Check the PIN; the order can be confirmed with at most this much credit.

        :raise PinRefused: it is wrong, or was wrong too often
        """
        self.ensure_one()
        self._check_order()
        order = self.order_id.sudo()  # checked above
        credit = order._get_loyalty_credit_to_reserve()
        account = order.loyalty_account_id.sudo(False)  # back to the caller's rights
        account._require_pin(credit, order.company_id, self._pop_pin())
        order._set_loyalty_pin_credit(float(credit))
        return {"type": "ir.actions.act_window_close"}
