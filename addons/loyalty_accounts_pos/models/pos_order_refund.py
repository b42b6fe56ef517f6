from collections import namedtuple
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN
from odoo.addons.loyalty_accounts.rules import earning, refund

from .pos_order import CLOSED

#: What a refund does: ``giving`` is ``[(payment, credit that goes back), …]``, ``owing`` is
#: ``[(earning, what it left as a debt), …]``.
Plan = namedtuple("Plan", "giving owing settlement")


class PosOrder(models.Model):
    """Refunds at the till: credit goes back to its lots, never out as cash."""

    _inherit = "pos.order"

    def _get_loyalty_originals(self):
        """The receipts that this one takes back from."""
        return self.lines.refunded_orderline_id.order_id

    # === WHAT MAY COME BACK === #

    def _check_loyalty_returns(self):
        """Refuse lines that take back what was not sold so: the rest is computed from them.

        Core checks none of this on the server.

        :raise UserError: with what is wrong
        """
        lines = self._get_loyalty_returned_lines()
        if not lines:
            return
        original = self._get_loyalty_originals()
        if (
            len(original) > 1
            or original == self
            or original.state not in CLOSED
            or original.company_id != self.company_id
        ):
            raise UserError(
                self.env._("A refund takes goods back from one closed receipt of this company.")
            )
        sold = self.lines.filtered(
            lambda line: line._get_loyalty_credit_kind() and not line.refunded_orderline_id
        )
        if sold:
            raise UserError(self.env._("Sell credit on a receipt of its own, not on a refund."))
        for line in lines:
            if not line._is_loyalty_return_of_sold():
                raise UserError(
                    self.env._(
                        "%(product)s does not come back as %(receipt)s sold it: product, price, "
                        "discount and taxes stay, and no more comes back than was sold.",
                        product=line.product_id.display_name,
                        receipt=original.display_name,
                    )
                )

    # === PLAN === #

    def _plan_loyalty_refund(self, value, but=None):
        """What taking back goods of this receipt means for its card.

        ``rules/refund.settle`` decides; this gathers what it needs.

        :param Decimal value: of the goods, taxes included
        :param but: the refund at hand, which is closed already, and no earlier one
        :return: :class:`Plan`
        """
        self.ensure_one()
        payments = self._get_loyalty_payments()
        returned = self._get_loyalty_returned(but)
        paid = self._get_loyalty_paid(payments, returned)
        step = Decimal(repr(self.currency_id.rounding))
        credit = refund.credit_part(value, paid, step)
        lefts = [(payment, payment._get_loyalty_left()) for payment in payments]
        giving = earning.latest_first(lefts, credit)
        owing = self._get_loyalty_owing_earnings()
        card = self.loyalty_account_id
        owed = sum((left for _move, left in owing), Decimal(0))
        settlement = refund.settle(
            value,
            paid,
            self._get_loyalty_earnings_to_go(returned + value, credit),
            owed=min(owed, Decimal(repr(card.debt))),
            available=Decimal(repr(card.available)),
            step=step,
        )
        return Plan(giving, owing, settlement)

    def _get_loyalty_to_card(self, plan):
        """What a refund pays back to the card: the credit, and what is withheld from the money."""
        withheld = sum((back.withheld for _move, back in plan.settlement.take_backs), Decimal(0))
        return plan.settlement.credit, withheld + plan.settlement.owed

    def _get_loyalty_payments(self):
        """Payments with credit that are not given back, the oldest first."""
        moves = self._get_loyalty_moves(("charge", "capture"))
        return moves.filtered(lambda move: move._get_loyalty_left() > 0)

    def _get_loyalty_paid(self, payments, returned):
        """What was paid for the goods and not given back, as ``rules.refund.Paid``."""
        left = sum((payment._get_loyalty_left() for payment in payments), Decimal(0))
        value = Decimal(repr(self.amount_total)) - self._get_loyalty_sold_total()
        value -= returned
        return refund.Paid(
            money=max(value - left, Decimal(0)),
            takes=[
                take
                for payment in payments
                for take in payment._get_loyalty_takes(payment._get_loyalty_left())
            ],
        )

    def _get_loyalty_returned(self, but=None):
        """Value of the goods of this receipt that closed refunds took back."""
        refunds = self.lines.refund_orderline_ids.order_id - (but or self.browse())
        refunds = refunds.filtered(lambda order: order.state in CLOSED)
        return sum((order._get_loyalty_returned_value() for order in refunds), Decimal(0))

    def _get_loyalty_returned_value(self):
        """Value of the goods that this receipt takes back, taxes included."""
        lines = self._get_loyalty_returned_lines()
        goods = lines.filtered(lambda line: not line._get_loyalty_credit_kind())
        return -self._sum_loyalty_lines(goods)

    def _get_loyalty_earnings_to_go(self, returned, credit):
        """Earnings of the receipt that have to go, the latest first, as ``rules.refund.Earning``.

        :param Decimal returned: value of the goods that are taken back, now and before
        :param Decimal credit: that goes back now
        """
        used = sum(
            (payment._get_loyalty_left() for payment in self._get_loyalty_payments()), Decimal(0)
        )
        kept = self._get_loyalty_earning(returned, used - credit)
        lefts = []
        for move in self._get_loyalty_moves(("earn",)):
            backs = move.reversal_ids.filtered(lambda back: back.kind == "take_back")
            amounts = (move.asked_amount, *(-back.asked_amount for back in backs))
            lefts.append((move, sum(Decimal(repr(amount)) for amount in amounts)))
        amount = sum((left for _move, left in lefts), Decimal(0)) - kept
        return [
            move._prepare_loyalty_earning(taken)
            for move, taken in earning.latest_first(lefts, amount)
        ]

    def _get_loyalty_owing_earnings(self):
        """Return ``[(earning, what it left as a debt), …]`` of the receipt."""
        owing = [(move, move._get_loyalty_owed()) for move in self._get_loyalty_moves(("earn",))]
        return [(move, owed) for move, owed in owing if owed > 0]

    # === CARRYING OUT === #

    def _refund_loyalty_receipt(self):
        """Give back and take back; refuse payments that do not say the same.

        :raise UserError: other credit than the plan's goes back to the card
        """
        self._void_loyalty_credit()
        original = self._get_loyalty_originals()
        if not original.loyalty_account_id:
            self._check_loyalty_to_card(Decimal(0))
            return
        plan = original._plan_loyalty_refund(self._get_loyalty_returned_value(), but=self)
        self._check_loyalty_to_card(sum(self._get_loyalty_to_card(plan)))
        self._carry_out_loyalty_plan(plan)
        card = original.loyalty_account_id
        # The ledger's own hand: the refund shows the card that it settled.
        self.with_context(loyalty_ledger=LEDGER_TOKEN).loyalty_account_id = card
        if card.debt:
            self.env["loyalty.ledger"]._expire(card)
        self._forward_loyalty_credit(card)

    def _forward_loyalty_credit(self, card):
        """Credit that goes back to a card that was merged belongs on the one that stayed."""
        if card.merged_into_id and card.available:
            self.env["loyalty.ledger"]._transfer(
                card,
                card.merged_into_id,
                card.available,
                key=self._get_loyalty_key("transfer"),
                document=self,
            )

    def _check_loyalty_to_card(self, wanted):
        amounts = [Decimal(repr(payment.amount)) for payment in self._get_loyalty_credit_payments()]
        given = -sum(amounts, Decimal(0))
        if given != wanted or any(amount > 0 for amount in amounts):
            raise UserError(
                self.env._(
                    "%(wanted)s of this refund goes back to the customer's card, and the till "
                    "says %(given)s. Remove the payments and choose the payment again.",
                    wanted=self.currency_id.format(float(wanted)),
                    given=self.currency_id.format(float(given)),
                )
            )

    def _carry_out_loyalty_plan(self, plan):
        ledger, options = self.env["loyalty.ledger"], self._get_loyalty_options()
        for payment, part in plan.giving:
            key = self._get_loyalty_key("refund")
            movement = ledger._refund(payment, part, settle_debt=False, key=key, **options)
            self._get_loyalty_credit_payments()[:1]._set_loyalty_move(movement)
        for movement, back in plan.settlement.take_backs:
            amount = back.withdrawn + back.forgiven + back.withheld + back.debt
            key = self._get_loyalty_key("take_back")
            ledger._take_back(movement, amount, money=back.withheld, key=key, **options)
        for movement, part in earning.latest_first(plan.owing, plan.settlement.owed):
            ledger._withhold(movement, part, key=self._get_loyalty_key("withhold"), **options)

    def _get_loyalty_options(self):
        return {"company": self.company_id, "document": self}

    def _void_loyalty_credit(self):
        """Take sold credit back whose price is refunded; what was spent of it cannot be."""
        lines = self._get_loyalty_returned_lines()
        lines = lines.filtered(lambda line: line._get_loyalty_credit_kind())
        totals = self._get_loyalty_line_totals() if lines else {}
        for line in lines:
            self._void_loyalty_line(line, -totals[line])

    def _void_loyalty_line(self, line, amount):
        lefts = [
            (move, Decimal(repr(move.allocation_ids.lot_id.remaining)))
            for move in self._get_loyalty_sold_moves(line.refunded_orderline_id)
        ]
        left = sum((part for _move, part in lefts), Decimal(0))
        if left < amount:
            raise UserError(
                self.env._(
                    "%(product)s was spent: only %(left)s of it can be refunded.",
                    product=line.product_id.display_name,
                    left=self.currency_id.format(float(left)),
                )
            )
        for movement, part in earning.latest_first(lefts, amount):
            self.env["loyalty.ledger"]._void(
                movement, part, key=self._get_loyalty_key("void"), **self._get_loyalty_options()
            )

    def _get_loyalty_sold_moves(self, line):
        """The movements by which a line of an earlier receipt issued credit."""
        prefix = f"pos.order.line/{line.id}/top_up/"
        moves = line.order_id._get_loyalty_moves(("top_up",))
        return moves.filtered(lambda move: move.key.startswith(prefix))
