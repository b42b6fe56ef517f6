import logging
from collections import namedtuple

from psycopg2 import OperationalError

from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..const import LOT_ORIGINS, MOVE_KINDS
from ..rules import books as rules
from ..rules.errors import RuleError

_logger = logging.getLogger(__name__)

#: Sum of the movements of one day that have the same kind, counterpart and direction.
Total = namedtuple("Total", "kind use side up amount count")


class LoyaltyBooksBatch(models.AbstractModel):
    """Books every movement that no document booked: per establishment and day one entry.

    Set-based: a batch costs the same queries for ten movements and for a hundred thousand. See
    docs/adr/0005.
    """

    _name = "loyalty.books.batch"
    _description = "Daily booking of loyalty credit"

    # === BOOKING === #

    @api.model
    def _cron_post_batches(self):
        """Book all days before today, of all companies; one that fails does not stop the others.

        What is left when the time runs out, or fails, is booked by the next run.
        """
        progress, failed = self.env["ir.cron"], set()
        # Superuser: the job books for all companies, archived ones, too.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        heads = companies.search([("parent_id", "=", False), ("chart_template", "!=", False)])
        companies = companies.search([("id", "child_of", heads.ids)])
        todo = [
            (company, day)
            for company in companies
            for day in self._get_unbooked_days(company, self._get_yesterday(company))
        ]
        progress._commit_progress(remaining=len(todo))
        for company, day in todo:
            if company in failed:
                continue
            if not self._try_post_day(company, day):
                failed.add(company)
            if not progress._commit_progress(1):
                return
        for company in companies:
            if company not in failed:
                self._mark(company, self._get_yesterday(company))

    def _try_post_day(self, company, day):
        """Book one day, or leave everything as it was and say so in the log."""
        try:
            # A savepoint takes back all that a failed booking wrote.
            with self.env.cr.savepoint():
                self._post_day(company, day)
        except OperationalError as error:
            # Somebody books the same day; swallowed, because nothing of this one is left.
            _logger.info("credit of %s on %s not booked now: %s", company.id, day, error)
            return False
        except Exception:
            _logger.exception("credit of %s on %s could not be booked", company.id, day)
            return False
        return True

    @api.model
    def _post_batches(self, company, until, *, everything=False):
        """Book the movements of an establishment up to a day of its own, one entry for each day.

        :param company: the establishment (``company_id`` of the movements)
        :param until: the last day, in its time zone
        :param everything: look at all movements ever, not only at what may be new
        :return: the entries; none without a chart of accounts
        """
        entries = self.env["account.move"]
        for day in self._get_unbooked_days(company, until, everything=everything):
            entries |= self._post_day(company, day)
        self._mark(company, min(until, self._get_yesterday(company)))
        return entries

    def _post_day(self, company, day):
        """Book the movements of one day; return the entry, none where nothing was left to book."""
        accounts = company._get_loyalty_books()
        if not accounts:
            return self.env["account.move"]
        self.env.flush_all()
        self.env["loyalty.books.mark"]._lock_books(company)
        if not self._has_unbooked(company, day):
            return self.env["account.move"]
        entry = self._create_batch_entry(company, accounts, day)
        totals = self._insert_postings(company, day, entry)
        entry.write({"line_ids": self._prepare_batch_lines(company, accounts, totals)})
        entry._post(soft=False)  # in a locked period core takes the next open date
        return entry

    def _mark(self, company, until):
        """Remember that all up to this day is booked."""
        if not company._get_loyalty_books():
            return
        books = (
            self.env["loyalty.books.mark"]._lock_books(company).sudo()
        )  # nobody has rights to it
        if not books.booked_until or books.booked_until < until:
            books.booked_until = until

    def _create_batch_entry(self, company, accounts, day):
        # The engine's own hand: nobody else may use this journal.
        entries = self.env["loyalty.ledger"]._writer("account.move").with_company(company)
        return entries.with_context(tracking_disable=True).create(
            {
                "move_type": "entry",
                "journal_id": accounts.loyalty_journal_id.id,
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "date": day,
                "ref": self._in_language_of(company).env._("Customer credit"),
            }
        )

    # === WHAT IS NOT BOOKED YET === #

    @api.model
    def _get_unbooked_days(self, company, until, *, everything=False):
        """Return the days, up to ``until``, that have movements to book; see _post_batches()."""
        if not company._get_loyalty_books():
            return []
        self.env.flush_all()
        start = None if everything else self.env["loyalty.books.mark"]._get_start(company)
        # Reads only; the day is the establishment's.
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT %s AS day FROM loyalty_account_move m WHERE %s ORDER BY day",
                self._get_day_sql(company),
                self._get_unbooked_sql(company, until=until, start=start),
            )
        )
        return [day for (day,) in rows]

    def _has_unbooked(self, company, day):
        # Reads only, under the lock of the books.
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM loyalty_account_move m WHERE %s LIMIT 1",
                    self._get_unbooked_sql(company, until=day, start=day, only=day),
                )
            )
        )

    @api.model
    def _get_unbooked_sql(self, company, *, until, start=None, only=None):
        """Condition on ``loyalty_account_move m``: of the establishment, to be booked by a batch.

        :param until: last day, in its time zone
        :param start: first day to look at; nothing: all
        :param only: only this day
        """
        parts = [
            SQL("m.company_id = %s AND m.amount <> 0", company.id),
            SQL("m.currency_id = %s", company.currency_id.id),
            # A day more than its length on both sides: time zones reach from -12 to +14 hours.
            SQL("m.date < %s", fields.Date.add(until, days=2)),
            SQL("%s <= %s", self._get_day_sql(company), until),
            SQL("NOT EXISTS (SELECT FROM loyalty_account_posting p WHERE p.move_id = m.id)"),
            SQL("NOT (%s)", self._get_pending_sql()),
        ]
        if start:
            parts.append(SQL("m.date >= %s", fields.Date.subtract(start, days=1)))
        if only:
            parts.append(SQL("%s = %s", self._get_day_sql(company), only))
        return SQL(" AND ").join(parts)

    @api.model
    def _get_day_sql(self, company):
        """The day of a movement ``m`` at the establishment, as in ``_get_loyalty_today``."""
        return self._get_zone_day_sql(SQL("m.date"), SQL("%s", self._get_zone(company)))

    @api.model
    def _get_zone_day_sql(self, moment, zone):
        return SQL("((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)::date", moment, zone)

    @api.model
    def _get_zone(self, company):
        return company.sudo().partner_id.tz or "UTC"  # everybody may know what day it is

    @api.model
    def _get_pending_sql(self):
        """Hook: condition on ``loyalty_account_move m`` for what its document will still book.

        A batch leaves that alone: an open till session books its receipts when it closes.
        """
        return SQL("FALSE")

    # === SUMS AND LINES === #

    @api.model
    def _get_owed_sql(self):
        """Query with what each allocation changes on the accounts of what is owed.

        Columns ``allocation_id``, ``move_id``, ``lot_id``, ``origin`` and ``day`` of the lot,
        ``credit`` that was moved, ``side`` (the account is the company's
        ``loyalty_<side>_account_id``) and ``amount``, above zero for more debt to customers. The
        one place that knows how much of a lot is owed, and on which account.
        """
        # Reads only. A single-purpose voucher is owed without the tax that its sale declared:
        # rules/vouchers.tax_spent, cumulated over the lot. Apart from the rest, because only
        # these few need to know what was taken from their lot before.
        return SQL(
            """
            SELECT a.id AS allocation_id, a.move_id, a.lot_id, l.origin, l.date AS day,
                   a.amount AS credit, 'deposit' AS side, a.amount
              FROM loyalty_account_allocation a
              JOIN loyalty_account_lot l ON l.id = a.lot_id
             WHERE (l.tax_amount IS NULL OR l.tax_amount = 0)
             UNION ALL
            SELECT a.id, a.move_id, a.lot_id, l.origin, l.date, a.amount, 'voucher',
                   a.amount - c.rounding * (
                       round(l.tax_amount * (l.amount - earlier.remaining)
                             / l.amount / c.rounding)
                       - round(l.tax_amount * (l.amount - earlier.remaining - a.amount)
                               / l.amount / c.rounding))
              FROM loyalty_account_allocation a
              JOIN loyalty_account_lot l ON l.id = a.lot_id
              JOIN res_currency c ON c.id = a.currency_id
             CROSS JOIN LATERAL (
                   SELECT coalesce(sum(e.amount), 0) AS remaining
                     FROM loyalty_account_allocation e
                    WHERE e.lot_id = a.lot_id AND e.id < a.id) earlier
             WHERE l.tax_amount > 0
            """
        )

    def _insert_postings(self, company, day, entry):
        """Link the movements of a day with their entry and return the :class:`Total` of each kind.

        One statement, so that exactly what is linked is summed. The unique index on the movement
        refuses whatever is in the books already.
        """
        uses = rules.get_uses(dict(MOVE_KINDS), dict(LOT_ORIGINS))
        # Straight into the append-only table: set-based, under the lock of the books; the ORM
        # would have to load every movement.
        rows = self.env.execute_query(
            SQL(
                """
                WITH booked AS (
                    INSERT INTO loyalty_account_posting (move_id, entry_id, company_id)
                    SELECT m.id, %(entry)s, m.company_id FROM loyalty_account_move m
                     WHERE %(unbooked)s
                 RETURNING move_id)
                SELECT m.kind, use.name, owed.side, owed.amount > 0 AS up,
                       sum(owed.amount)::text, count(DISTINCT m.id)
                  FROM booked
                  JOIN loyalty_account_move m ON m.id = booked.move_id
                  JOIN (%(owed)s) owed ON owed.move_id = m.id
                  LEFT JOIN (VALUES %(uses)s) AS use(kind, origin, name)
                    ON use.kind = m.kind AND use.origin = owed.origin
                 GROUP BY m.kind, use.name, owed.side, up
                 ORDER BY m.kind, use.name, owed.side, up DESC
                """,
                entry=entry.id,
                unbooked=self._get_unbooked_sql(company, until=day, start=day, only=day),
                owed=self._get_owed_sql(),
                uses=SQL(", ").join(SQL("(%s, %s, %s)", *use) for use in uses),
            )
        )
        self.env["loyalty.account.posting"].invalidate_model()
        self.env["loyalty.account.move"].invalidate_model(["posting_ids"], flush=False)
        totals = [Total(*row) for row in rows]
        for total in totals:
            if not total.use:  # a kind that nobody thought of: better not booked than half
                raise RuleError("kind_not_booked", kind=total.kind)
        return totals

    def _prepare_batch_lines(self, company, accounts, totals):
        """Two lines for each total; the amounts are exact sums and not rounded."""
        commands = []
        for total in totals:
            amount, name = float(total.amount), self._describe_total(company, total)
            for account, balance in (
                (accounts[f"loyalty_{total.use}_account_id"], amount),
                (accounts[f"loyalty_{total.side}_account_id"], -amount),
            ):
                commands.append(
                    Command.create({"account_id": account.id, "balance": balance, "name": name})
                )
        return commands

    def _describe_total(self, company, total):
        """Label of a line, in the company's language: ``Earned credit, 15 movements``."""
        translate = self._in_language_of(company).env._
        names = {
            "earn": translate("Earned credit"),
            "take_back": translate("Earned credit taken back"),
            "opening": translate("Opening balances"),
            "top_up": translate("Top-ups by programs"),
            "void": translate("Top-ups refunded"),
            "charge": translate("Payments by programs"),
            "capture": translate("Payments by programs, reserved before"),
            "refund": translate("Refunds by programs"),
            ("adjust", True): translate("Manual entries, credit added"),
            ("adjust", False): translate("Manual entries, credit removed"),
            ("transfer", True): translate("Credit transferred here"),
            ("transfer", False): translate("Credit transferred away"),
            ("expire", "marketing"): translate("Expired credit that had been given"),
            ("expire", "expired"): translate("Expired credit that had been paid for"),
        }
        name = (
            names.get(total.kind)
            or names.get((total.kind, total.up))
            or names[total.kind, total.use]
        )
        if total.count == 1:
            return translate("%s, 1 movement", name)
        return translate("%(name)s, %(count)s movements", name=name, count=total.count)

    def _in_language_of(self, company):
        return self.with_context(lang=company.sudo().partner_id.lang)  # for labels only

    @api.model
    def _get_yesterday(self, company):
        return fields.Date.subtract(company._get_loyalty_today(), days=1)
