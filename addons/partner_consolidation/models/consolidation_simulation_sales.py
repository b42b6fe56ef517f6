from odoo import models
from odoo.tools import SQL

#: Bills fetched at a time.
BATCH = 5000


class ConsolidationSimulation(models.Model):
    """Which sales a simulation replays."""

    _inherit = "consolidation.simulation"

    def _iter_sales(self, first_day):
        """Yield ``(day, total)`` of each bill from a day on, in the order of time.

        Days are those of the establishment's time zone; totals whole numbers of its currency's
        smallest unit. The server keeps what was not fetched yet.
        """
        cursor = SQL.identifier(f"consolidation_simulation_{self.id}")
        self._flush_sales()
        # Only sums leave this model, and no customer: whoever may weigh terms need not be allowed
        # to see each sale. The company is the simulation's, which its rules have checked.
        self.env.cr.execute(
            SQL("DECLARE %s NO SCROLL CURSOR FOR %s", cursor, self._get_replay_sql(first_day))
        )
        fetch = SQL("FETCH %s FROM %s", BATCH, cursor)
        # Pages of the cursor declared above.
        while rows := self.env.execute_query(fetch):
            yield from rows

    def _close_sales(self):
        """Close what ``_iter_sales`` opened, read to its end or not."""
        # The cursor of this simulation in this transaction.
        self.env.cr.execute(SQL("CLOSE %s", SQL.identifier(f"consolidation_simulation_{self.id}")))

    def _flush_sales(self):
        """Write out what the query reads. Tills with sales of their own add theirs."""
        self.env["sale.order"].flush_model()
        self.env["sale.order.line"].flush_model()
        self.env["account.move.line"].flush_model()

    def _get_replay_sql(self, first_day):
        zone = self.company_id.sudo().partner_id.tz or "UTC"  # what day it is, is no secret
        return SQL(
            """
            SELECT (sales.moment AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                   round(sales.total / %(step)s)::bigint
              FROM (%(sales)s) sales
             ORDER BY sales.moment, sales.id
            """,
            zone=zone,
            step=self._get_step(),
            sales=self._get_sales_sql(
                SQL("%s::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'", first_day, zone),
                SQL(
                    "(%s::date + 1)::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'",
                    self.date_to,
                    zone,
                ),
            ),
        )

    def _get_sales_sql(self, start, end):
        """Query of the bills of a period: columns ``moment`` (UTC), ``id`` and ``total``.

        A total is in the company's currency, taxes included, without credit that was sold; below
        zero where goods came back. Modules with other sales add theirs by UNION ALL.

        :param start: SQL of the moment (UTC) from which sales count, ``end`` before which
        """
        return SQL(
            """
            SELECT o.date_order AS moment, o.id,
                   bill.total - coalesce(
                       greatest(back.credited - greatest(back.invoiced - bill.total, 0), 0), 0
                   ) AS total
              FROM sale_order o
              LEFT JOIN (%(sold)s) sold ON sold.order_id = o.id
              LEFT JOIN (%(back)s) back ON back.order_id = o.id
              CROSS JOIN LATERAL (
                   SELECT (CASE WHEN sold.total IS NULL THEN o.amount_total
                                ELSE greatest(o.amount_total - greatest(sold.total, 0), 0) END)
                        / (CASE WHEN o.currency_id = %(currency)s THEN 1
                                ELSE coalesce(nullif(o.currency_rate, 0), 1) END)::numeric AS total
              ) bill
             WHERE o.state = 'sale' AND o.company_id = %(company)s
               AND o.date_order >= %(start)s AND o.date_order < %(end)s
            """,
            sold=self._get_sold_credit_sql(),
            back=self._get_returned_sql(),
            currency=self.currency_id.id,
            company=self.company_id.id,
            start=start,
            end=end,
        )

    def _get_sold_credit_sql(self):
        """Query of the credit that orders sell: columns ``order_id``, ``total`` in their currency."""
        return SQL(
            """
            SELECT l.order_id, sum(l.price_total) AS total
              FROM sale_order_line l
              JOIN product_product p ON p.id = l.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE t.loyalty_credit_product IS NOT NULL
             GROUP BY l.order_id
            """
        )

    def _get_returned_sql(self):
        """Query of orders with credit notes: ``order_id``, ``invoiced`` and ``credited``.

        In the company's currency, at each document's own rate, without credit that was sold.
        What came back is then reckoned as ``loyalty_accounts.rules.earning.returned`` does.
        """
        return SQL(
            """
            SELECT l.order_id,
                   sum(part.amount) FILTER (WHERE m.move_type = 'out_invoice') AS invoiced,
                   sum(part.amount) FILTER (WHERE m.move_type = 'out_refund') AS credited
              FROM sale_order_line l
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = l.id
              JOIN account_move_line a ON a.id = rel.invoice_line_id
              JOIN account_move m ON m.id = a.move_id AND m.state = 'posted'
              LEFT JOIN product_product p ON p.id = a.product_id
              LEFT JOIN product_template t ON t.id = p.product_tmpl_id
              CROSS JOIN LATERAL (
                   SELECT a.price_total / coalesce(nullif(m.invoice_currency_rate, 0), 1)::numeric
                       AS amount
              ) part
             WHERE t.loyalty_credit_product IS NULL
               AND l.order_id IN (
                   SELECT other.order_id
                     FROM account_move refund
                     JOIN account_move_line b ON b.move_id = refund.id
                     JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = b.id
                     JOIN sale_order_line other ON other.id = r.order_line_id
                    WHERE refund.move_type = 'out_refund' AND refund.state = 'posted'
                      AND refund.company_id = %(company)s
               )
             GROUP BY l.order_id
            """,
            company=self.company_id.id,
        )
