from collections import namedtuple
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import models
from odoo.tools import SQL

from ..rules import netting

#: What a debtor owes a creditor: establishments, and Decimals in the clearing's currency.
PairTotal = namedtuple("PairTotal", "debtor creditor credit amount count")

#: One payment of a clearing: establishments, and a Decimal.
NetPayment = namedtuple("NetPayment", "payer payee amount")


class ConsolidationClearing(models.Model):
    """What a clearing takes, and what it comes to. Reads only."""

    _inherit = "consolidation.clearing"

    def _get_places(self):
        """The establishments between which this clears; archived ones, too."""
        # Superuser: the period of all establishments, whichever of them its user works in.
        clearing = self.sudo().with_context(active_test=False)
        companies = clearing.env["res.company"]
        chosen = companies.browse(clearing.establishment_ids.ids)
        return chosen or companies.search([("active", "in", (True, False))])

    def _get_end(self, place):
        """Return the UTC moment at which the last day is over at an establishment."""
        zone = ZoneInfo(self.env["loyalty.books.batch"]._get_zone(place))
        midnight = datetime.combine(self.date_to + timedelta(days=1), time.min, zone)
        return midnight.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def _get_places_sql(self):
        """The establishments as rows of ``id`` and ``until``, the end of the period there."""
        rows = [
            SQL("(%s, %s::timestamp)", place.id, self._get_end(place))
            for place in self._get_places()
        ]
        return SQL("(VALUES %s) AS place(id, until)", SQL(", ").join(rows))

    def _get_period_sql(self):
        """Condition on ``consolidation_item i`` and ``place``: open, and of the period.

        The end of the period is that of the place where the credit was used.
        """
        condition = SQL(
            """i.clearing_id IS NULL AND i.currency_id = %s AND place.id = i.creditor_id
               AND i.date < place.until""",
            self.currency_id.id,
        )
        if not self.sudo().with_context(active_test=False).establishment_ids:  # as above
            return condition
        return SQL("%s AND i.debtor_id = ANY(%s)", condition, self._get_places().ids)

    def _fetch_open_totals(self, *, disputed):
        """Return the :class:`PairTotal` of each pair that closing would take, or leave out.

        :param bool disputed: what is left out, because one side disputes it
        """
        self.env["consolidation.item"].flush_model()
        # Reads only, the sums of both directions; the caller may see all of them.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT i.debtor_id, i.creditor_id, sum(i.credit)::text, sum(i.amount)::text,
                       count(*)
                  FROM consolidation_item i, %(places)s
                 WHERE %(period)s AND (i.disputed IS TRUE) = %(disputed)s
                 GROUP BY 1, 2 ORDER BY 1, 2
                """,
                places=self._get_places_sql(),
                period=self._get_period_sql(),
                disputed=disputed,
            )
        )
        return [self._to_total(*row) for row in rows]

    def _to_total(self, debtor_id, creditor_id, credit, amount, count):
        companies = self.env["res.company"].sudo()  # names for whoever may see the sums
        return PairTotal(
            companies.browse(debtor_id),
            companies.browse(creditor_id),
            Decimal(credit),
            Decimal(amount),
            count,
        )

    def _get_sides(self, totals):
        """Return the establishments of totals, by name."""
        companies = self.env["res.company"].sudo()  # as in _to_total()
        sides = {company.id for total in totals for company in (total.debtor, total.creditor)}
        return companies.browse(sorted(sides)).sorted("name")

    def _get_closed_totals(self):
        """Return what :meth:`_fetch_open_totals` was when it closed, of pairs the user may see."""
        return [
            self._to_total(
                pair.debtor_id.id,
                pair.creditor_id.id,
                repr(pair.credit),
                repr(pair.amount),
                pair.item_count,
            )
            for pair in self.pair_ids
        ]

    def _net(self, totals):
        """Return the few :class:`NetPayment` that settle the totals of all pairs."""
        companies = self.env["res.company"].sudo()  # as in _to_total()
        debts = {(total.debtor.id, total.creditor.id): total.amount for total in totals}
        return [
            NetPayment(companies.browse(payer), companies.browse(payee), amount)
            for payer, payee, amount in netting.net(debts)
        ]
