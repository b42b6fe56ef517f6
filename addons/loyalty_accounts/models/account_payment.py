from odoo import api, models

#: What decides a payment's entry.
GUARDED_FIELDS = frozenset(
    {
        "amount",
        "company_id",
        "currency_id",
        "date",
        "destination_account_id",
        "journal_id",
        "move_id",
        "outstanding_account_id",
        "partner_id",
        "payment_type",
        "state",
    }
)


class AccountPayment(models.Model):
    """Credit pays through the ledger, never through Register Payment. See account.journal."""

    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only the engine pays through its journal."""
        journals = self.env["account.journal"]
        journals._refuse_loyalty_journal([vals.get("journal_id") for vals in vals_list])
        payments = super().create(vals_list)
        # Again, because core chooses the journal when none is given; the refusal undoes it all.
        journals._refuse_loyalty_journal(payments.journal_id.ids)
        return payments

    def write(self, vals):
        """Override: no payment of the engine is changed, none is moved into its journal."""
        if GUARDED_FIELDS & vals.keys():
            journal_ids = [vals.get("journal_id"), *self.journal_id.ids]
            self.env["account.journal"]._refuse_loyalty_journal(journal_ids)
        return super().write(vals)

    def unlink(self):
        """Override: payments of the engine stay."""
        self.env["account.journal"]._refuse_loyalty_journal(self.journal_id.ids)
        return super().unlink()
