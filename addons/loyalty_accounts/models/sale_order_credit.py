from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import PAYMENT_HOLD_MINUTES
from ..exceptions import InsufficientCredit
from ..rules import exchange


class SaleOrder(models.Model):
    """Paying orders with credit: planned, reserved on confirmation, captured by invoices."""

    _inherit = "sale.order"

    loyalty_credit_planned = fields.Monetary(
        string="Pay with credit",
        copy=False,
        groups="loyalty_accounts.group_user",
        help="How much of the order is to be paid with the card's credit, in the order's "
        "currency. Confirming the order reserves it, at most the order's total.",
    )
    loyalty_credit_held = fields.Monetary(
        compute="_compute_loyalty_credit",
        string="Reserved credit",
        help="Credit that waits for the order's invoices.",
    )
    loyalty_credit_paid = fields.Monetary(
        compute="_compute_loyalty_credit",
        string="Paid with credit",
        help="Credit that paid the order's invoices, less what was given back.",
    )
    loyalty_credit_used = fields.Monetary(
        compute="_compute_loyalty_credit",
        string="Credit",
        help="Credit planned, reserved or used for this order.",
    )
    loyalty_amount_due = fields.Monetary(
        compute="_compute_loyalty_credit",
        string="To pay",
        help="The total less the credit: what is to be paid in money.",
    )
    loyalty_rate_note = fields.Char(
        compute="_compute_loyalty_rate_note",
        help="How credit of another currency is converted.",
    )

    _check_loyalty_credit_planned = models.Constraint(
        "CHECK (coalesce(loyalty_credit_planned, 0) BETWEEN 0 AND 999999999)",
        "The amount to pay with credit cannot be below zero.",
    )

    # === COMPUTES === #

    @api.depends("state", "amount_total", "loyalty_account_id", "loyalty_credit_planned")
    def _compute_loyalty_credit(self):
        holds = self._get_loyalty_holds()
        paid = self._get_loyalty_paid_credit()
        for order in self.sudo():  # amounts of the order itself, for whoever may read it
            total = Decimal(repr(order.amount_total))
            settled = order._convert_loyalty_credit(paid[order._origin.id], total)
            reserved = sum(Decimal(repr(hold.remaining)) for hold in holds[order._origin.id])
            held = order._convert_loyalty_credit(reserved, total - settled)
            planned = Decimal(0)
            if order.state in ("draft", "sent"):
                planned = max(order._get_loyalty_planned() - held, Decimal(0))
            order.loyalty_credit_paid = float(settled)
            order.loyalty_credit_held = float(held)
            order.loyalty_credit_used = float(settled + held + planned)
            order.loyalty_amount_due = float(max(total - settled - held - planned, Decimal(0)))

    @api.depends("currency_id", "currency_rate", "loyalty_account_id")
    def _compute_loyalty_rate_note(self):
        for order in self:
            card = order.sudo().loyalty_account_id  # its currency only
            order.loyalty_rate_note = False
            if card and card.currency_id != order.currency_id:
                order.loyalty_rate_note = self.env._(
                    "1 %(card_currency)s of credit pays %(amount)s %(currency)s, by the rate of "
                    "%(date)s",
                    card_currency=card.currency_id.name,
                    amount=f"{float(order._get_loyalty_rate()):.6g}",
                    currency=order.currency_id.name,
                    date=fields.Date.to_string(order._get_loyalty_rate_date()),
                )

    @api.onchange("loyalty_account_id")
    def _onchange_loyalty_account_credit(self):
        """Without a card nothing can be paid with credit."""
        if not self.loyalty_account_id:
            self.loyalty_credit_planned = 0.0

    # === ACTIONS === #

    def action_plan_loyalty_credit(self):
        """Pay as much as possible with credit: all that the card has, at most the total."""
        for order in self:
            available = Decimal(repr(order.loyalty_account_id.available))
            total = order._get_loyalty_goods_total()
            order.loyalty_credit_planned = float(order._convert_loyalty_credit(available, total))
        return True

    def action_clear_loyalty_credit(self):
        """Pay nothing with credit."""
        self.loyalty_credit_planned = 0.0
        return True

    def action_change_loyalty_credit(self):
        """Open the dialogue that changes what a confirmed order pays with credit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay with credit"),
            "res_model": "loyalty.order.credit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    # === RESERVING === #

    def _reserve_loyalty_credit(self, *, lenient, expires_at=None):
        """Reserve the planned credit; a reservation made while the customer paid is renewed.

        :param bool lenient: whether what is missing is noted on the order instead of refused
        :param expires_at: UTC datetime at which the reservation ends; nothing: with the order
        :raise InsufficientCredit: the card has less than planned
        """
        holds = self._get_loyalty_holds()
        for order in self.sudo():  # the right to confirm the order is the right that counts
            for hold in holds[order.id]:
                order._release_loyalty_hold(hold)
            planned = order._get_loyalty_planned(clip=False)
            if planned > 0:
                rate, step = order._get_loyalty_rate(), order._get_loyalty_step()
                needed = exchange.to_credit(planned, rate, step)
                order._hold_loyalty_credit(needed, lenient=lenient, expires_at=expires_at)

    def _hold_loyalty_credit(self, needed, *, lenient=False, expires_at=None):
        """Reserve credit, a Decimal in the card's currency."""
        card = self.loyalty_account_id
        available = self._get_loyalty_available() if lenient else needed
        if needed > available:
            self._note_loyalty_shortage(needed, available)
            needed = available
        if needed <= 0:
            return
        try:
            self.env["loyalty.ledger"]._hold(
                card,
                needed,
                key=self._get_loyalty_key("hold"),
                company=self.company_id,
                document=self,
                expires_at=expires_at,
            )
        except InsufficientCredit as error:
            raise InsufficientCredit(
                self.env._(
                    "%(order)s: %(reason)s\nLower the amount to pay with credit.",
                    order=self.display_name,
                    reason=error,
                )
            ) from error

    def _get_loyalty_available(self):
        """Credit that could be reserved now; read under the account's lock."""
        state = self.env["loyalty.ledger"]._lock(self.loyalty_account_id)
        return state.available

    def _note_unusable_loyalty_credit(self):
        """Tell staff where a customer confirmed an order whose card is not accepted any more."""
        for order in self.sudo():  # who confirms is a customer
            planned = order._get_loyalty_planned(clip=False)
            if planned:
                rate, step = order._get_loyalty_rate(), order._get_loyalty_step()
                order._note_loyalty_shortage(exchange.to_credit(planned, rate, step), Decimal(0))

    def _note_loyalty_shortage(self, needed, available):
        """A customer who has paid is not turned away: staff is told to collect the rest."""
        missing = self.loyalty_account_id.currency_id.format(float(needed - available))
        note = self.env._(
            "%s of the credit that was to pay for this order is not there any more: it was spent "
            "elsewhere, or the card is not accepted. Collect it from the customer.",
            missing,
        )
        self.message_post(body=note)
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Credit missing"),
            note=note,
            user_id=(self.user_id or self.create_uid).id,
        )

    def _reserve_loyalty_credit_for_payment(self):
        """Reserve the planned credit while a customer pays the rest of a quotation online.

        Else the credit could be spent elsewhere before the payment has come through. The
        reservation ends by itself if no payment comes.
        """
        quotations = self.filtered(lambda order: order.state in ("draft", "sent"))
        paying = quotations.sudo().filtered("loyalty_credit_planned")  # who pays is a customer
        paying = paying.filtered(
            lambda order: not order.loyalty_account_id._get_unusable_reason(order.company_id)
        )
        until = fields.Datetime.now() + timedelta(minutes=PAYMENT_HOLD_MINUTES)
        paying._reserve_loyalty_credit(lenient=False, expires_at=until)

    def _set_loyalty_credit(self, credit):
        """Reserve ``credit`` for a confirmed order instead of what is reserved now.

        :param Decimal credit: zero or above, in the card's currency
        :raise InsufficientCredit: the card has less
        """
        self.ensure_one()
        self.loyalty_account_id._check_usable(self.company_id)
        self.env["loyalty.ledger"]._lock(self.loyalty_account_id)
        holds = self._get_loyalty_holds()[self.id]
        reserved = sum((Decimal(repr(hold.remaining)) for hold in holds), Decimal(0))
        if credit < reserved:
            self._release_loyalty_amount(holds, reserved - credit)
        elif credit > reserved:
            self._hold_loyalty_credit(credit - reserved)
        self._adjust_loyalty_earning()

    # === RELEASING === #

    def _release_loyalty_credit(self):
        """Release all that is reserved for the orders."""
        holds = self._get_loyalty_holds()
        for order in self:
            for hold in holds[order.id]:
                order._release_loyalty_hold(hold)

    def _release_loyalty_excess(self):
        """Release what is reserved for more than the orders still have to be paid."""
        holds = self._get_loyalty_holds()
        paid = self._get_loyalty_paid_credit()
        # Superuser: whoever may change the order, its reservation follows.
        for order in self.sudo().filtered(lambda order: holds[order.id]):
            # A stored total can be written over RPC: what may be reserved comes from the lines.
            order._compute_amounts()
            rate, step = order._get_loyalty_rate(), order._get_loyalty_step()
            total = exchange.to_credit(order._get_loyalty_goods_total(), rate, step)
            reserved = sum(Decimal(repr(hold.remaining)) for hold in holds[order.id])
            excess = reserved - max(total - paid[order.id], Decimal(0))
            order._release_loyalty_amount(holds[order.id], excess)

    def _release_loyalty_amount(self, holds, amount):
        """Release ``amount`` of credit, the latest reservation first."""
        for hold in reversed(holds):
            part = min(amount, Decimal(repr(hold.remaining)))
            if part > 0:
                self._release_loyalty_hold(hold, part)
                amount -= part

    def _release_loyalty_hold(self, hold, amount=None):
        self.env["loyalty.ledger"]._release(
            hold,
            amount,
            key=self._get_loyalty_key("release"),
            company=hold.company_id,
            document=self,
        )

    def _release_loyalty_rest(self):
        """Release what is left of reservations once everything is invoiced."""
        done = self.filtered(
            lambda order: (
                order.invoice_status == "invoiced"
                and not any(invoice.state == "draft" for invoice in order.invoice_ids)
            )
        )
        left = done.filtered(lambda order: order._get_loyalty_holds()[order.id])
        left._release_loyalty_credit()
        left._adjust_loyalty_earning()

    # === READING === #

    def _get_loyalty_planned(self, *, clip=True):
        """What a quotation plans to pay with credit, in its currency, at most its total.

        :param bool clip: whether it is at most what the card has now, too
        """
        card = self.loyalty_account_id
        if not card or not self.loyalty_credit_planned:
            return Decimal(0)
        total = self._get_loyalty_goods_total()
        planned = min(Decimal(repr(self.loyalty_credit_planned)), total)
        if not clip:
            return planned
        if card._get_unusable_reason(self.company_id or self.env.company):
            return Decimal(0)
        held = sum(
            Decimal(repr(hold.remaining)) for hold in self._get_loyalty_holds()[self._origin.id]
        )
        available = Decimal(repr(card.available)) + held
        return self._convert_loyalty_credit(available, planned)

    def _get_loyalty_credit_used(self):
        """Credit reserved and used for the order, or planned, in the card's currency."""
        if self.state in ("draft", "sent"):
            planned = self._get_loyalty_planned()
            return exchange.to_credit(planned, self._get_loyalty_rate(), self._get_loyalty_step())
        holds = self._get_loyalty_holds()[self.id]
        reserved = sum(Decimal(repr(hold.remaining)) for hold in holds)
        return self._get_loyalty_paid_credit()[self.id] + reserved

    def _get_loyalty_holds(self):
        """Return ``{order id: [open reservations, the oldest first]}``."""
        found = {order_id: [] for order_id in (*self.ids, False)}
        domain = Domain("document_model", "=", self._name) & Domain(
            "document_id", "in", self._origin.ids
        )
        # Superuser: only reservations of these orders are read.
        holds = self.env["loyalty.account.hold"].sudo()
        if self._origin.ids:
            for hold in holds.search(domain & Domain("state", "=", "open"), order="id"):
                found[hold.document_id].append(hold)
        return found

    def _get_loyalty_paid_credit(self):
        """Return ``{order id: credit}`` that paid invoices of the orders and was not given back.

        A payment out of a reservation belongs to its order, whatever else the invoice holds. What
        was paid on an invoice directly is split over its orders by their part of it.
        """
        found = {order_id: Decimal(0) for order_id in (*self.ids, False)}
        # Superuser: only payments of these orders' invoices are read.
        orders = self.sudo()._origin
        payments = orders.invoice_ids._get_loyalty_payments()
        for payment in payments:
            left = payment._get_loyalty_left()
            for order_id, part in payment._split_loyalty_over_orders(left).items():
                if order_id in found:
                    found[order_id] += part
        return found

    def _get_loyalty_goods_total(self):
        """Total that may be paid with credit and earns: all but the credit that it sells."""
        sold = self.order_line.filtered("product_id.loyalty_credit_product")
        total = Decimal(repr(self.amount_total))
        return total - sum((Decimal(repr(line.price_total)) for line in sold), Decimal(0))

    def _convert_loyalty_credit(self, credit, due):
        """Amount of at most ``due`` that ``credit`` pays, in the order's currency."""
        if not self.loyalty_account_id:
            return Decimal(0)
        steps = self._get_loyalty_step(), Decimal(repr(self.currency_id.rounding))
        return exchange.cover(due, credit, self._get_loyalty_rate(), *steps)[1]

    def _get_loyalty_rate(self):
        """Units of the order's currency for 1 of credit, as it is kept on the order."""
        card = self.loyalty_account_id
        if card.currency_id == self.currency_id:
            return Decimal(1)
        return Decimal(repr(self.currency_rate))

    def _get_loyalty_rate_date(self):
        return (self.date_order or fields.Datetime.now()).date()

    def _get_loyalty_step(self):
        return Decimal(repr(self.loyalty_account_id.currency_id.rounding))

    # === PAYING ONLINE === #

    def _get_prepayment_required_amount(self):
        """Override of ``sale``: credit that the order uses is paid already."""
        required = super()._get_prepayment_required_amount()
        if not required:
            return required
        used = self.sudo().loyalty_credit_used  # an amount of the order itself
        return self.currency_id.round(max(required - used, 0.0))

    def _is_paid(self):
        """Override of ``sale``: reserved credit counts as paid."""
        paid = self.amount_paid + self.sudo().loyalty_credit_used  # an amount of the order itself
        return super()._is_paid() or self.currency_id.compare_amounts(paid, self.amount_total) >= 0

    def _get_default_payment_link_values(self):
        """Override of ``sale``: a payment link asks for the total less the credit."""
        values = super()._get_default_payment_link_values()
        rest = self.currency_id.round(max(values["amount_max"] - self.loyalty_credit_used, 0.0))
        return values | {"amount": min(values["amount"], rest), "amount_max": rest}
