from collections import defaultdict, namedtuple
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, groupby

from ..rules import lots, numbers
from .loyalty_batch import Step

#: A lot that expires soon; ``held`` is what its account has reserved, ``news`` whether the
#: customer was not told of that last day yet.
ExpiringLot = namedtuple("ExpiringLot", "held id remaining expiry news")


class LoyaltyAccountReminder(models.Model):
    """One e-mail about one account: which credit expires by when (LA20).

    The record, its lines and the outgoing e-mail are written in one transaction, so that a
    crash leaves all of them or none.
    """

    _name = "loyalty.account.reminder"
    _description = "Reminder of expiring credit"
    _inherit = ["loyalty.batch"]
    _order = "id desc"
    _log_access = False

    account_id = fields.Many2one("loyalty.account", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Told to", ondelete="set null", index=True)
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    date = fields.Datetime(required=True, string="Written on")
    amount = fields.Monetary(required=True, help="Credit that was going to expire.")
    first_day = fields.Date(
        string="Until", required=True, help="Earliest last day among the credit told."
    )
    masked_number = fields.Char(
        compute="_compute_masked_number", help="The card number, but for its last digits."
    )
    days = fields.Json(
        compute="_compute_days",
        help="What the e-mail lists: for each last day, its date and the amount.",
    )
    line_ids = fields.One2many("loyalty.account.reminder.line", "reminder_id", string="Credit")

    @api.depends("account_id.number")
    def _compute_masked_number(self):
        for reminder in self:
            reminder.masked_number = numbers.mask(reminder.account_id.number)

    @api.depends("line_ids")
    def _compute_days(self):
        for reminder in self:
            by_day = groupby(reminder.line_ids.sorted("expiry_date"), lambda line: line.expiry_date)
            reminder.days = [
                {"date": day.isoformat(), "amount": sum(line.amount for line in lines)}
                for day, lines in by_day
            ]

    @api.depends("account_id.name", "account_id.number")
    def _compute_display_name(self):
        """Without the whole number: it is shown above the e-mail."""
        for reminder in self:
            parts = (reminder.account_id.name, reminder.masked_number)
            reminder.display_name = " ".join(filter(None, parts))

    # === REMINDING === #

    @api.model
    def _remind_due(self, limit, position):
        """Remind the customers of the next ``limit`` accounts with credit that expires soon.

        No account is locked: nothing of it is written, and tills must not wait for e-mails.

        :param position: ``(date, account id)`` after which to go on
        :return: ``loyalty_batch.Step``; ``done`` counts e-mails
        """
        self.env.flush_all()
        windows = self._get_windows()
        page = self._fetch_due_page(windows, limit, position) if windows else []
        account_ids = sorted({account_id for _day, account_id in page})
        done, failed = self._divide(account_ids, self._remind_accounts)
        if failed == len(account_ids) > 1:
            # No customer's fault, but the template's: do not go on logging it for each of them.
            page = []
        return Step(
            seen=len(page),
            done=done,
            busy=0,
            position=page[-1] if len(page) == limit else None,
        )

    def _get_windows(self):
        """Return ``{company id: (today, last day due, last day told with it)}``."""
        # Superuser: the job serves all companies.
        companies = self.env["res.company"].sudo().search([("loyalty_reminder_days", ">", 0)])
        return {company.id: company._get_loyalty_reminder_window() for company in companies}

    def _get_last_id(self):
        return self.search([], order="id desc", limit=1).id

    def _fetch_due_page(self, windows, limit, position):
        """Return ``(first day, account id)`` of accounts whose customers are to be told.

        Only cards in use, of customers with an e-mail address; who gets one later is told then.
        """
        return self.env.execute_query(
            # Reads only.
            SQL(
                """
                SELECT DISTINCT lot.expiry_date, lot.account_id
                  FROM loyalty_account_lot lot
                  JOIN loyalty_account account ON account.id = lot.account_id
                  JOIN res_partner partner ON partner.id = account.partner_id
                  JOIN unnest(%s::int[], %s::date[], %s::date[]) AS company(id, today, due)
                    ON company.id = account.company_id
                 WHERE lot.remaining > 0
                   AND lot.expiry_date BETWEEN company.today AND company.due
                   AND lot.expiry_date BETWEEN %s AND %s
                   AND (lot.expiry_date, lot.account_id) > (%s, %s)
                   AND account.active AND account.blocked IS NOT TRUE
                   AND (account.expiry_date IS NULL OR account.expiry_date >= company.today)
                   AND account.balance > account.held
                   AND partner.active AND partner.email <> ''
                   AND NOT EXISTS (SELECT FROM loyalty_account_reminder_line told
                                    WHERE told.lot_id = lot.id
                                      AND told.expiry_date = lot.expiry_date)
                 ORDER BY lot.expiry_date, lot.account_id
                 LIMIT %s
                """,
                list(windows),
                [today for today, _due, _last in windows.values()],
                [due for _today, due, _last in windows.values()],
                min(today for today, _due, _last in windows.values()),
                max(due for _today, due, _last in windows.values()),
                *position,
                limit,
            )
        )

    def _remind_accounts(self, account_ids):
        """Write reminders, their lines and e-mails for accounts that are to be told.

        :return: how many
        """
        windows, told = self._get_windows(), {}
        accounts = self.env["loyalty.account"].browse(account_ids)
        found = self._fetch_lots(accounts, windows)
        for account in accounts:
            _today, due, _last = windows[account.company_id.id]
            lines = self._select_lines(found[account.id])
            # Where the reservations cover what is due, there is nothing to hurry for yet.
            if lines and lines[0]["expiry_date"] <= due:
                told[account] = lines
        if told:
            self._write_reminders(told)._create_mails()
        return len(told)

    def _fetch_lots(self, accounts, windows):
        """Return ``{account id: [open lots up to the last day told, the earliest first]}``."""
        found = defaultdict(list)
        rows = self.env.execute_query(
            # Reads only; amounts as text, so that they stay exact.
            SQL(
                """
                SELECT lot.account_id, account.held::text, lot.id, lot.remaining::text,
                       lot.expiry_date, lot.expiry_date >= company.today AND told.id IS NULL
                  FROM loyalty_account_lot lot
                  JOIN loyalty_account account ON account.id = lot.account_id
                  JOIN unnest(%s::int[], %s::date[], %s::date[]) AS company(id, today, last)
                    ON company.id = account.company_id
                  LEFT JOIN loyalty_account_reminder_line told
                    ON told.lot_id = lot.id AND told.expiry_date = lot.expiry_date
                 WHERE lot.account_id = ANY(%s) AND lot.remaining > 0
                   AND lot.expiry_date <= company.last
                 ORDER BY lot.expiry_date, lot.id
                """,
                list(windows),
                [today for today, _due, _last in windows.values()],
                [last for _today, _due, last in windows.values()],
                accounts.ids,
            )
        )
        for account_id, *lot in rows:
            found[account_id].append(ExpiringLot(*lot))
        return found

    def _select_lines(self, account_lots):
        """Return lines about an account's lots that are news, as far as they are not reserved."""
        if not account_lots:
            return []
        due = [(lot.id, Decimal(lot.remaining)) for lot in account_lots]
        expiring = dict(lots.expire(due, Decimal(account_lots[0].held or 0)))
        return [
            {"lot_id": lot.id, "expiry_date": lot.expiry, "amount": -expiring[lot.id]}
            for lot in account_lots
            if lot.news and lot.id in expiring
        ]

    def _write_reminders(self, told):
        """Write reminders and lines; whoever tells the same lot at the same time starts again."""
        # Superuser: nobody has a right to write these records.
        reminders = self.sudo().create(
            [
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "partner_id": account.partner_id.id,
                    "currency_id": account.currency_id.id,
                    "date": fields.Datetime.now(),
                    "amount": float(sum(line["amount"] for line in lines)),
                    "first_day": lines[0]["expiry_date"],
                }
                for account, lines in told.items()
            ]
        )
        rows = [
            dict(line, reminder_id=reminder.id)
            for reminder, lines in zip(reminders, told.values(), strict=True)
            for line in lines
        ]
        # A conflict with a row of another transaction is a serialization failure: see _try_step.
        self._insert_rows("loyalty.account.reminder.line", rows, SQL("ON CONFLICT DO NOTHING"))
        reminders.invalidate_recordset(["line_ids", "days"], flush=False)
        return reminders

    def _create_mails(self):
        """Queue one e-mail for each reminder, in the customer's language."""
        template = self.env.ref("loyalty_accounts.mail_template_credit_expiring")
        return template.send_mail_batch(self.ids)
