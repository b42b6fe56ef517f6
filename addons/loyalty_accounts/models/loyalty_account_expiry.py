from functools import partial

from odoo import api, fields, models

#: Lots looked at in one step of the nightly expiry: accounts are locked for some 250 ms, and some
#: 10 MB are used.
EXPIRY_BATCH = 2000
#: Accounts reminded in one step: rendering an e-mail takes longer than moving credit.
REMINDER_BATCH = 100


class LoyaltyAccount(models.Model):
    """When the credit of an account expires, and the nightly jobs about it."""

    _inherit = "loyalty.account"

    next_expiry_date = fields.Date(
        string="Credit expires next",
        compute="_compute_next_expiry",
        help="Last day of the credit that expires first.",
    )
    next_expiry_amount = fields.Monetary(
        string="Credit that expires next",
        compute="_compute_next_expiry",
        help="How much has that last day. Reserved credit does not expire before its reservation "
        "ends.",
    )
    credit_expires_soon = fields.Boolean(
        compute="_compute_credit_expires_soon",
        search="_search_credit_expires_soon",
        help="The last day of some credit lies within the company's number of days.",
    )
    reminder_ids = fields.One2many("loyalty.account.reminder", "account_id", string="Reminders")

    def init(self):
        """Override: leave room in the pages of the table.

        Every movement updates its account's row. Where the new version fits beside the old one,
        none of the indexes is touched, two of which are on the trigrams of number and name.
        """
        super().init()
        # A constant of this file; new rows follow it, nothing is rewritten.
        self.env.cr.execute("ALTER TABLE loyalty_account SET (fillfactor = 70)")

    # === COMPUTES === #

    @api.depends("lot_ids.remaining", "lot_ids.expiry_date")
    def _compute_next_expiry(self):
        days = {account: account.company_id._get_loyalty_today() for account in self}
        self.next_expiry_date, self.next_expiry_amount = False, 0.0
        for account, day, amount in self._read_expiries(min(days.values(), default=None)):
            if not account.next_expiry_date and day >= days[account]:
                account.next_expiry_date, account.next_expiry_amount = day, amount

    def _read_expiries(self, first_day):
        """Return ``[(account, last day, amount)]`` from that day on, the earliest first."""
        groups = self.env["loyalty.account.lot"]._read_group(
            [
                ("account_id", "in", self.ids),
                ("remaining", ">", 0),
                ("expiry_date", ">=", first_day),
            ],
            ["account_id", "expiry_date:day"],
            ["remaining:sum"],
            order="expiry_date:day",
        )
        return [(account, fields.Date.to_date(day), amount) for account, day, amount in groups]

    @api.depends("next_expiry_date")
    def _compute_credit_expires_soon(self):
        for account in self:
            _today, limit = account.company_id._get_loyalty_expiring_days()
            day = account.next_expiry_date
            account.credit_expires_soon = bool(day and day <= limit)

    def _search_credit_expires_soon(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        today, limit = self.env.company._get_loyalty_expiring_days()
        lots = [("remaining", ">", 0), ("expiry_date", ">=", today), ("expiry_date", "<=", limit)]
        return [("lot_ids", "any", lots)]

    # === NIGHTLY JOBS === #

    @api.model
    def _cron_expire_credit(self):
        """Expire credit whose last day is over, at all companies.

        :return: how many accounts were looked at
        """
        ledger = self.env["loyalty.ledger"]
        return ledger._walk(partial(ledger._expire_due, EXPIRY_BATCH), ledger._count_due())

    @api.model
    def _cron_remind_expiring(self):
        """Write the e-mails about credit that expires soon; the mail queue sends them.

        :return: how many e-mails were written
        """
        reminders = self.env["loyalty.account.reminder"]
        return reminders._walk(partial(reminders._remind_due, REMINDER_BATCH), 0)
