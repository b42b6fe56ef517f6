from odoo import api, models


class LoyaltyBooksTopUp(models.AbstractModel):
    """Books money that a customer paid in at the desk, at once; see docs/adr/0005."""

    _name = "loyalty.books.top.up"
    _description = "Loyalty ledger in the books: top-ups at the desk"
    _inherit = ["loyalty.books.payment"]

    @api.model
    def _book_top_up(self, movement, journal):
        """Debit the journal's money, credit the deposits; once, however often it is called.

        :param movement: ``loyalty.account.move`` of kind ``top_up``
        :param journal: bank or cash journal that the money came in by
        :return: the journal entry
        """
        # Superuser: the establishment's books, whoever works at its desk.
        movement, journal = movement.sudo(), journal.sudo()
        if movement.posting_ids:
            return movement.posting_ids.entry_id
        partner = movement.account_id.partner_id.commercial_partner_id
        money = {
            "account_id": self._get_money_account(journal).id,
            "balance": movement.amount,
            "name": self.env._("Top-up of card %s", movement.account_id.number),
            "partner_id": partner.id,
        }
        reference = " · ".join(filter(None, (movement.account_id.number, movement.note)))
        entry = self._create_entry(
            movement.company_id,
            reference,
            [money, *self._prepare_deposit_lines(movement, -movement.amount)],
            journal=journal,
        )
        self._link(movement, entry)
        return entry

    @api.model
    def _get_money_account(self, journal):
        """Where core would book a payment that came in by this journal."""
        outstanding = journal.inbound_payment_method_line_ids.payment_account_id
        return outstanding[:1] or journal.default_account_id
