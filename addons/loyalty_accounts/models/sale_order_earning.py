from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..const import EARNING_MOMENTS, LEDGER_TOKEN
from ..exceptions import LoyaltyError
from ..rules import earning

#: What an order keeps of the terms by which it earns; confirmation alone sets it.
TERMS = {
    "loyalty_credit_rate",
    "loyalty_earning_moment",
    "loyalty_earns_on_credit",
    "loyalty_exchange_rate",
}


class SaleOrder(models.Model):
    """Credit that orders earn: when confirmed or paid, when they change, back when returned."""

    _inherit = "sale.order"

    loyalty_credit_rate = fields.Float(
        digits=(7, 4),
        copy=False,
        readonly=True,
        groups="loyalty_accounts.group_user",
        help="Credit rate of the card when the order was confirmed: later changes of the order "
        "earn by it, later changes of the card do not matter.",
    )
    loyalty_earning_moment = fields.Selection(
        EARNING_MOMENTS,
        copy=False,
        readonly=True,
        groups="loyalty_accounts.group_user",
        help="When the order earns, by the company's setting when it was confirmed.",
    )
    loyalty_earns_on_credit = fields.Boolean(
        copy=False,
        readonly=True,
        groups="loyalty_accounts.group_user",
        help="Whether what is paid with credit earns, by the company's setting when the order was "
        "confirmed.",
    )
    loyalty_exchange_rate = fields.Float(
        digits=0,
        copy=False,
        readonly=True,
        groups="loyalty_accounts.group_user",
        help="Units of the order's currency for 1 of credit when the order was confirmed: its "
        "credit is captured and earned at this rate.",
    )
    loyalty_earned = fields.Monetary(
        compute="_compute_loyalty_earned",
        currency_field="loyalty_currency_id",
        string="Credit earned",
        groups="loyalty_accounts.group_user",
        help="What the order earns when it is confirmed, or has earned.",
    )

    @api.depends("state", "amount_total", "loyalty_account_id", "loyalty_credit_planned")
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
        """Override: only confirmation sets the terms, whatever comes as value or default."""
        for vals in vals_list:
            self._check_loyalty_plan(vals)
        return super().create([vals | dict.fromkeys(TERMS, False) for vals in vals_list])

    def write(self, vals):
        """Override: follow what changes an order's total or ends its confirmation.

        Lines changed in one call are one change: their own hooks wait for it.
        """
        self._check_loyalty_plan(vals)
        trusted = self.env.context.get("loyalty_ledger") is LEDGER_TOKEN
        if TERMS & vals.keys() and not trusted:
            raise AccessError(self.env._("The credit rate of an order is set by confirming it."))
        leaving = self.browse()
        if vals.get("state", "sale") != "sale":
            leaving = self.filtered(lambda order: order.state == "sale")
        orders = self.with_context(loyalty_batch=LEDGER_TOKEN) if "order_line" in vals else self
        result = super(SaleOrder, orders).write(vals)
        # A quotation that is cancelled may have been on its way to be paid.
        releasing = self if vals.get("state") == "cancel" else leaving
        if releasing:
            # Documents before accounts, as when invoices are posted: core has cancelled drafts.
            releasing.invoice_ids.flush_recordset()
            releasing._release_loyalty_credit()
        if leaving:
            leaving._adjust_loyalty_earning()
            # Superuser: the right to cancel the order is the right that counts.
            leaving.sudo()._set_loyalty_terms(dict.fromkeys(TERMS, False))
        if "order_line" in vals:
            self._adjust_confirmed_loyalty_order()
        return result

    def action_confirm(self):
        """Override of ``sale``: reserve the credit to pay with, and earn on the paired cards."""
        usable = self._check_loyalty_before_confirmation()
        result = super().action_confirm()
        for order in self.sudo():  # the right to confirm the order is the right that counts
            order._set_loyalty_terms(order._get_loyalty_terms(earns=order in usable))
        if len(usable) > 1:
            # All at once and in the order of ids, so that two batches never wait for each other.
            self.env["loyalty.ledger"]._lock(usable.sudo().loyalty_account_id)
        (self - usable)._note_unusable_loyalty_credit()
        usable._reserve_loyalty_credit(lenient=self._is_loyalty_lenient())
        usable._adjust_loyalty_earning(lenient=self._is_loyalty_lenient())
        return result

    def _get_loyalty_terms(self, *, earns):
        company = self.company_id
        return {
            "loyalty_credit_rate": float(self._get_loyalty_rate_of_card()) if earns else 0.0,
            "loyalty_earning_moment": company.loyalty_earning_moment if earns else False,
            "loyalty_earns_on_credit": company.loyalty_earn_on_credit if earns else False,
            "loyalty_exchange_rate": float(self._get_loyalty_rate_of_today()) if earns else 0.0,
        }

    def _set_loyalty_terms(self, terms):
        changed = self.filtered(lambda order: any(order[name] != terms[name] for name in terms))
        if changed:
            changed.with_context(loyalty_ledger=LEDGER_TOKEN).write(terms)

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
        if len(due) > 1:
            # All at once and in the order of ids, so that two batches never wait for each other.
            self.env["loyalty.ledger"]._lock(orders.loyalty_account_id)
        for order, difference in due:
            if difference < 0:
                order._take_back_loyalty_credit(-difference)
            elif lenient:
                order._try_to_earn_loyalty_credit(difference)
            else:
                order._earn_loyalty_credit(difference)

    def _adjust_confirmed_loyalty_order(self):
        """The same after a change; orders that are quotations, or never earned, are left alone.

        Credit that is reserved for more than the order is now is released first.
        """
        if self.env.context.get("loyalty_batch") is LEDGER_TOKEN:
            return  # the order's own write does it once, when all lines are changed
        confirmed = self.filtered(lambda order: order.state == "sale")
        confirmed._release_loyalty_excess()
        # Superuser: the field is hidden from most.
        confirmed.filtered(lambda order: order.sudo().loyalty_credit_rate)._adjust_loyalty_earning()

    def _get_loyalty_difference(self, credit_back=Decimal(0)):
        """Return what is to be earned still, or below zero, to be taken back.

        :param credit_back: Decimal, credit that goes back to the card besides what is booked
        """
        target = Decimal(0)
        if self.state == "sale":
            # A stored total can be written over RPC: what is earned comes from the lines.
            self._compute_amounts()
            target = self._get_loyalty_earning(credit_back)
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
        lefts = self._get_loyalty_earnings_left()[self.id]
        for move, taken in earning.latest_first(lefts, amount):
            self._take_back_loyalty_move(move, taken)

    def _take_back_loyalty_move(self, move, amount, **options):
        """Take ``amount`` of one earning back.

        :param options: see ``loyalty.ledger._take_back``
        :return: the movement
        """
        return self.env["loyalty.ledger"]._take_back(
            move,
            amount,
            key=self._get_loyalty_key("take_back"),
            company=move.company_id,
            document=self,
            **options,
        )

    def _get_loyalty_earnings_to_go(self, parts):
        """What a refund takes of the orders' earnings, as ``rules.refund.Earning``.

        :param parts: ``[(payment, credit), …]`` that the refund gives back
        """
        back = defaultdict(Decimal)
        for payment, part in parts:
            for order_id, share in payment._split_loyalty_over_orders(part).items():
                back[order_id] += share
        lefts = self._get_loyalty_earnings_left()
        to_go = []
        for order in self:
            amount = -order._get_loyalty_difference(credit_back=back[order.id])
            for move, taken in earning.latest_first(lefts[order.id], amount):
                to_go.append(move._prepare_loyalty_earning(taken))
        return to_go

    def _get_loyalty_owing_earnings(self):
        """Return ``[(earning, what it left as a debt), …]`` of the orders, the oldest first."""
        # Superuser: only movements of these orders are read.
        moves = self.env["loyalty.account.move"].sudo()
        earnings = moves.search(self._get_loyalty_move_domain("earn"), order="id")
        owing = [(move, move._get_loyalty_owed()) for move in earnings]
        return [(move, owed) for move, owed in owing if owed > 0]

    def _note_no_loyalty_earning(self, reason):
        self.message_post(body=self.env._("No credit was earned: %s", reason))

    # === READING === #

    def _get_loyalty_earning(self, credit_back=Decimal(0)):
        """Credit that the order earns, in the account's currency, rounded half up (LA13).

        On what is paid, less what was returned and, unless the company wants it otherwise, less
        what is paid with credit. By the card's rate; once confirmed, by the terms of then.
        """
        self.ensure_one()
        company = self.company_id
        confirmed = self.state == "sale"
        stored = Decimal(repr(self.loyalty_credit_rate))
        rate = stored if confirmed else self._get_loyalty_rate_of_card()
        on_credit = self.loyalty_earns_on_credit if confirmed else company.loyalty_earn_on_credit
        step = self._get_loyalty_step()
        base = self._get_loyalty_earning_base() / self._get_loyalty_rate()
        if not on_credit:
            base -= self._get_loyalty_credit_used() - credit_back
        return earning.earned(base, rate, step)

    def _get_loyalty_rate_of_card(self):
        """Credit that the card earns here per 1 of currency, as Decimal."""
        return self.loyalty_account_id._get_privileges(self.company_id).credit_rate

    def _get_loyalty_earning_base(self):
        """Value of the order that counts by now, in its currency: confirmed or paid, not returned."""
        total = self._get_loyalty_goods_total()
        if self.state != "sale":
            return total
        if self.loyalty_earning_moment == "paid":
            paid, credited = self._get_loyalty_invoiced(only_paid=True)
            return min(paid - credited, total)
        return total - earning.returned(total, *self._get_loyalty_invoiced())

    def _get_loyalty_invoiced(self, *, only_paid=False):
        """Return what was invoiced and what was credited, in the order's currency, with taxes.

        :param bool only_paid: whether invoices count once they are paid only, and their credit
            notes with them
        """
        sums = {"out_invoice": Decimal(0), "out_refund": Decimal(0)}
        moves = self.order_line.invoice_lines.move_id
        moves |= moves.reversal_move_ids
        for move in moves.filtered(lambda move: move.state == "posted" and move.move_type in sums):
            invoice = move.reversed_entry_id or move
            unpaid = invoice.payment_state not in ("paid", "in_payment")
            if only_paid and unpaid and invoice.move_type == "out_invoice":
                continue
            refunds = move.move_type == "out_refund"
            parts = move._get_loyalty_returned_parts() if refunds else move._get_loyalty_parts()
            amount = parts.get(self, Decimal(0))
            if move.currency_id != self.currency_id:
                converted = move.currency_id._convert(
                    float(amount), self.currency_id, self.company_id, move.invoice_date
                )
                amount = Decimal(repr(converted))
            sums[move.move_type] += amount
        return tuple(sums.values())

    def _get_loyalty_earnings_left(self):
        """Return ``{order id: [(movement, what was not taken back yet)]}``, the oldest first."""
        # Superuser: only movements of these orders are read.
        moves = self.env["loyalty.account.move"].sudo()
        left = defaultdict(list)
        for move in moves.search(self._get_loyalty_move_domain("earn"), order="id"):
            backs = move.reversal_ids.filtered(lambda back: back.kind == "take_back")
            amounts = (move.asked_amount, *(-back.asked_amount for back in backs))
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
