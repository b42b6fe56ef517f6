from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..const import MAX_VOUCHERS, UNTAXED_CREDIT_PRODUCTS
from ..rules import vouchers
from ..rules.amounts import round_half_up

#: What decides how much credit a line sells, and of which kind.
SOLD_FIELDS = (
    *("product_id", "quantity", "price_unit", "discount", "tax_ids", "account_id"),
    *("balance", "debit", "credit", "amount_currency", "currency_id", "display_type"),
)


class AccountMoveLine(models.Model):
    """Lines that sell credit: whether they can, what they are worth, and in how many pieces."""

    _inherit = "account.move.line"

    def write(self, vals):
        """Override: what was sold as credit, or was not, stays so once it is posted."""
        names = [name for name in SOLD_FIELDS if name in vals]
        if names:
            self._refuse_loyalty_sold_change(vals, names)
        return super().write(vals)

    def _refuse_loyalty_sold_change(self, vals, names):
        product = self.env["product.product"].browse(vals.get("product_id"))
        # Superuser: only asks whether the product sells credit.
        becomes_credit = product.sudo().loyalty_credit_product
        changes = self.env["account.move"]._field_will_change
        for line in self.filtered(lambda line: line.parent_state == "posted"):
            # See above.
            if not (becomes_credit or line.product_id.sudo().loyalty_credit_product):
                continue
            if any(changes(line, vals, name) for name in names):
                raise UserError(
                    self.env._(
                        "%s is posted and sells credit. Write a credit note instead of "
                        "changing it.",
                        line.move_id.display_name,
                    )
                )

    # === WHAT MAY BE SOLD === #

    def _check_loyalty_credit_line(self):
        """Refuse to sell credit in a way that could not be issued or booked."""
        self.ensure_one()
        kind = self.product_id.loyalty_credit_product
        reason = self._get_loyalty_tax_problem(kind)
        if not reason and self.move_id.move_type == "out_invoice":
            reason = self._get_loyalty_sale_problem(kind)
        if not reason and self.move_id.move_type == "out_refund" and self.balance < 0:
            reason = self.env._("a credit note cannot sell it.")
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
        if self.balance >= 0:
            return self.env._("its price is above zero.")
        return False

    # === WHAT IT IS WORTH === #

    def _get_loyalty_value(self, field="balance"):
        """Return ``(credit, tax in it)`` that the line is worth, as its journal items say.

        Totals of lines are stored beside the books, and can be written; they are not asked. Tax
        only for single-purpose vouchers: for others it is zero by then.

        :param str field: ``balance`` in the company's currency, ``amount_currency`` in the
            document's
        """
        currency = self.company_currency_id if field == "balance" else self.currency_id
        step = Decimal(repr(currency.rounding))
        net = abs(Decimal(repr(self[field])))
        tax = self._get_loyalty_tax(field, step)
        return net + tax, tax

    def _get_loyalty_tax(self, field, step):
        """What the line's price makes of its net, as core computes it; no more than is booked."""
        tax = self.tax_ids.filtered("amount")
        kind = self.product_id.loyalty_credit_product
        if kind in UNTAXED_CREDIT_PRODUCTS or len(tax) != 1:
            return Decimal(0)
        booked = self.move_id.line_ids.filtered(lambda line: line.tax_line_id == tax)
        left = abs(sum((Decimal(repr(line[field])) for line in booked), Decimal(0)))
        for line, price in self._get_loyalty_prices(field, step):
            if line.tax_ids.filtered("amount") == tax:
                amount = min(max(price - abs(Decimal(repr(line[field]))), Decimal(0)), left)
                if line == self:
                    return amount
                left -= amount
        return Decimal(0)

    def _get_loyalty_prices(self, field, step):
        """Return ``[(line, its price with taxes), …]`` of the document's single-purpose vouchers."""
        name = "raw_total_included" if field == "balance" else "raw_total_included_currency"
        base_lines, _tax_lines = self.move_id._get_rounded_base_and_tax_lines()
        return [
            (base["record"], round_half_up(abs(Decimal(repr(base["tax_details"][name]))), step))
            for base in base_lines
            if base["record"].product_id.loyalty_credit_product == "single_voucher"
        ]

    def _get_loyalty_pieces(self):
        """Return ``[(credit, tax in it), …]``: one for a top-up, one for each voucher.

        What was credited before the invoice was paid is not issued.
        """
        amount, tax = whole, _tax = self._get_loyalty_value()
        credits = []
        for line, credited, credited_tax in self._get_loyalty_credited_parts():
            amount, tax = amount - credited, tax - credited_tax
            credits.append((int(line.quantity), credited))
        if amount <= 0:
            return []
        step = Decimal(repr(self.company_currency_id.rounding))
        count = 1
        if self.product_id.loyalty_credit_product != "top_up":
            count = vouchers.pieces_left(int(self.quantity), whole, credits, step)
        tax = min(max(tax, Decimal(0)), amount)
        return list(
            zip(
                vouchers.split_evenly(amount, count, step),
                vouchers.split_evenly(tax, count, step),
                strict=True,
            )
        )

    # === WHAT WAS CREDITED === #

    def _get_loyalty_originals(self):
        """Lines of invoices that a credit note's line may be for: the reversed one's first.

        A credit note that an order makes is tied to its invoices by the order's line.
        """
        self.ensure_one()
        lines = self.move_id.reversed_entry_id._get_loyalty_credit_lines().sorted("id")
        lines |= self.sale_line_ids.invoice_lines.sorted("id")
        return lines.filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.move_type == "out_invoice"
                and line.product_id == self.product_id
            )
        )

    def _get_loyalty_notes(self):
        """Posted lines of credit notes that may be for these lines of invoices."""
        lines = self.move_id.reversal_move_ids.invoice_line_ids | self.sale_line_ids.invoice_lines
        return lines.filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.move_type == "out_refund"
                and line._get_loyalty_originals() & self
            )
        )

    def _match_loyalty_credits(self):
        """Match these lines of invoices, and those beside them, with what was credited unissued.

        What a credit note took back from the ledger is not part of it: what was issued could not
        be left out any more.

        :return: as ``rules.vouchers.match_credits``
        """
        originals, notes = self, self.browse()
        while True:
            notes = originals._get_loyalty_notes()
            more = originals
            for note in notes:
                more |= note._get_loyalty_originals()
            if more == originals:
                break
            originals = more
        credits = [
            (note, note._get_loyalty_originals(), note._get_loyalty_unvoided())
            for note in notes.sorted("id")
        ]
        return vouchers.match_credits(
            credits, {line: line._get_loyalty_unissued() for line in originals}
        )

    def _get_loyalty_credited_parts(self):
        """Return ``[(credit note's line, credited of this line, tax in it), …]``."""
        matched, _left = self._match_loyalty_credits()
        step = Decimal(repr(self.company_currency_id.rounding))
        parts = []
        for (note, line), part in matched.items():
            if line == self:
                value, tax = note._get_loyalty_value()
                parts.append((note, part, vouchers.tax_spent(value, tax, part, step)))
        return parts

    def _get_loyalty_unissued(self):
        """What an invoice's line sold and did not issue: all of it before it is paid."""
        issued = self._get_loyalty_issued_lots().mapped("amount")
        amount = self._get_loyalty_value()[0]
        return max(amount - sum((Decimal(repr(part)) for part in issued), Decimal(0)), Decimal(0))

    def _get_loyalty_issued_lots(self):
        """Lots that these lines issued; not what transfers made of them on other cards."""
        lots = self.env["loyalty.account.lot"].sudo()  # of these lines only
        return lots.search([("sale_line_id", "in", self.ids)]).filtered(
            lambda lot: "top_up" in lot.allocation_ids.move_id.mapped("kind")
        )

    def _get_loyalty_unvoided(self):
        """What a credit note's line credited, less what it took back from the ledger."""
        moves = self.env["loyalty.account.move"].sudo()  # of this document only
        voids = moves.search(
            [
                ("document_model", "=", "account.move"),
                ("document_id", "=", self.move_id.id),
                ("kind", "=", "void"),
            ]
        )
        prefix = self._get_loyalty_void_key("")
        own = voids.filtered(lambda move: move.key.startswith(prefix)).mapped("amount")
        return self._get_loyalty_value()[0] + sum((Decimal(repr(part)) for part in own), Decimal(0))

    def _get_loyalty_void_key(self, lot_id):
        return f"account.move.line/{self.id}/void/{lot_id}"
