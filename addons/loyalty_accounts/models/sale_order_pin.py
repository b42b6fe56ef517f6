from decimal import Decimal

from odoo import api, fields, models

from ..exceptions import PinRefused
from ..rules import exchange


class SaleOrder(models.Model):
    """Orders that pay more with credit than the card does without its PIN."""

    _inherit = "sale.order"

    loyalty_pin_credit = fields.Monetary(
        copy=False,
        currency_field="loyalty_currency_id",
        groups=fields.NO_ACCESS,
        help="Credit up to which the card's PIN was entered for this order. Nobody can write it.",
    )
    loyalty_needs_pin = fields.Boolean(
        compute="_compute_loyalty_needs_pin",
        groups="loyalty_accounts.group_user",
        help="Whether the card's PIN has to be entered before the order is confirmed.",
    )

    @api.depends(
        "state",
        "amount_total",
        "loyalty_account_id",
        "loyalty_credit_planned",
        "loyalty_pin_credit",
    )
    def _compute_loyalty_needs_pin(self):
        # Superuser: whether, not what; the order itself is the caller's to read.
        for order in self.sudo():
            order.loyalty_needs_pin = order._needs_loyalty_pin()

    # === OVERRIDES === #

    def write(self, vals):
        """Override: another card has another PIN."""
        result = super().write(vals)
        if "loyalty_account_id" in vals:
            self._set_loyalty_pin_credit(0.0)
        return result

    def action_confirm(self):
        """Override of ``sale``: staff enters the card's PIN first, where it is needed.

        A customer who signs or pays has opened the order with a link or login of their own.

        :raise PinRefused: it is needed and was not entered
        """
        if not self._is_loyalty_lenient():
            self._check_loyalty_pin()
        return super().action_confirm()

    def action_enter_loyalty_pin(self):
        """Open the dialogue for the card's PIN."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("PIN of the card"),
            "res_model": "loyalty.order.pin",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    # === PIN === #

    def _check_loyalty_pin(self):
        for order in self.sudo():  # the right to confirm the order is the right that counts
            if order._needs_loyalty_pin():
                raise PinRefused(
                    self.env._(
                        "%(order)s pays %(credit)s with credit, which needs the card's PIN. Press "
                        "“Enter PIN” beside the amount, or pay less with credit.",
                        order=order.display_name,
                        credit=order.loyalty_currency_id.format(
                            float(order._get_loyalty_credit_to_reserve())
                        ),
                    )
                )

    def _needs_loyalty_pin(self):
        credit = self._get_loyalty_credit_to_reserve()
        return bool(
            credit > Decimal(repr(self.loyalty_pin_credit))
            and self.loyalty_account_id._needs_pin(credit, self.company_id)
        )

    def _get_loyalty_credit_to_reserve(self):
        """Credit that confirming the quotation reserves, in the card's currency."""
        if self.state not in ("draft", "sent") or not self.loyalty_account_id:
            return Decimal(0)
        planned = self._get_loyalty_planned(clip=False)
        return exchange.to_credit(planned, self._get_loyalty_rate(), self._get_loyalty_step())

    def _set_loyalty_pin_credit(self, credit):
        # Superuser: nobody has a right to the field.
        changed = self.sudo().filtered(lambda order: order.loyalty_pin_credit != credit)
        changed.loyalty_pin_credit = credit
