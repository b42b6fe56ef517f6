from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.loyalty_accounts.const import MAX_VOUCHERS
from odoo.addons.loyalty_accounts.rules import discount

from ..rules import receipt


class PosOrder(models.Model):
    """What the server checks of a receipt before it is closed: the till is not trusted."""

    _inherit = "pos.order"

    def _check_loyalty_receipt(self):
        """Raise unless card, discounts, total and payments of the receipt are right.

        :raise UserError: with what the cashier can do
        """
        self.ensure_one()
        card = self.loyalty_account_id
        if card:
            card._check_usable(self.company_id)
        self._check_loyalty_discounts()
        self._check_loyalty_returns()
        self._check_loyalty_total()
        sold = self.lines.filtered(lambda line: line._get_loyalty_credit_kind())
        totals = self._get_loyalty_line_totals() if sold else {}
        for line in sold:
            self._check_loyalty_sold_line(line, totals[line])
        if not self._get_loyalty_returned_lines():
            self._check_loyalty_payments()

    # === DISCOUNTS AND TOTAL === #

    def _check_loyalty_discounts(self):
        mode, card_discount = self.company_id.loyalty_discount_mode, Decimal(0)
        if self.loyalty_account_id:
            card_discount = self.loyalty_account_id._get_privileges(self.company_id).discount
        for line in self.lines.filtered(lambda line: not line.refunded_orderline_id):
            given = Decimal(repr(line.loyalty_discount or 0.0))
            if given > line._get_loyalty_allowed_discount(card_discount) or given < 0:
                raise UserError(
                    self.env._(
                        "The card gives no discount of %(discount)s%% on %(product)s. Remove the "
                        "card from the receipt and scan it again.",
                        discount=f"{given:f}",
                        product=line.product_id.display_name,
                    )
                )
            if given:
                self._check_loyalty_effective_discount(line, given, mode)

    def _check_loyalty_effective_discount(self, line, given, mode):
        """Refuse a line whose discount is more than the cashier's and the card's make."""
        own = Decimal(repr(line.loyalty_own_discount or 0.0))
        most = discount.combine(own, given, mode)
        by_hand = self.config_id.manual_discount
        if Decimal(repr(line.discount)) > most or own < 0 or (own and not by_hand):
            raise UserError(
                self.env._(
                    "%(product)s has a discount of %(discount)s%%, and the card gives "
                    "%(given)s%%. Remove the card from the receipt and scan it again.",
                    product=line.product_id.display_name,
                    discount=f"{line.discount:g}",
                    given=f"{given:f}",
                )
            )

    def _check_loyalty_total(self):
        """Refuse a total that is not the lines': the card would earn or pay by it."""
        wanted = self._get_loyalty_computed_total()
        rounded = self._get_rounded_amount(wanted, force_round=True)
        same = self.currency_id.compare_amounts
        if same(wanted, self.amount_total) and same(rounded, self.amount_total):
            raise UserError(
                self.env._(
                    "The total of %(order)s should be %(wanted)s, and the till says %(total)s. "
                    "Reload the till and ring the receipt up again.",
                    order=self.pos_reference,
                    wanted=self.currency_id.format(wanted),
                    total=self.currency_id.format(self.amount_total),
                )
            )

    def _get_loyalty_computed_total(self):
        """The total as core computes it from the lines, before cash rounding (``_compute_prices``)."""
        base_lines = self._get_loyalty_base_lines()
        totals = self.env["account.tax"]._get_tax_totals_summary(
            base_lines=base_lines, currency=self.currency_id, company=self.company_id
        )
        return self._get_loyalty_sign() * totals["total_amount_currency"]

    def _get_loyalty_base_lines(self):
        taxes = self.env["account.tax"]
        base_lines = self.lines._prepare_tax_base_line_values()
        taxes._add_tax_details_in_base_lines(base_lines, self.company_id)
        taxes._round_base_lines_tax_details(base_lines, self.company_id)
        return base_lines

    def _get_loyalty_sign(self):
        """Core computes the lines of a receipt that pays out as if it paid in."""
        return -1 if self.amount_total < 0.0 else 1

    def _get_loyalty_line_totals(self):
        """Return ``{line: price with taxes}``, below zero for what is taken back.

        Computed: what the till sends beside quantity and price is its own affair.
        """
        sign = self._get_loyalty_sign()
        return {
            base["record"]: sign * Decimal(repr(base["tax_details"]["total_included_currency"]))
            for base in self._get_loyalty_base_lines()
        }

    def _sum_loyalty_lines(self, lines):
        totals = self._get_loyalty_line_totals() if lines else {}
        return sum((totals[line] for line in lines), Decimal(0))

    # === SOLD CREDIT === #

    def _check_loyalty_sold_line(self, line, total):
        """Refuse a line that sells credit in a way that could not be issued or booked.

        :param Decimal total: price of the line
        """
        kind = line._get_loyalty_credit_kind()
        reason = ""
        if kind == "single_voucher":
            reason = self.env._("vouchers that are taxed when they are sold need an invoice.")
        elif line.tax_ids_after_fiscal_position.filtered("amount"):
            reason = self.env._("it carries no tax, because tax is due when the credit is used.")
        elif line.refunded_orderline_id:
            return
        elif total <= 0:
            reason = self.env._("its price is above zero.")
        elif kind == "top_up" and not self.loyalty_account_id:
            reason = self.env._("scan the card that is to be topped up.")
        elif kind == "voucher" and (line.qty != int(line.qty) or line.qty > MAX_VOUCHERS):
            reason = self.env._(
                "vouchers are sold in whole pieces, at most %s a line.", MAX_VOUCHERS
            )
        if reason:
            raise UserError(
                self.env._(
                    "%(product)s sells credit: %(reason)s",
                    product=line.product_id.display_name,
                    reason=reason,
                )
            )

    # === PAYMENTS === #

    def _check_loyalty_payments(self):
        """Refuse payments with credit beyond what may be paid so.

        Capturing refuses what is not reserved, in the same transaction.
        """
        payments = self._get_loyalty_credit_payments()
        sold = self._get_loyalty_sold_total()
        if sold > 0 and sold > self._get_loyalty_money_paid() + self._get_loyalty_rounding():
            raise UserError(
                self.env._(
                    "Credit that is sold is paid in money, at once: %s.",
                    self.currency_id.format(float(sold)),
                )
            )
        if not payments:
            return
        self._check_loyalty_currency()
        most = receipt.payable(Decimal(repr(self.amount_total)), sold)
        paid = sum((Decimal(repr(payment.amount)) for payment in payments), Decimal(0))
        if paid > most or any(payment.amount <= 0 for payment in payments):
            raise UserError(
                self.env._(
                    "At most %s of this receipt can be paid with credit.",
                    self.currency_id.format(float(most)),
                )
            )

    def _check_loyalty_currency(self):
        if self.loyalty_account_id.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "The card's credit is in %(card)s, this till sells in %(till)s: take another "
                    "payment.",
                    card=self.loyalty_account_id.currency_id.name,
                    till=self.currency_id.name,
                )
            )

    # === READING === #

    def _get_loyalty_returned_lines(self):
        """Lines that take goods or credit of an earlier receipt back."""
        return self.lines.filtered("refunded_orderline_id")

    def _get_loyalty_sold_total(self):
        """Credit that the receipt sells, less what it takes back of sold credit."""
        lines = self.lines.filtered(lambda line: line._get_loyalty_credit_kind())
        return self._sum_loyalty_lines(lines)

    def _get_loyalty_tips(self):
        lines = self.lines.filtered(lambda line: line._is_loyalty_tip())
        return self._sum_loyalty_lines(lines)

    def _get_loyalty_rounding(self):
        """What rounding to the smallest coin leaves unpaid; core has checked that it is no more."""
        if not self.config_id.cash_rounding:
            return Decimal(0)
        return abs(Decimal(repr(self.amount_total)) - Decimal(repr(self.amount_paid)))

    def _get_loyalty_money_paid(self):
        """What came in as money, change subtracted; not on the customer's account, nor as credit."""
        payments = self.payment_ids - self._get_loyalty_credit_payments()
        # Superuser: only asks what kind of payment it is.
        payments = payments.filtered(lambda payment: payment.payment_method_id.sudo().journal_id)
        return sum((Decimal(repr(payment.amount)) for payment in payments), Decimal(0))
