from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import ormcache

from ..const import LEDGER_TOKEN

#: What a journal of the credit is: with another type or account its entries would mean something
#: else, and with payment methods core would offer it as a way to pay.
GUARDED_FIELDS = frozenset(
    {
        "type",
        "default_account_id",
        "active",
        "company_id",
        "currency_id",
        "inbound_payment_method_line_ids",
        "outbound_payment_method_line_ids",
        "sequence_override_regex",
    }
)


class AccountJournal(models.Model):
    """The journal of a company's credit is the engine's alone; see docs/adr/0005.

    Whoever writes for the engine has ``loyalty_ledger=LEDGER_TOKEN`` in the context, as
    ``loyalty.ledger._writer()`` sets it. No RPC call can carry it.
    """

    _inherit = "account.journal"

    @api.model
    @ormcache()
    def _get_loyalty_journal_ids(self):
        """Return the ids of all journals of credit; cleared when a company gets another one."""
        # Superuser: journals of companies that the user does not see are guarded, too.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return frozenset(
            companies.search([("loyalty_journal_id", "!=", False)]).loyalty_journal_id.ids
        )

    @api.model
    def _get_guarded_journal_ids(self):
        """Return the ids of journals that this caller must not touch: none for the engine."""
        if self.env.context.get("loyalty_ledger") is LEDGER_TOKEN:
            return frozenset()
        return self._get_loyalty_journal_ids()

    @api.model
    @ormcache()
    def _get_loyalty_owed_account_ids(self):
        """Return the ids of all accounts that credit is owed on; cleared like the journals."""
        # Superuser: accounts of companies that the user does not see are guarded, too.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        companies = companies.search([("loyalty_deposit_account_id", "!=", False)])
        accounts = companies.loyalty_deposit_account_id | companies.loyalty_voucher_account_id
        return frozenset(accounts.ids)

    @api.model
    def _refuse_loyalty_entry(self):
        """Raise the refusal of a change to what the engine booked."""
        raise UserError(
            self.env._(
                "Entries of customer credit are made by the loyalty ledger alone and cannot be "
                "changed here. To give credit back, make a credit note for its invoice; to "
                "correct credit, use “Manual entry” on the loyalty account."
            )
        )

    @api.model
    def _refuse_loyalty_journal(self, journal_ids):
        """Raise when one of the journals is one of credit, and the caller is not the engine."""
        guarded = self._get_guarded_journal_ids()
        if not guarded or guarded.isdisjoint(journal_ids):
            return
        raise UserError(
            self.env._(
                "The journal of customer credit takes entries of the loyalty ledger only. Pay "
                "with credit on the invoice, or choose another journal."
            )
        )

    def write(self, vals):
        """Override: the journal of the credit stays what it is."""
        if GUARDED_FIELDS & vals.keys() and not self._get_guarded_journal_ids().isdisjoint(
            self.ids
        ):
            raise UserError(
                self.env._(
                    "The loyalty ledger books customer credit in this journal. You may change "
                    "its name and code, but not what it is."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_never_with_loyalty_entries(self):
        """An empty one may go, as when another chart is installed: it is made again."""
        guarded = self.filtered(lambda journal: journal.id in self._get_guarded_journal_ids())
        # Superuser: entries of branches count, too.
        if guarded and self.env["account.move"].sudo().search_count(
            [("journal_id", "in", guarded.ids)], limit=1
        ):
            raise UserError(
                self.env._("This journal holds the entries of customer credit: it stays.")
            )
