from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models

from ..const import PAYMENT_HOLD_MINUTES
from ..exceptions import InsufficientCredit, InvalidValue, LoyaltyError
from ..rules import amounts, exchange


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
                planned = order._get_loyalty_planned(
                    paid[order._origin.id], holds[order._origin.id]
                )
                planned = max(planned - held, Decimal(0))
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

    def _check_loyalty_plan(self, vals):
        """Refuse what is no amount before the ORM or PostgreSQL stumble over it."""
        planned = vals.get("loyalty_credit_planned") or 0
        ledger = self.env["loyalty.ledger"]
        if ledger._apply_rule(InvalidValue, amounts.read_number, planned) < 0:
            raise InvalidValue(self.env._("The amount to pay with credit cannot be below zero."))

    # === ACTIONS === #

    def action_plan_loyalty_credit(self):
        """Pay as much as possible with credit: all that the card has, at most the total."""
        for order in self:
            total = order._get_loyalty_goods_total()
            available = order._get_loyalty_spendable(total)
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
                bill=self._get_loyalty_bill(),
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
        """Credit that could be reserved now; read under the account's lock.

        What is due expires first, else it would be counted here and missing in a moment.
        """
        card = self.loyalty_account_id
        self.env["loyalty.ledger"]._expire(card)
        self.env["loyalty.ledger"]._lock(card)
        return card._get_spendable(self.company_id, self._get_loyalty_bill(), document=self)

    def _try_to_reserve_again(self, credit):
        """Reserve what an invoice gave back; a card that is refused leaves a task, no error."""
        try:
            with self.env.cr.savepoint():
                self._hold_loyalty_credit(credit, lenient=True)
        except LoyaltyError:
            self._note_loyalty_shortage(credit, Decimal(0))

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
            reserved = sum(Decimal(repr(hold.remaining)) for hold in holds[order.id])
            limit = order._get_loyalty_reservable(holds[order.id], paid[order.id])
            order._release_loyalty_amount(holds[order.id], reserved - limit)

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
