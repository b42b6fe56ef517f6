from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..const import LEDGER_TOKEN
from ..exceptions import LoyaltyError
from ..rules import earning


class SaleOrder(models.Model):
    """Credit that orders earn: on confirmation, when they change, and back on cancellation."""

    _inherit = "sale.order"

    loyalty_credit_rate = fields.Float(
        digits=(7, 4),
        copy=False,
        readonly=True,
        groups="loyalty_accounts.group_user",
        help="Credit rate of the card when the order was confirmed: later changes of the order "
        "earn by it, later changes of the card do not matter.",
    )
    loyalty_earned = fields.Monetary(
        compute="_compute_loyalty_earned",
        currency_field="loyalty_currency_id",
        string="Credit earned",
        groups="loyalty_accounts.group_user",
        help="What the order earns when it is confirmed, or has earned.",
    )

    @api.depends("state", "amount_total", "loyalty_account_id")
    def _compute_loyalty_earned(self):
        left = self._get_loyalty_earnings_left()
        for order in self:
            if order.state in ("draft", "sent") and order.loyalty_account_id:
                # Superuser: reads the card's rate for everyone who may see this field.
                order.loyalty_earned = float(order.sudo()._get_loyalty_earning())
            else:
                order.loyalty_earned = float(sum(rest for _move, rest in left[order._origin.id]))

    # === OVERRIDES === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only confirmation sets the rate, whatever comes as value or default."""
        return super().create([vals | {"loyalty_credit_rate": 0.0} for vals in vals_list])

    def write(self, vals):
        """Override: follow what changes an order's total or ends its confirmation.

        Lines changed in one call are one change: their own hooks wait for it.
        """
        trusted = self.env.context.get("loyalty_ledger") is LEDGER_TOKEN
        if "loyalty_credit_rate" in vals and not trusted:
            raise AccessError(self.env._("The credit rate of an order is set by confirming it."))
        leaving = self.browse()
        if vals.get("state", "sale") != "sale":
            leaving = self.filtered(lambda order: order.state == "sale")
        orders = self.with_context(loyalty_batch=LEDGER_TOKEN) if "order_line" in vals else self
        result = super(SaleOrder, orders).write(vals)
        if leaving:
            # Superuser: the right to cancel the order is the right that counts.
            leaving.sudo()._set_loyalty_credit_rate(0.0)
            leaving._adjust_loyalty_earning()
        if "order_line" in vals:
            self._adjust_confirmed_loyalty_earning()
        return result

    def action_confirm(self):
        """Override of ``sale``: earn credit on the paired accounts."""
        earning_orders = self._check_loyalty_before_confirmation()
        result = super().action_confirm()
        for order in self.sudo():  # the right to confirm the order is the right that counts
            earns = order in earning_orders
            order._set_loyalty_credit_rate(order.loyalty_account_id.credit_rate if earns else 0.0)
        earning_orders._adjust_loyalty_earning(lenient=self._is_loyalty_lenient())
        return result

    def _set_loyalty_credit_rate(self, rate):
        if any(order.loyalty_credit_rate != rate for order in self):
            trusted = self.with_context(loyalty_ledger=LEDGER_TOKEN)
            trusted.write({"loyalty_credit_rate": rate})

    # === EARNING === #

    def _is_loyalty_lenient(self):
        """Whether a customer acts: who signs or pays is not turned away because of a card."""
        return self.env.su or self.env.user.share

    def _check_loyalty_before_confirmation(self):
        """Return the orders that will earn.

        A seller is told when a card has expired or was blocked since it was paired. For a
        customer the order is confirmed, earns nothing, and says so in its history.
        """
        # Superuser: the field is hidden from customers, who confirm by signing.
        earning_orders = self.filtered(lambda order: order.sudo().loyalty_account_id)
        for order in earning_orders:
            card = order.sudo().loyalty_account_id  # whoever confirms, the card decides
            reason = card._get_unusable_reason(order.company_id)
            if reason and not self._is_loyalty_lenient():
                raise UserError(
                    self.env._(
                        "%(order)s: %(reason)s\nRemove the card from the order to confirm it.",
                        order=order.display_name,
                        reason=reason,
                    )
                )
            if reason:
                order._note_no_loyalty_earning(reason)
                earning_orders -= order
        return earning_orders

    def _adjust_loyalty_earning(self, lenient=True):
        """Bring what the orders earned in line with what they should have earned by now.

        :param bool lenient: whether a card that cannot earn is noted instead of refused
        """
        # Superuser: whoever may change the order, the ledger follows.
        orders = self.sudo().filtered("loyalty_account_id")
        due = [(order, order._get_loyalty_difference()) for order in orders]
        due = [(order, difference) for order, difference in due if difference]
        if due:
            # All at once and in the order of ids, so that two batches never wait for each other.
            self.env["loyalty.ledger"]._lock(orders.loyalty_account_id)
        for order, difference in due:
            if difference < 0:
                order._take_back_loyalty_credit(-difference)
            elif lenient:
                order._try_to_earn_loyalty_credit(difference)
            else:
                order._earn_loyalty_credit(difference)

    def _adjust_confirmed_loyalty_earning(self):
        """The same after a change; orders that are quotations, or never earned, are left alone."""
        if self.env.context.get("loyalty_batch") is LEDGER_TOKEN:
            return  # the order's own write does it once, when all lines are changed
        confirmed = self.filtered(lambda order: order.state == "sale")
        # Superuser: the field is hidden from most.
        confirmed.filtered(lambda order: order.sudo().loyalty_credit_rate)._adjust_loyalty_earning()

    def _get_loyalty_difference(self):
        """Return what is to be earned still, or below zero, to be taken back."""
        target = Decimal(0)
        if self.state == "sale":
            # A stored total can be written over RPC: what is earned comes from the lines.
            self._compute_amounts()
            target = self._get_loyalty_earning()
        return target - sum(left for _move, left in self._get_loyalty_earnings_left()[self.id])

    def _earn_loyalty_credit(self, amount):
        self.env["loyalty.ledger"]._earn(
            self.loyalty_account_id,
            amount,
            key=self._get_loyalty_key("earn"),
            company=self.company_id,
            document=self,
        )

    def _try_to_earn_loyalty_credit(self, amount):
        try:
            with self.env.cr.savepoint():
                self._earn_loyalty_credit(amount)
        except LoyaltyError as error:
            self._note_no_loyalty_earning(str(error))

    def _take_back_loyalty_credit(self, amount):
        """Take earned credit back, the latest earning first."""
        for move, left in reversed(self._get_loyalty_earnings_left()[self.id]):
            taken = min(left, amount)
            if taken > 0:
                self.env["loyalty.ledger"]._take_back(
                    move,
                    taken,
                    key=self._get_loyalty_key("take_back"),
                    company=move.company_id,
                    document=self,
                )
                amount -= taken

    def _note_no_loyalty_earning(self, reason):
        self.message_post(body=self.env._("No credit was earned: %s", reason))

    # === READING === #

    def _get_loyalty_earning(self):
        """Credit that the order earns, in the account's currency, rounded half up (LA13).

        By the card's rate; once confirmed, by the rate that the card had then.
        """
        self.ensure_one()
        card = self.loyalty_account_id
        rate = self.loyalty_credit_rate if self.state == "sale" else card.credit_rate
        paid = self.currency_id._convert(
            self.amount_total,
            card.currency_id,
            self.company_id,
            self.date_order or fields.Date.context_today(self),
            round=False,
        )
        step = Decimal(repr(card.currency_id.rounding))
        return earning.earned(Decimal(repr(paid)), Decimal(repr(rate)), step)

    def _get_loyalty_earnings_left(self):
        """Return ``{order id: [(movement, what was not taken back yet)]}``, the oldest first."""
        # Superuser: only movements of these orders are read.
        moves = self.env["loyalty.account.move"].sudo()
        left = defaultdict(list)
        for move in moves.search(self._get_loyalty_move_domain("earn"), order="id"):
            amounts = (move.asked_amount, *(-back.asked_amount for back in move.reversal_ids))
            rest = sum(Decimal(repr(amount)) for amount in amounts)
            if rest > 0:
                left[move.document_id].append((move, rest))
        return left

    def _get_loyalty_key(self, kind):
        """One key per movement: an order may earn and give back many times."""
        moves = self.env["loyalty.account.move"].sudo()  # counts only this order's movements
        count = moves.search_count(self._get_loyalty_move_domain(kind))
        return f"sale.order/{self.id}/{kind}/{count + 1}"

    def _get_loyalty_move_domain(self, kind):
        return (
            Domain("document_model", "=", self._name)
            & Domain("document_id", "in", self.ids)
            & Domain("kind", "=", kind)
        )
