from decimal import Decimal

from odoo import fields, models
from odoo.fields import Domain

from ..rules import exchange
from ..rules.amounts import round_half_up


class SaleOrder(models.Model):
    """What orders pay with credit, in which currency, and what that leaves to pay online."""

    _inherit = "sale.order"

    # === READING === #

    def _get_loyalty_planned(self, paid=None, holds=None, *, clip=True):
        """What a quotation plans to pay with credit, in its currency, at most its total.

        :param paid: credit that paid its invoices, as Decimal, and ``holds`` its reservations,
            where the caller has read them for many orders at once
        :param bool clip: whether it is at most what the card has now, too
        """
        card = self.loyalty_account_id
        if not card or not self.loyalty_credit_planned:
            return Decimal(0)
        if paid is None:
            paid = self._get_loyalty_paid_credit()[self._origin.id]
        total = self._get_loyalty_goods_total()
        planned = min(Decimal(repr(self.loyalty_credit_planned)), total)
        # Less what paid invoices of the time before it was cancelled and opened again.
        planned = max(planned - self._convert_loyalty_credit(paid, total), Decimal(0))
        if not clip:
            return planned
        if card._get_unusable_reason(self.company_id or self.env.company):
            return Decimal(0)
        if holds is None:
            holds = self._get_loyalty_holds()[self._origin.id]
        return self._convert_loyalty_credit(self._get_loyalty_spendable(total, holds), planned)

    def _get_loyalty_spendable(self, total, holds=()):
        """Credit that the card may pay of this order now, in the card's currency.

        :param Decimal total: see :meth:`_get_loyalty_goods_total`
        :param holds: the order's reservations, where they are to be used again
        """
        card = self.loyalty_account_id
        if not card:
            return Decimal(0)
        company = self.company_id or self.env.company
        return card._get_spendable(company, self._to_loyalty_credit(total), holds, self._origin)

    def _get_loyalty_bill(self):
        """Value of the order that credit may pay, in the card's currency."""
        return self._to_loyalty_credit(self._get_loyalty_goods_total())

    def _to_loyalty_credit(self, amount):
        return exchange.to_credit(amount, self._get_loyalty_rate(), self._get_loyalty_step())

    def _get_loyalty_reservable(self, holds, paid):
        """Hook: credit that may stay reserved, of what is; a partner may cap it.

        :param holds: the order's open reservations
        :param Decimal paid: credit that paid its invoices
        """
        return max(self._get_loyalty_bill() - paid, Decimal(0))

    def _get_loyalty_credit_used(self):
        """Credit reserved and used for the order, or planned, in the card's currency."""
        if self.state in ("draft", "sent"):
            return self._to_loyalty_credit(self._get_loyalty_planned())
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
        """Total that may be paid with credit and earns: all but the credit that it sells.

        Computed from the lines: what is stored on them can be written over RPC.
        """
        total = Decimal(repr(self.amount_total))
        sold = self.order_line.filtered("product_id.loyalty_credit_product")
        if not sold:
            return total
        taxes = self.env["account.tax"]
        lines = [line._prepare_base_line_for_taxes_computation() for line in sold]
        taxes._add_tax_details_in_base_lines(lines, self.company_id)
        taxes._round_base_lines_tax_details(lines, self.company_id)
        amounts_sold = (line["tax_details"]["total_included_currency"] for line in lines)
        step = Decimal(repr(self.currency_id.rounding))
        value = sum((round_half_up(Decimal(repr(one)), step) for one in amounts_sold), Decimal(0))
        return max(total - max(value, Decimal(0)), Decimal(0))

    def _convert_loyalty_credit(self, credit, due):
        """Amount of at most ``due`` that ``credit`` pays, in the order's currency."""
        if not self.loyalty_account_id:
            return Decimal(0)
        steps = self._get_loyalty_step(), Decimal(repr(self.currency_id.rounding))
        return exchange.cover(due, credit, self._get_loyalty_rate(), *steps)[1]

    def _get_loyalty_rate(self):
        """Units of the order's currency for 1 of credit; once confirmed, those of then.

        Not the order's own ``currency_rate``: whoever may write the order could write that.
        """
        if self.state == "sale" and self.loyalty_exchange_rate:
            return Decimal(repr(self.loyalty_exchange_rate))
        return self._get_loyalty_rate_of_today()

    def _get_loyalty_rate_of_today(self):
        # Superuser: the card's currency only.
        card, company = self.sudo().loyalty_account_id, self.company_id or self.env.company
        if not card or card.currency_id == self.currency_id:
            return Decimal(1)
        rate = self.env["res.currency"]._get_conversion_rate(
            card.currency_id, self.currency_id, company, self._get_loyalty_rate_date()
        )
        return Decimal(repr(rate))

    def _get_loyalty_rate_date(self):
        return (self.date_order or fields.Datetime.now()).date()

    def _get_loyalty_step(self):
        # Superuser: the card's currency only.
        return Decimal(repr(self.sudo().loyalty_account_id.currency_id.rounding))

    # === PAYING ONLINE === #

    def _get_prepayment_required_amount(self):
        """Override of ``sale``: credit that the order uses is paid already."""
        required = super()._get_prepayment_required_amount()
        if not required:
            return required
        used = self.sudo().loyalty_credit_used  # an amount of the order itself
        return self.currency_id.round(max(required - used, 0.0))

    def _has_to_be_signed(self):
        """Override of ``sale``: a quotation whose payment is all credit is accepted by signing.

        Core confirms such a quotation by its payment, and here is none to make.
        """
        credit = self.sudo().loyalty_credit_used  # an amount of the order itself
        covered = self.require_payment and credit and self._is_confirmation_amount_reached()
        return super()._has_to_be_signed() or bool(
            covered
            and self.state in ("draft", "sent")
            and not self.is_expired
            and not self.signature
            and not self.amount_paid
        )

    def _is_paid(self):
        """Override of ``sale``: reserved credit counts as paid."""
        paid = self.amount_paid + self.sudo().loyalty_credit_used  # an amount of the order itself
        return super()._is_paid() or self.currency_id.compare_amounts(paid, self.amount_total) >= 0

    def _get_default_payment_link_values(self):
        """Override of ``sale``: a payment link asks for the total less the credit."""
        values = super()._get_default_payment_link_values()
        rest = self.currency_id.round(max(values["amount_max"] - self.loyalty_credit_used, 0.0))
        return values | {"amount": min(values["amount"], rest), "amount_max": rest}
