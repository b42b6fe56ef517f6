from odoo import Command, api, models
from odoo.exceptions import UserError

from ..const import LEDGER_TOKEN


class LoyaltyBooksPayment(models.AbstractModel):
    """Books payments with credit, and what refunds give back, at once; see docs/adr/0005.

    Amounts called ``amount`` are in the document's currency; the movement knows the credit.
    Nothing here can be called over RPC; rights are the caller's business.
    """

    _name = "loyalty.books.payment"
    _description = "Loyalty ledger in the books: payments and refunds"

    @api.model
    def _book_payment(self, movement, invoice, amount):
        """Debit the deposits, credit the invoice's receivable, and reconcile.

        :param movement: ``loyalty.account.move`` of kind ``charge`` or ``capture``
        :param invoice: posted customer invoice with something open
        :param float amount: above zero, what the credit covers
        :return: the journal entry
        """
        receivable = self._get_open_receivable(invoice)
        lines = self._prepare_deposit_lines(movement, -movement.amount)
        lines.append(self._prepare_receivable_line(movement, receivable, movement.amount, -amount))
        return self._post_entry(movement, invoice, lines, receivable)

    @api.model
    def _book_refunds(self, refunds, credit_note, withheld=0.0, withheld_amount=0.0):
        """Settle a credit note with credit that goes back, and with what is withheld.

        :param refunds: ``[(movement of kind refund, amount), …]``, possibly none
        :param float withheld: earned credit withheld, in the company's currency
        :param float withheld_amount: the same in the credit note's currency
        :return: the journal entry
        """
        receivable = self._get_open_receivable(credit_note)
        movements = self.env["loyalty.account.move"].union(*(move for move, _amount in refunds))
        lines = []
        for movement in movements:
            lines += self._prepare_deposit_lines(movement, -movement.amount)
        if withheld:
            lines.append(self._prepare_withheld_line(credit_note, withheld))
        covered = sum(amount for _move, amount in refunds) + withheld_amount
        lines.append(
            self._prepare_receivable_line(
                movements[:1],
                receivable,
                credit_note.company_currency_id.round(sum(movements.mapped("amount")) + withheld),
                credit_note.currency_id.round(covered),
            )
        )
        return self._post_entry(movements, credit_note, lines, receivable)

    @api.model
    def _book_undone_payment(self, movement):
        """Book that a payment went back to its lots as if it had never been.

        :param movement: ``loyalty.account.move`` of kind ``refund`` of a whole payment
        :return: the journal entry
        """
        entry = movement.reversal_of_id.posting_ids.entry_id
        paid = entry.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        paid.with_context(loyalty_ledger=LEDGER_TOKEN).remove_move_reconcile()
        lines = self._prepare_deposit_lines(movement, -movement.amount)
        lines.append(
            self._prepare_receivable_line(movement, paid, movement.amount, -paid.amount_currency)
        )
        return self._post_entry(movement, entry, lines, paid)

    # === LINES === #

    def _get_open_receivable(self, document):
        """The lines of a posted document that a payment settles; of one account only."""
        lines = document.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        if not lines:
            raise UserError(self.env._("Nothing is open on %s any more.", document.display_name))
        return lines.filtered(lambda line: line.account_id == lines[0].account_id)

    def _prepare_deposit_lines(self, movement, balance):
        """Lines on the deposits, one for each account that the movement's lots stand on.

        :param float balance: debit above zero, credit below
        """
        books = movement.company_id._get_loyalty_books()
        return [
            {
                "account_id": books.loyalty_deposit_account_id.id,
                "balance": balance,
                "name": self._describe(movement),
                "partner_id": self._get_holder(movement).id,
            }
        ]

    def _get_holder(self, movement):
        """The customer on lines about a card; nobody where another establishment issued it."""
        account = movement.account_id
        if account.company_id.root_id != movement.company_id.root_id:
            return self.env["res.partner"]
        return account.partner_id.commercial_partner_id

    def _prepare_withheld_line(self, document, withheld):
        return {
            "account_id": document.company_id._get_loyalty_books().loyalty_marketing_account_id.id,
            "balance": -withheld,
            "name": self.env._("Earned credit that was spent, withheld from the refund"),
        }

    def _prepare_receivable_line(self, movement, receivable, balance, amount):
        line = receivable[0]
        return {
            "account_id": line.account_id.id,
            "balance": balance,
            "amount_currency": amount,
            "currency_id": line.currency_id.id,
            "partner_id": line.partner_id.id,
            "name": self._describe(movement),
        }

    def _describe(self, movement):
        if not movement:
            return self.env._("Customer credit")
        return self.env._("Customer credit, card %s", movement.account_id.number)

    # === ENTRIES === #

    def _post_entry(self, movements, document, lines, receivable):
        """Post an entry, reconcile it with the document and link it to the movements."""
        company = document.company_id
        entry = self._create_entry(company, document.name, lines)
        counterpart = entry.line_ids.filtered(lambda line: line.account_id == receivable.account_id)
        (counterpart | receivable).with_context(loyalty_ledger=LEDGER_TOKEN).reconcile()
        self._link(movements, entry)
        return entry

    @api.model
    def _create_entry(self, company, ref, lines, date=None, journal=None):
        """Create and post an entry of the engine.

        :param lines: values of journal items that balance
        :param date: accounting date; today at the establishment by default
        :param journal: the journal of the credit by default
        """
        books = company._get_loyalty_books()
        # Superuser with the engine's token: its journal is closed to everybody else. Defaults in
        # the caller's context are meant for the caller's document.
        moves = self.env["account.move"].sudo().with_context(**self._get_entry_context(company))
        entry = moves.create(
            {
                "move_type": "entry",
                "company_id": company.id,
                "journal_id": (journal or books.loyalty_journal_id).id,
                "date": date or company._get_loyalty_today(),
                "ref": ref,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        entry._post(soft=False)
        return entry

    def _get_entry_context(self, company):
        return {
            "lang": self.env.context.get("lang"),
            "tz": self.env.context.get("tz"),
            "allowed_company_ids": [company.id],
            "loyalty_ledger": LEDGER_TOKEN,
            "skip_invoice_sync": True,  # lines are complete; tax lines, too
            "tracking_disable": True,
            "mail_create_nosubscribe": True,
        }

    def _link(self, movements, entry):
        """Say that the entry books the movements; the database refuses a second one."""
        # Superuser with the token: postings are the engine's alone.
        postings = self.env["loyalty.account.posting"].sudo()
        postings.with_context(loyalty_ledger=LEDGER_TOKEN).create(
            [
                {
                    "move_id": movement.id,
                    "entry_id": entry.id,
                    "company_id": movement.company_id.id,
                }
                for movement in movements
            ]
        )
