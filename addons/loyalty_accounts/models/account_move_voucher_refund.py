from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..exceptions import InsufficientCredit, MovementRefused


class AccountMove(models.Model):
    """Credit notes take back the credit that invoices sold; no money goes back without it."""

    _inherit = "account.move"

    def _void_loyalty_credit(self):
        """Take back what a credit note refunds of sold credit.

        What was not issued yet is left out when it is; see ``_get_loyalty_pieces``.

        :raise UserError: some of it was spent, or went elsewhere; nobody knows who sold it; or
            lines without credit give its money back
        """
        self.ensure_one()
        for line in self._get_loyalty_credit_lines().filtered("balance"):
            originals = line._get_loyalty_originals()
            if not originals:
                raise UserError(
                    self.env._(
                        "%s sells credit. Write the credit note from the invoice that sold it, "
                        "so that the credit is taken back.",
                        line.product_id.display_name,
                    )
                )
            _matched, left = originals._match_loyalty_credits()
            self._void_loyalty_line(line, originals, left[line])
        self._check_loyalty_goods_refund()

    def _void_loyalty_line(self, line, originals, amount):
        """Take ``amount`` back from what the lines issued: what is untouched first, then late."""
        movements = self.env["loyalty.account.move"]
        lots = self.env["loyalty.account.lot"]
        for original in originals:
            issued = original._get_loyalty_issued_lots()
            lots |= issued
            for lot in issued.sorted(lambda lot: (lot.remaining < lot.amount, -lot.id)):
                part = min(amount, Decimal(repr(lot.remaining)))
                if part > 0:
                    movements |= self._void_loyalty_lot(line, lot, part)
                    amount -= part
        if amount > 0:
            self._refuse_loyalty_void(lots, amount)
        self.env["loyalty.books"]._book_sold_credit(movements, line)

    def _void_loyalty_lot(self, line, lot, amount):
        top_up = lot.allocation_ids.move_id.filtered(lambda move: move.kind == "top_up")
        return self.env["loyalty.ledger"]._void(
            top_up,
            amount,
            key=line._get_loyalty_void_key(lot.id),
            company=top_up.company_id,
            document=self,
        )

    def _refuse_loyalty_void(self, lots, amount):
        """Say where credit went that a credit note would refund."""
        credit = self.company_currency_id.format(float(amount))
        # Superuser: the credit may be another establishment's by now.
        if "transfer" in lots.sudo().allocation_ids.move_id.mapped("kind"):
            raise MovementRefused(
                self.env._(
                    "%s of this credit was transferred to another card and cannot be refunded.",
                    credit,
                )
            )
        raise InsufficientCredit(
            self.env._(
                "%s of this credit was spent already, or has expired, and cannot be refunded.",
                credit,
            )
        )

    # === MONEY WITHOUT CREDIT === #

    def _check_loyalty_goods_refund(self):
        """Refuse to give the money for live credit back by lines that sell something else.

        Lines without credit give back at most what such lines asked for, up to their rounding.
        """
        invoice = self.reversed_entry_id
        if not invoice._get_loyalty_credit_lines() or not invoice._has_loyalty_live_credit():
            return
        notes = invoice.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_refund"
        )
        same = notes.currency_id == invoice.currency_id
        field = "amount_currency" if same else "balance"
        currency = invoice.currency_id if same else invoice.company_currency_id
        given = sum((note._get_loyalty_goods_total(field) for note in notes), Decimal(0))
        limit = invoice._get_loyalty_goods_total(field)
        slack = Decimal(repr(currency.rounding)) * len(self.invoice_line_ids)
        if given > limit + slack:
            raise UserError(
                self.env._(
                    "%(invoice)s sold credit that can still be spent, and only %(limit)s of "
                    "other things. Refund the credit by a line of its own product, so that it "
                    "is taken back.",
                    invoice=invoice.display_name,
                    limit=currency.format(float(limit)),
                )
            )

    def _has_loyalty_live_credit(self):
        """Whether credit that the invoice sold can be spent, or is going to be issued."""
        return bool(
            self._get_loyalty_sold_lots().filtered("remaining")
            or self._get_loyalty_lines_to_issue()
        )

    def _get_loyalty_goods_total(self, field):
        """What a document asks for, or gives back, less the credit on it."""
        sold = self._sum_loyalty_values(self._get_loyalty_credit_lines(), field)
        return self._get_loyalty_booked_total(field) - sold
