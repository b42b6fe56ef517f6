from decimal import Decimal

from odoo import api, models

from ..rules import vouchers


class LoyaltyBooksVoucher(models.AbstractModel):
    """Books credit that invoices sell, and the tax of single-purpose vouchers.

    See docs/adr/0005. A single-purpose voucher stands on an account of its own, without its tax.
    """

    _name = "loyalty.books.voucher"
    _inherit = ["loyalty.books.payment"]
    _description = "Loyalty ledger in the books: sold credit"

    @api.model
    def _book_sold_credit(self, movements, line):
        """Book that an invoice line's credit was issued, or voided by a credit note.

        What the invoice put on "top-ups invoiced" becomes what is owed to the card's holder. The
        tax of a single-purpose voucher is the invoice's business, here and back.

        :param movements: ``loyalty.account.move`` of kind ``top_up`` or ``void``
        :param line: line of the invoice or credit note
        """
        if not movements:
            return
        lines, net = [], Decimal(0)
        for movement in movements:
            for owed in self._prepare_owed_lines(movement, with_tax=False):
                lines.append(owed)
                net -= Decimal(repr(owed["balance"]))
        lines.append(
            {
                "account_id": line.account_id.id,
                "balance": float(net),
                "name": self.env._("Credit sold by %s", line.move_id.name),
                "partner_id": line.partner_id.id,
            }
        )
        entry = self._create_entry(line.company_id, line.move_id.name, lines)
        self._link(movements, entry)

    # === WHAT IS OWED === #

    def _prepare_deposit_lines(self, movement, balance):
        """Override: vouchers on their account; with their tax, which the goods declare again."""
        return self._prepare_owed_lines(movement, with_tax=True)

    def _prepare_owed_lines(self, movement, *, with_tax):
        """Lines on the accounts of what is owed, for a movement of a customer's credit.

        :param bool with_tax: whether the tax of single-purpose vouchers is part of it
        """
        books = movement.company_id._get_loyalty_books()
        plain, lines = Decimal(0), []
        for allocation in movement.sudo().allocation_ids.sorted("id"):  # lots of partners, too
            amount, tax = Decimal(repr(allocation.amount)), self._get_tax_part(allocation)
            if not allocation.lot_id.tax_amount:
                plain += amount
                continue
            lines.append(
                self._prepare_owed_line(movement, books.loyalty_voucher_account_id, -(amount - tax))
            )
            if with_tax and tax:
                lines[-1] |= self._get_tax_base_vals(allocation)
                lines.append(self._prepare_tax_line(movement, allocation, -tax))
        if plain:
            deposits = books.loyalty_deposit_account_id
            lines.append(self._prepare_owed_line(movement, deposits, -plain))
        return lines

    def _prepare_owed_line(self, movement, account, balance):
        return {
            "account_id": account.id,
            "balance": float(balance),
            "name": self._describe(movement),
            "partner_id": movement.account_id.partner_id.commercial_partner_id.id,
        }

    # === TAX === #

    def _get_tax_part(self, allocation):
        """Tax in what an allocation moved; below zero where credit was spent.

        Cumulated over the lot, so that its parts add up to the tax that was paid.
        """
        lot = allocation.lot_id
        if not lot.tax_amount:
            return Decimal(0)
        earlier = lot.allocation_ids.filtered(lambda other: other.id < allocation.id)
        before = sum((Decimal(repr(other.amount)) for other in earlier), Decimal(0))
        after = before + Decimal(repr(allocation.amount))
        amount, tax = Decimal(repr(lot.amount)), Decimal(repr(lot.tax_amount))
        step = Decimal(repr(lot.currency_id.rounding))
        gone = [vouchers.tax_spent(amount, tax, amount - left, step) for left in (before, after)]
        return gone[0] - gone[1]

    def _get_tax_and_parts(self, allocation):
        """The voucher's tax, and its distribution: of a refund where credit is spent."""
        tax = allocation.lot_id.sale_line_id.tax_ids
        spent = allocation.amount < 0
        parts = tax.refund_repartition_line_ids if spent else tax.invoice_repartition_line_ids
        return tax, parts

    def _get_tax_base_vals(self, allocation):
        tax, parts = self._get_tax_and_parts(allocation)
        base = parts.filtered(lambda part: part.repartition_type == "base")
        return {
            "tax_ids": tax.ids,
            "tax_tag_ids": base.tag_ids.ids,
        }

    def _prepare_tax_line(self, movement, allocation, balance):
        _tax, parts = self._get_tax_and_parts(allocation)
        part = parts.filtered(lambda part: part.repartition_type == "tax" and part.factor_percent)[
            :1
        ]
        # A tax without an account went, with the sale, where its line was booked.
        account = part.account_id or allocation.lot_id.sale_line_id.account_id
        return self._prepare_owed_line(movement, account, balance) | {
            "tax_repartition_line_id": part.id,
            "tax_tag_ids": part.tag_ids.ids,
        }
