from odoo import fields, models
from odoo.tools import SQL

from ..const import LOT_ORIGINS
from .loyalty_statistics import MEASURES

#: Amounts that cannot be added over months, and whose month of a group counts.
STANDINGS = {"opening:sum": SQL("min"), "closing:sum": SQL("max")}


class LoyaltyStatisticsMonth(models.Model):
    """Credit by month: what happened, and what was owed at its end.

    One row for each establishment, currency, origin and month, months without movements included.
    Amounts are what is owed, so that they add up: without the tax that the sale of single-purpose
    vouchers declared. Summed over months, ``opening`` is that of the first one, ``closing`` that of the last.
    """

    _name = "loyalty.statistics.month"
    _description = "Loyalty credit by month"
    _auto = False
    _order = "month desc, company_id, origin"
    _rec_name = "month"

    month = fields.Date(readonly=True, help="First day of the month, at the establishment.")
    company_id = fields.Many2one("res.company", string="Establishment", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    origin = fields.Selection(
        LOT_ORIGINS, readonly=True, help="How the credit had come into being."
    )
    opening = fields.Monetary(
        string="Liability before", readonly=True, help="Owed at the beginning of the first month."
    )
    issued = fields.Monetary(
        readonly=True, help="Top-ups, vouchers and opening balances, less refunded top-ups."
    )
    earned = fields.Monetary(readonly=True, help="Bonus, less what was taken back.")
    spent = fields.Monetary(readonly=True, help="Payments, less refunds of them.")
    expired = fields.Monetary(readonly=True)
    corrected = fields.Monetary(
        readonly=True, help="Manual entries and transfers; below zero where credit went away."
    )
    closing = fields.Monetary(
        string="Liability at the end",
        readonly=True,
        help="Owed at the end of the last month, or now; without the tax that the sale of "
        "single-purpose vouchers declared.",
    )

    @property
    def _table_query(self):
        # Reads only. What is owed at a month's end needs all movements before it.
        return SQL(
            """
            WITH monthly AS (
                SELECT company_id, currency_id, origin,
                       date_trunc('month', date)::date AS month, sum(liability) AS liability, %s
                  FROM (%s) part
                 GROUP BY company_id, currency_id, origin, date_trunc('month', date)),
            span AS (
                SELECT company_id, currency_id, origin, generate_series(
                           min(min(month)) OVER (),
                           greatest(max(max(month)) OVER (), %s),
                           interval '1 month')::date AS month
                  FROM monthly GROUP BY company_id, currency_id, origin)
            SELECT ((extract(year FROM month)::bigint * 12 + extract(month FROM month)::int)
                    * 100000 + company_id) * 10000
                    + currency_id * 10 + array_position(%s, origin::text) AS id,
                   month, company_id, currency_id, origin, %s,
                   sum(coalesce(liability, 0)) OVER so_far - coalesce(liability, 0) AS opening,
                   sum(coalesce(liability, 0)) OVER so_far AS closing
              FROM span LEFT JOIN monthly USING (company_id, currency_id, origin, month)
            WINDOW so_far AS (PARTITION BY company_id, currency_id, origin ORDER BY month)
            """,
            SQL(", ").join(
                SQL("sum(%s) AS %s", SQL.identifier(name), SQL.identifier(name))
                for name in MEASURES
            ),
            self.env["loyalty.statistics"]._get_query("amount"),
            fields.Date.start_of(fields.Date.today(), "month"),
            [origin for origin, _label in LOT_ORIGINS],  # ids that stay, whatever is searched
            SQL(", ").join(
                SQL("coalesce(%s, 0) AS %s", SQL.identifier(name), SQL.identifier(name))
                for name in MEASURES
            ),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Override: what is owed is not added over months, but taken of the first or the last."""
        if aggregate_spec not in STANDINGS:
            return super()._read_group_select(aggregate_spec, query)
        name = aggregate_spec.partition(":")[0]
        self._check_field_access(self._fields[name], "read")
        month = self._field_to_sql(self._table, "month", query)
        # The aggregates in it are those of the group: their columns are the outer query's.
        return SQL(
            """(SELECT sum(standing.amount)
                  FROM unnest(array_agg(%(month)s), array_agg(%(amount)s))
                       AS standing(month, amount)
                 WHERE standing.month = %(which)s(%(month)s))""",
            month=month,
            amount=self._field_to_sql(self._table, name, query),
            which=STANDINGS[aggregate_spec],
        )
