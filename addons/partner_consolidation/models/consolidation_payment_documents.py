from odoo import Command, models
from odoo.exceptions import UserError


class ConsolidationPayment(models.Model):
    """What stands in the books of both sides until a payment is made; see docs/adr/0011.

    The documents are ordinary ones outside the journal of the credit, so that accountants pay and
    reconcile them as they do others.
    """

    _inherit = "consolidation.payment"

    def _create_documents(self):
        """Create and post receivable and payable of each payment, where books lack them.

        What the clearing left on "Clearing with partners" is reconciled with them.
        """
        for payment in self:
            # The payee's first: the payer's bill refers to it.
            for side, document in (("payee_id", "payee_move_id"), ("payer_id", "payer_move_id")):
                if not payment[document] and payment[side]._get_loyalty_books():
                    payment[document] = payment._create_document(payment[side])

    def _create_document(self, company):
        books = company._get_loyalty_books()
        clearing = books.loyalty_clearing_account_id
        if self.clearing_id.settlement_mode == "invoices":
            move = self._create_invoice(company, clearing)
        else:
            move = self._create_entry(company, clearing)
        booking = self.env["consolidation.booking"].search(
            [("clearing_id", "=", self.clearing_id.id), ("company_id", "=", company.id)]
        )
        lines = (booking.entry_id | move).line_ids.filtered(
            lambda line: (
                line.account_id == clearing and line.partner_id == self._get_partner(company)
            )
        )
        # The engine's own hand: lines of its entries are reconciled by nobody else.
        lines.with_context(**self._get_books_context(company)).reconcile()
        return move

    def _create_entry(self, company, clearing):
        partner, is_payee = self._get_partner(company), company == self.payee_id
        name = self._describe(company)
        sign = 1 if is_payee else -1
        claim = self._get_claim_account(partner, company, is_payee)
        return self.env["loyalty.books"]._create_entry(
            company,
            self.clearing_id.name,
            [
                {
                    "account_id": account.id,
                    "balance": balance,
                    "partner_id": partner.id,
                    "name": name,
                }
                for account, balance in (
                    (claim, sign * self.amount),
                    (clearing, -sign * self.amount),
                )
            ],
            journal=self._get_general_journal(company),
        )

    def _get_claim_account(self, partner, company, is_payee):
        side = "receivable" if is_payee else "payable"
        account = partner.with_company(company)[f"property_account_{side}_id"]
        if not account:
            raise UserError(
                self.env._(
                    "%(partner)s has no account for what is receivable or payable in the books of "
                    "%(company)s. Set it on the contact.",
                    partner=partner.display_name,
                    company=company.name,
                )
            )
        return account

    def _get_general_journal(self, company):
        journals = self.env["account.journal"]
        domain = [*journals._check_company_domain(company), ("type", "=", "general")]
        journal = journals.search(domain, limit=1)
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no journal for miscellaneous operations to book the payment in.",
                    company.name,
                )
            )
        return journal

    def _create_invoice(self, company, clearing):
        is_payee = company == self.payee_id
        today = company._get_loyalty_today()
        reference = self.clearing_id.name
        if not is_payee and self.payee_move_id:
            reference = self.payee_move_id.name
        # The invoice computes its own lines, unlike the engine's entries.
        context = {**self._get_books_context(company), "skip_invoice_sync": False}
        moves = self.env["account.move"].with_context(**context).with_company(company)
        move = moves.create(
            {
                "move_type": "out_invoice" if is_payee else "in_invoice",
                "company_id": company.id,
                "currency_id": self.currency_id.id,
                "partner_id": self._get_partner(company).id,
                "invoice_date": today,
                "date": today,
                "ref": reference,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": self._describe(company),
                            "quantity": 1,
                            "price_unit": self.amount,
                            "account_id": clearing.id,
                            # Credit is money: the goods carried their tax where they were sold.
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        move._post(soft=False)
        return move

    def _reverse_documents(self):
        """Reverse what :meth:`_create_documents` made, by core's own reversal, dated today."""
        for payment in self:
            for move in payment.payee_move_id | payment.payer_move_id:
                company = move.company_id
                today = company._get_loyalty_today()
                context = {**payment._get_books_context(company), "skip_invoice_sync": False}
                move.with_context(**context)._reverse_moves(
                    [
                        {
                            "date": today,
                            "invoice_date": move.is_invoice() and today,
                            "ref": payment.clearing_id._get_reversal_name(company),
                        }
                    ],
                    cancel=True,
                )

    # === SMALL HELPERS === #

    def _get_partner(self, company):
        """The other side, as a contact in the books of one side."""
        other = self.payer_id if company == self.payee_id else self.payee_id
        return other.partner_id.commercial_partner_id

    def _describe(self, company):
        translate = self.env["loyalty.books"]._in_language_of(company).env._
        return translate(
            "Clearing %(name)s, credit used until %(day)s",
            name=self.clearing_id.name,
            day=self.clearing_id.date_to,
        )

    def _get_books_context(self, company):
        return self.env["loyalty.books"]._get_entry_context(company)
