from collections import namedtuple
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from .consolidation_clearing_totals import NetPayment

#: One line of an establishment's entry: ``use`` of the account (``loyalty_<use>_account_id``),
#: the other ``side``, a label, and the balance as Decimal: debit above zero.
EntryLine = namedtuple("EntryLine", "use side name balance")


class ConsolidationClearing(models.Model):
    """How a clearing stands in the books of each establishment; see docs/adr/0011."""

    _inherit = "consolidation.clearing"

    def _book(self, totals, payments):
        """Post one entry for each establishment that has books.

        :param totals: the :class:`PairTotal` of all pairs
        :param payments: the :class:`NetPayment` that settle them
        """
        for company in self._get_sides(totals):
            self._book_establishment(company, totals, payments)

    @api.model
    def _book_missing(self, company):
        """Book the closed periods of an establishment that got its chart of accounts later."""
        if not company._get_loyalty_books():
            return
        # Superuser: whoever books credit of an establishment, books its clearings.
        clearings = self.sudo().search([("state", "=", "closed"), ("party_ids", "in", company.ids)])
        bookings = clearings.env["consolidation.booking"]
        done = bookings.search([("company_id", "=", company.id)]).clearing_id
        for clearing in (clearings - done).sorted("id"):
            payments = [
                NetPayment(payment.payer_id, payment.payee_id, Decimal(repr(payment.amount)))
                for payment in clearing.payment_ids
            ]
            clearing._book_establishment(company, clearing._get_closed_totals(), payments)
            writer = self.env["loyalty.ledger"]._writer(clearing.payment_ids)
            writer.filtered(
                lambda payment: company in (payment.payer_id, payment.payee_id)
            )._create_documents()

    def _book_establishment(self, company, totals, payments):
        books = company._get_loyalty_books()
        if not books:
            return
        self._check_currency(company)
        lines = self._prepare_entry_lines(company, totals, payments)
        if not lines:
            return
        entry = self.env["loyalty.books"]._create_entry(
            company,
            self.name,
            [
                {
                    "account_id": books[f"loyalty_{line.use}_account_id"].id,
                    "balance": float(line.balance),
                    "name": line.name,
                    "partner_id": line.side.partner_id.commercial_partner_id.id,
                }
                for line in lines
            ],
        )
        self.env["loyalty.ledger"]._writer("consolidation.booking").create(
            {"clearing_id": self.id, "company_id": company.id, "entry_id": entry.id}
        )

    def _check_currency(self, company):
        if company.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "%(company)s keeps its books in %(own)s: it cannot clear credit in %(other)s. "
                    "Clear the other establishments alone.",
                    company=company.name,
                    own=company.currency_id.name,
                    other=self.currency_id.name,
                )
            )

    def _prepare_entry_lines(self, company, totals, payments):
        """Return the :class:`EntryLine` of an establishment; they balance.

        The face value leaves or joins what is owed to customers, what clears below it is
        marketing, and the rest is paid or received in the end.
        """
        lines = []
        for total in totals:
            if company in (total.debtor, total.creditor) and (total.credit or total.amount):
                lines += self._prepare_pair_lines(company, total)
        translate = self.env["loyalty.books"]._in_language_of(company).env._
        for payment in payments:
            if payment.payee == company:
                name = translate("To receive from %s", payment.payer.name)
                lines.append(EntryLine("clearing", payment.payer, name, payment.amount))
            elif payment.payer == company:
                name = translate("To pay to %s", payment.payee.name)
                lines.append(EntryLine("clearing", payment.payee, name, -payment.amount))
        return [line for line in lines if line.balance]

    def _prepare_pair_lines(self, company, total):
        translate = self.env["loyalty.books"]._in_language_of(company).env._
        if total.creditor == company:
            side, sign = total.debtor, 1
            name = translate("Credit of %s, used here", side.name)
            rest = translate("Part of it that %s does not pay", side.name)
        else:
            side, sign = total.creditor, -1
            name = translate("Credit given here, used at %s", side.name)
            rest = translate("Part of it that %s does not get", side.name)
        return [
            EntryLine("deposit", side, name, -sign * total.credit),
            EntryLine("marketing", side, rest, sign * (total.credit - total.amount)),
        ]

    def _unbook(self):
        """Reverse entries and documents by core's own reversal, dated today."""
        clearing = self.sudo()  # the books of all establishments
        clearing.payment_ids._reverse_documents()
        bookings = clearing.env["consolidation.booking"]
        for booking in bookings.search([("clearing_id", "=", self.id)], order="company_id"):
            company = booking.company_id
            # The engine's own hand: its entries are closed to everybody else.
            entry = booking.entry_id.with_context(
                **self.env["loyalty.books"]._get_entry_context(company)
            )
            reversal = entry._reverse_moves(
                [{"date": company._get_loyalty_today(), "ref": self._get_reversal_name(company)}],
                cancel=True,
            )
            booking.reversal_id = reversal

    def _get_reversal_name(self, company):
        translate = self.env["loyalty.books"]._in_language_of(company).env._
        return translate("%s, reversed", self.name)
