"""What becomes of the accounts and the journal of the credit when the app goes."""

from odoo import models

from ..const import LEDGER_TOKEN


class ResCompany(models.Model):
    _inherit = "res.company"

    def _retire_loyalty_books(self):
        """Remove what was made for the credit and never used; what holds entries stays in the books.

        The journal is archived then, so that nobody books in it by mistake. Installed again, the app
        makes others: its ledger begins at zero, and must not meet the balances of the last one.
        """
        for company in self.filtered("loyalty_journal_id"):
            # The engine's own hand; it removes what it made.
            own = company.with_context(loyalty_ledger=LEDGER_TOKEN)
            journal = own.loyalty_journal_id
            # Superuser: entries of branches count, too.
            entries = own.env["account.move"].sudo()
            if entries.search_count([("journal_id", "=", journal.id)], limit=1):
                journal.active = False
                continue
            own.loyalty_journal_id = False
            journal.unlink()
            own._remove_unused_loyalty_accounts(own._get_loyalty_plans())

    def _remove_unused_loyalty_accounts(self, names):
        """Remove accounts of the credit that the app made itself and nothing was booked on.

        One that the accountant chose instead has another name, or belongs to the chart.

        :param names: fields of the accounts
        """
        plans = self._get_loyalty_plans()
        for company in self.with_context(lang="en_US"):
            for name in names:
                account = company[name]
                made = account.name == company.env._(plans[name].title)
                if made and not account.get_external_id()[account.id] and not account.used:
                    company[name] = False
                    account.unlink()
