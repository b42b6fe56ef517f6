from collections import namedtuple
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..rules import ageing
from .res_company_books import OWED_FIELDS

#: Entries that explain a difference; more are counted and summed, not listed.
MAX_ENTRIES = 200

#: Credit of one origin; ``amounts`` by bucket of age.
Ageing = namedtuple("Ageing", "origin amounts")

#: Movements that ledger and general ledger date or know differently, by kind and day. ``status``:
#: ``open`` nobody booked them, ``pending`` their document will, ``later`` and ``early`` booked on
#: the other side of the report's day, ``broken`` the entry is not posted any more.
Unposted = namedtuple("Unposted", "status kind day amount count")

#: An entry on which less or more stands than its movements explain.
Unexplained = namedtuple("Unexplained", "entry_id booked explained")

#: Everything at the end of one day. ``general`` is empty without a
#: chart; ``hidden`` counts entries that are not listed, ``foreign`` movements in other currencies.
Liability = namedtuple(
    "Liability", "ageing ledger general unposted not_posted difference unexplained hidden foreign"
)


class LoyaltyBooksLiability(models.AbstractModel):
    """What is owed to customers, by the ledger and by the general ledger, on any day.

    Computed from what happened, not from what is left now, so that a past day can be asked for.
    A movement counts for the day of its establishment, as in the daily booking. The number of
    queries does not depend on how much there is.
    """

    _name = "loyalty.books.liability"
    _description = "Liability of loyalty credit"
    _inherit = ["loyalty.books.batch"]

    @api.model
    def _compute_liability(self, company, day):
        """Compare ledger and general ledger at the end of a day.

        What always holds: ledger = general ledger + not posted + difference, and the difference is
        the sum of what the unexplained entries lack.

        :param company: any company of the books; they are its head office's, with all branches
        :return: :class:`Liability`, amounts as Decimals in the company's currency
        """
        self.env.flush_all()
        books = company.sudo().root_id  # whoever may see the report may see its sums
        rows = self._fetch_ageing(books, day)
        ledger = sum((sum(row.amounts) for row in rows), Decimal(0))
        foreign = self._count_foreign(books)
        if not books._get_loyalty_books():
            zero = Decimal(0)
            return Liability(rows, ledger, None, [], zero, zero, [], 0, foreign)
        general = self._fetch_general(books, day)
        unposted = self._fetch_unposted(books, day)
        not_posted = sum((row.amount for row in unposted), Decimal(0))
        unexplained, hidden = self._fetch_unexplained(books, day)
        return Liability(
            rows,
            ledger,
            general,
            unposted,
            not_posted,
            ledger - general - not_posted,
            unexplained,
            hidden,
            foreign,
        )

    # === LEDGER === #

    def _fetch_ageing(self, books, day):
        amounts = {}
        # Reads only.
        for origin, bucket, amount in self.env.execute_query(
            SQL(
                """
                SELECT change.origin, width_bucket(%(day)s - change.given, %(bounds)s::int[]),
                       sum(change.amount)::text
                  FROM (%(changes)s) change
                 WHERE change.day <= %(day)s
                 GROUP BY 1, 2
                """,
                day=day,
                bounds=list(ageing.BOUNDS),
                changes=self._get_changes_sql(books),
            )
        ):
            row = amounts.setdefault(origin, [Decimal(0)] * len(ageing.BUCKETS))
            row[bucket] += Decimal(amount)
        return [Ageing(origin, row) for origin, row in amounts.items() if any(row)]

    def _count_foreign(self, books):
        """Return how many movements are in another currency; none, unless somebody tampered."""
        # Reads only.
        ((count,),) = self.env.execute_query(
            SQL(
                """SELECT count(*) FROM loyalty_account_move m
                    WHERE m.company_id = ANY(%s) AND m.currency_id <> %s AND m.amount <> 0""",
                self._get_establishments(books).ids,
                books.currency_id.id,
            )
        )
        return count

    # === GENERAL LEDGER === #

    @api.model
    def _get_owed_accounts(self, books):
        """The accounts of the general ledger that this report compares with."""
        return self.env["account.account"].union(*(books[name] for name in OWED_FIELDS))

    def _fetch_general(self, books, day):
        # Reads only; a liability is a credit.
        ((balance,),) = self.env.execute_query(
            SQL(
                "SELECT coalesce(-sum(l.balance), 0)::text FROM account_move_line l WHERE %s",
                self._get_lines_sql(books, day),
            )
        )
        return Decimal(balance)

    def _get_lines_sql(self, books, day):
        """Condition on ``account_move_line l``: what stands on the accounts of what is owed."""
        return SQL(
            """l.account_id = ANY(%s) AND l.company_id = ANY(%s) AND l.parent_state = 'posted'
               AND l.date <= %s""",
            self._get_owed_accounts(books).ids,
            self._get_establishments(books).ids,
            day,
        )

    # === WHERE THEY DIFFER === #

    def _fetch_unposted(self, books, day):
        """Return :class:`Unposted`: what is in one of both on this day, and not in the other."""
        # Reads only.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT CASE WHEN change.entry_id IS NULL AND change.pending THEN 'pending'
                            WHEN change.entry_id IS NULL THEN 'open'
                            WHEN e.id IS NULL THEN 'broken'
                            WHEN e.date > %(day)s THEN 'later' ELSE 'early' END AS status,
                       change.kind, change.day,
                       sum(CASE WHEN change.day <= %(day)s THEN change.amount
                                ELSE -change.amount END)::text,
                       count(DISTINCT change.source)
                  FROM (%(changes)s) change
                  LEFT JOIN account_move e ON e.id = change.entry_id AND e.state = 'posted'
                 WHERE (change.day <= %(day)s) <> (e.id IS NOT NULL AND e.date <= %(day)s)
                 GROUP BY 1, 2, 3 ORDER BY 3, 2, 1
                """,
                day=day,
                changes=self._get_changes_sql(books),
            )
        )
        return [
            Unposted(status, kind, move_day, Decimal(amount), count)
            for status, kind, move_day, amount, count in rows
        ]

    def _fetch_unexplained(self, books, day):
        """Return the entries that movements do not explain, and how many more there are."""
        # Reads only.
        rows = self.env.execute_query(
            SQL(
                """
                WITH general AS (
                    SELECT l.move_id AS entry_id, -sum(l.balance) AS amount
                      FROM account_move_line l WHERE %(lines)s GROUP BY l.move_id),
                booked AS (
                    SELECT change.entry_id, sum(change.amount) AS amount
                      FROM (%(changes)s) change
                      JOIN account_move e
                        ON e.id = change.entry_id AND e.state = 'posted' AND e.date <= %(day)s
                     GROUP BY change.entry_id)
                SELECT entry_id, coalesce(general.amount, 0)::text, booked.amount::text,
                       count(*) OVER ()
                  FROM general FULL JOIN booked USING (entry_id)
                 WHERE coalesce(general.amount, 0) <> coalesce(booked.amount, 0)
                 ORDER BY entry_id DESC LIMIT %(limit)s
                """,
                lines=self._get_lines_sql(books, day),
                changes=self._get_changes_sql(books),
                day=day,
                limit=MAX_ENTRIES,
            )
        )
        listed = [
            Unexplained(entry_id, Decimal(general), booked and Decimal(booked))
            for entry_id, general, booked, _count in rows
        ]
        return listed, rows[0][3] - len(rows) if rows else 0

    # === SMALL HELPERS === #

    @api.model
    def _get_establishments(self, books):
        """The head office and all its branches, archived ones, too."""
        # Superuser: the books are one, whichever branches the user sees.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([("id", "child_of", books.id)])

    @api.model
    def _get_changes_sql(self, books):
        """Hook: query with all that changed what the books' establishments owe to customers.

        Columns: ``kind`` and ``source``, the id of what changed it; ``day`` on which it did;
        ``origin`` and ``given``, of the credit; ``amount``, above zero for more debt;
        ``entry_id`` that books it, if any; ``pending`` where a document will.
        """
        # Reads only.
        return SQL(
            """
            SELECT m.kind, m.id AS source, %(day)s AS day, owed.origin, owed.day AS given,
                   owed.amount, p.entry_id, %(pending)s AS pending
              FROM loyalty_account_move m
              JOIN (%(places)s) place
                ON place.id = m.company_id AND m.currency_id = %(currency)s AND m.amount <> 0
              JOIN (%(owed)s) owed ON owed.move_id = m.id
              LEFT JOIN loyalty_account_posting p ON p.move_id = m.id
            """,
            day=self._get_zone_day_sql(SQL("m.date"), SQL("place.zone")),
            pending=self._get_pending_sql(),
            places=self._get_places_sql(books),
            currency=books.currency_id.id,
            owed=self._get_owed_sql(),
        )

    def _get_places_sql(self, books):
        """The books' establishments as rows of ``id`` and time ``zone``."""
        places = [
            SQL("(%s, %s)", company.id, self._get_zone(company))
            for company in self._get_establishments(books)
        ]
        return SQL("SELECT id, zone FROM (VALUES %s) AS place(id, zone)", SQL(", ").join(places))
