from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.loyalty_accounts.const import LEDGER_TOKEN


class LoyaltyBooks(models.AbstractModel):
    """Books what consignors are paid as credit, at once."""

    _inherit = "loyalty.books"

    @api.model
    def _book_consignment(self, movement, bill):
        """Debit the bill's payable, credit the deposits, and reconcile; once.

        :param movement: ``loyalty.account.move`` of kind ``top_up``, of the bill's total
        :param bill: posted vendor bill, nothing of it paid yet
        :return: the journal entry
        """
        # Superuser: the establishment's books, whoever pays out.
        movement, bill = movement.sudo(), bill.sudo()
        if movement.posting_ids:
            return movement.posting_ids.entry_id
        payable = bill.line_ids.filtered(
            lambda line: line.account_type == "liability_payable" and not line.reconciled
        )
        if not payable or len(payable.account_id) > 1:
            raise UserError(self.env._("Nothing is open on %s any more.", bill.display_name))
        lines = self._prepare_deposit_lines(movement, -movement.amount)
        lines.append(
            self._prepare_receivable_line(movement, payable, movement.amount, movement.amount)
        )
        return self._post_entry(movement, bill, lines, payable)

    @api.model
    def _book_undone_consignment(self, movement):
        """Take the deposits back and open the bill again.

        :param movement: ``loyalty.account.move`` of kind ``void`` of a whole payout
        :return: the journal entry
        """
        # Superuser: see _book_consignment.
        movement = movement.sudo()
        entry = movement.reversal_of_id.posting_ids.entry_id
        payable = entry.line_ids.filtered(lambda line: line.account_type == "liability_payable")
        payable.with_context(loyalty_ledger=LEDGER_TOKEN).remove_move_reconcile()
        lines = self._prepare_deposit_lines(movement, -movement.amount)
        lines.append(
            self._prepare_receivable_line(
                movement, payable, movement.amount, -payable.amount_currency
            )
        )
        return self._post_entry(movement, entry, lines, payable)
