from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..const import MAX_VOUCHERS, UNTAXED_CREDIT_PRODUCTS
from ..rules import vouchers
from ..rules.amounts import round_half_up


class AccountMoveLine(models.Model):
    """Lines that sell credit: whether they can, what they are worth, and in how many pieces."""

    _inherit = "account.move.line"

    def _check_loyalty_credit_line(self):
        """Refuse to sell credit in a way that could not be issued or booked."""
        self.ensure_one()
        kind = self.product_id.loyalty_credit_product
        reason = self._get_loyalty_tax_problem(kind)
        if not reason and self.move_id.move_type == "out_invoice":
            reason = self._get_loyalty_sale_problem(kind)
        if reason:
            raise UserError(
                self.env._(
                    "%(product)s sells credit: %(reason)s",
                    product=self.product_id.display_name,
                    reason=reason,
                )
            )

    def _get_loyalty_tax_problem(self, kind):
        books = self.company_id._get_loyalty_books()
        if self.account_id != books.loyalty_invoiced_account_id:
            return self.env._("it is booked on %s.", books.loyalty_invoiced_account_id.display_name)
        rates = self.tax_ids.filtered("amount")
        if kind in UNTAXED_CREDIT_PRODUCTS and rates:
            return self.env._("it carries no tax, because tax is due when the credit is used.")
        if kind == "single_voucher" and (
            len(self.tax_ids) != 1 or self.tax_ids.amount_type != "percent" or not rates
        ):
            return self.env._("it carries exactly one tax, a percentage.")
        return False

    def _get_loyalty_sale_problem(self, kind):
        if kind == "top_up" and not self.move_id._get_loyalty_top_up_card():
            return self.env._("pair the order with the card that is to be topped up.")
        whole = self.quantity == int(self.quantity)
        if kind != "top_up" and not (whole and 0 < self.quantity <= MAX_VOUCHERS):
            return self.env._("vouchers are sold in whole pieces, at most %s a line.", MAX_VOUCHERS)
        if self.price_total <= 0:
            return self.env._("its price is above zero.")
        return False

    def _get_loyalty_value(self):
        """Return ``(credit, tax in it)`` that the line is worth, in the company's currency.

        Tax only for single-purpose vouchers: for others it is zero by then.
        """
        net = abs(Decimal(repr(self.balance)))
        step = Decimal(repr(self.company_currency_id.rounding))
        tax = Decimal(repr(self.price_total)) - Decimal(repr(self.price_subtotal))
        tax = round_half_up(abs(tax) / Decimal(repr(self.currency_rate)), step)
        return net + tax, tax

    def _get_loyalty_pieces(self):
        """Return ``[(credit, tax in it), …]``: one for a top-up, one for each voucher.

        Pieces that were credited before the invoice was paid are not issued.
        """
        amount, tax = self._get_loyalty_value()
        count = 1 if self.product_id.loyalty_credit_product == "top_up" else int(self.quantity)
        for line in self._get_loyalty_credited_lines():
            credited, credited_tax = line._get_loyalty_value()
            amount, tax = amount - credited, tax - credited_tax
            count -= 0 if self.product_id.loyalty_credit_product == "top_up" else int(line.quantity)
        if amount <= 0 or count <= 0:
            return []
        step = Decimal(repr(self.company_currency_id.rounding))
        return list(
            zip(
                vouchers.split_evenly(amount, count, step),
                vouchers.split_evenly(tax, count, step),
                strict=True,
            )
        )

    def _get_loyalty_credited_lines(self):
        notes = self.move_id.reversal_move_ids.filtered(lambda move: move.state == "posted")
        return notes.invoice_line_ids.filtered(lambda line: line.product_id == self.product_id)
