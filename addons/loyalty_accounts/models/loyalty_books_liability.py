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
                SELECT owed.origin, width_bucket(%(day)s - owed.day, %(bounds)s::int[]),
                       sum(owed.amount)::text
                  FROM %(moves)s
                  JOIN (%(owed)s) owed ON owed.move_id = m.id
                 WHERE %(move_day)s <= %(day)s
                 GROUP BY 1, 2
                """,
                day=day,
                bounds=list(ageing.BOUNDS),
                moves=self._get_moves_sql(books),
                owed=self._get_owed_sql(),
                move_day=self._get_move_day_sql(),
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
                SELECT CASE WHEN p.id IS NULL AND %(pending)s THEN 'pending'
                            WHEN p.id IS NULL THEN 'open'
                            WHEN e.id IS NULL THEN 'broken'
                            WHEN e.date > %(day)s THEN 'later' ELSE 'early' END AS status,
                       m.kind, %(move_day)s AS move_day,
                       sum(CASE WHEN %(move_day)s <= %(day)s THEN owed.amount
                                ELSE -owed.amount END)::text,
                       count(DISTINCT m.id)
                  FROM %(moves)s
                  JOIN (%(owed)s) owed ON owed.move_id = m.id
                  LEFT JOIN loyalty_account_posting p ON p.move_id = m.id
                  LEFT JOIN account_move e ON e.id = p.entry_id AND e.state = 'posted'
                 WHERE (%(move_day)s <= %(day)s) <> (e.id IS NOT NULL AND e.date <= %(day)s)
                 GROUP BY 1, 2, 3 ORDER BY 3, 2, 1
                """,
                day=day,
                pending=self._get_pending_sql(),
                moves=self._get_moves_sql(books),
                owed=self._get_owed_sql(),
                move_day=self._get_move_day_sql(),
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
                    SELECT p.entry_id, sum(owed.amount) AS amount
                      FROM %(moves)s
                      JOIN loyalty_account_posting p ON p.move_id = m.id
                      JOIN account_move e
                        ON e.id = p.entry_id AND e.state = 'posted' AND e.date <= %(day)s
                      JOIN (%(owed)s) owed ON owed.move_id = m.id
                     GROUP BY p.entry_id)
                SELECT entry_id, coalesce(general.amount, 0)::text, booked.amount::text,
                       count(*) OVER ()
                  FROM general FULL JOIN booked USING (entry_id)
                 WHERE coalesce(general.amount, 0) <> coalesce(booked.amount, 0)
                 ORDER BY entry_id DESC LIMIT %(limit)s
                """,
                lines=self._get_lines_sql(books, day),
                moves=self._get_moves_sql(books),
                owed=self._get_owed_sql(),
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

    def _get_moves_sql(self, books):
        """Movements ``m`` of the books, each with its establishment's time zone ``place.zone``."""
        places = [
            SQL("(%s, %s)", company.id, self._get_zone(company))
            for company in self._get_establishments(books)
        ]
        return SQL(
            """loyalty_account_move m JOIN (VALUES %s) AS place(id, zone)
               ON place.id = m.company_id AND m.currency_id = %s AND m.amount <> 0""",
            SQL(", ").join(places),
            books.currency_id.id,
        )

    def _get_move_day_sql(self):
        return self._get_zone_day_sql(SQL("place.zone"))
