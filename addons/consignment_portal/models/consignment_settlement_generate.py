"""Previews are written by the database: as many lines as were sold, in a few statements."""

from odoo import api, models
from odoo.tools import SQL

from ..rules import settling


class ConsignmentSettlement(models.Model):
    _inherit = "consignment.settlement"

    @api.model
    def _generate(self, run, consignors):
        """Write previews of what is open for consignors; those who have one are left alone.

        :param run: the ``consignment.settlement.run`` whose terms count
        :return: the previews, as superuser; none for a consignor with nothing open
        """
        if not consignors:
            return self.browse()
        self.env["consignment.sale"]._collect(SQL("article.consignor_id = ANY(%s)", consignors.ids))
        consignors._touch_settling()
        # What is only in memory so far is not seen by SQL.
        self.env.flush_all()
        ids = self._insert_heads(run, consignors)
        self._insert_lines(run, ids)
        self._add_up(ids)
        self.env.invalidate_all(flush=False)
        # Superuser: previews are written by the run, whoever started it.
        settlements = self.sudo().browse(ids)
        settlements._add_tax()
        return settlements - settlements._drop_empty()

    @api.model
    def _insert_heads(self, run, consignors):
        # SQL: what a consignor's settlement starts with, for all of them at once.
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """
                    INSERT INTO consignment_settlement (
                           consignor_id, shop_id, company_id, payee_id, run_id, date_from, date_to,
                           stage, state, minimum, tax_id, create_uid, create_date, write_uid,
                           write_date)
                    SELECT consignor.id, shop.id, shop.company_id, payee.id, run.id, run.date_from,
                           run.date_to, 'draft', 'draft',
                           CASE WHEN run.pays_all THEN 0 ELSE coalesce(shop.minimum_payout, 0) END,
                           CASE WHEN payee.is_vat_registered THEN shop.bill_tax_id END,
                           %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                      FROM consignment_consignor consignor
                      JOIN consignment_shop shop ON shop.id = consignor.shop_id
                      JOIN consignment_consignor payee
                        ON payee.id = coalesce(consignor.beneficiary_id, consignor.id)
                      JOIN consignment_settlement_run run ON run.id = %(run)s
                     WHERE consignor.id = ANY(%(consignors)s) AND NOT EXISTS (
                           SELECT FROM consignment_settlement open
                            WHERE open.consignor_id = consignor.id AND open.stage = 'draft')
                  ORDER BY consignor.id
                 RETURNING id
                    """,
                    run=run.id,
                    consignors=consignors.ids,
                    uid=self.env.uid,
                )
            )
        ]

    @api.model
    def _insert_lines(self, run, ids):
        # SQL: one statement for all lines; each part leaves out what stands in a live line.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO consignment_settlement_line (
                       settlement_id, kind, sale_id, article_id, carried_id, date, amount, taxed,
                       live, create_uid, create_date, write_uid, write_date)
                SELECT part.*, TRUE, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
                       now() AT TIME ZONE 'UTC'
                  FROM (%(parts)s) part
                """,
                parts=SQL(" UNION ALL ").join(self._get_line_parts(ids, run._get_end())),
                uid=self.env.uid,
            )
        )

    @api.model
    def _get_line_parts(self, ids, end):
        """Return queries of what is open: settlement, kind, sources, date, amount, taxed.

        :param ids: settlements to fill
        :param end: when the period ends (datetime, UTC, not included)
        :rtype: list[SQL]
        """
        names = {
            "ids": ids,
            "end": end,
            "is_settled": SQL("SELECT FROM consignment_settlement_line line WHERE line.live"),
        }
        return [
            *self._get_sale_parts(**names),
            *self._get_article_parts(**names),
            *self._get_carried_parts(**names),
        ]

    @api.model
    def _get_sale_parts(self, **names):
        """Return what was sold and came back, and the fees for it."""
        return [
            SQL(
                """
                SELECT head.id, 'sale', sale.id, sale.article_id, NULL::integer, sale.date,
                       sale.consignor_amount,
                       article.vat_mode = 'agency' AND head.tax_id IS NOT NULL
                  FROM consignment_settlement head
                  JOIN consignment_sale sale ON sale.consignor_id = head.consignor_id
                  JOIN consignment_article article ON article.id = sale.article_id
                 WHERE head.id = ANY(%(ids)s) AND sale.date < %(end)s AND NOT EXISTS (
                       %(is_settled)s AND line.sale_id = sale.id AND line.kind = 'sale')
                """,
                **names,
            ),
            SQL(
                """
                SELECT head.id, 'sale_fee', sale.id, sale.article_id, NULL::integer, sale.date,
                       -article.sale_fee * sale.quantity,
                       article.vat_mode = 'agency' AND head.tax_id IS NOT NULL
                  FROM consignment_settlement head
                  JOIN consignment_sale sale ON sale.consignor_id = head.consignor_id
                  JOIN consignment_article article ON article.id = sale.article_id
                 WHERE head.id = ANY(%(ids)s) AND sale.date < %(end)s AND article.sale_fee > 0
                   AND sale.quantity <> 0 AND NOT EXISTS (
                       %(is_settled)s AND line.sale_id = sale.id AND line.kind = 'sale_fee')
                """,
                **names,
            ),
        ]

    @api.model
    def _get_article_parts(self, **names):
        """Return fees for accepting, and compensations for what was lost."""
        return [
            SQL(
                """
                SELECT head.id, 'entry_fee', NULL::integer, article.id, NULL::integer,
                       article.accepted_date::timestamp, -article.entry_fee,
                       article.vat_mode = 'agency' AND head.tax_id IS NOT NULL
                  FROM consignment_settlement head
                  JOIN consignment_article article ON article.consignor_id = head.consignor_id
                 WHERE head.id = ANY(%(ids)s) AND article.accepted_date <= head.date_to
                   AND article.entry_fee > 0 AND NOT EXISTS (
                       %(is_settled)s AND line.article_id = article.id
                       AND line.kind = 'entry_fee')
                """,
                **names,
            ),
            SQL(
                """
                SELECT head.id, 'compensation', NULL::integer, article.id, NULL::integer,
                       article.ended_date::timestamp, article.compensation, FALSE
                  FROM consignment_settlement head
                  JOIN consignment_article article ON article.consignor_id = head.consignor_id
                 WHERE head.id = ANY(%(ids)s) AND article.ended_date <= head.date_to
                   AND article.state = 'lost' AND article.compensation > 0 AND NOT EXISTS (
                       %(is_settled)s AND line.article_id = article.id
                       AND line.kind = 'compensation')
                """,
                **names,
            ),
        ]

    @api.model
    def _get_carried_parts(self, **names):
        """Return balances; the taxed part apart, as its tax is paid with the bill."""
        return [
            SQL(
                """
                SELECT head.id, 'carried', NULL::integer, NULL::integer, carried.id,
                       carried.date_to::timestamp, sum(part.amount),
                       part.taxed AND head.tax_id IS NOT NULL
                  FROM consignment_settlement head
                  JOIN consignment_settlement carried
                    ON carried.consignor_id = head.consignor_id AND carried.stage = 'carried'
                  JOIN consignment_settlement_line part ON part.settlement_id = carried.id
                 WHERE head.id = ANY(%(ids)s) AND carried.date_to <= head.date_to AND NOT EXISTS (
                       %(is_settled)s AND line.carried_id = carried.id)
              GROUP BY head.id, carried.id, part.taxed AND head.tax_id IS NOT NULL
                """,
                **names,
            ),
        ]

    @api.model
    def _add_up(self, ids):
        # SQL: the sums of all lines, for all settlements at once.
        self.env.cr.execute(
            """
            UPDATE consignment_settlement head
               SET sale_count = sums.sale_count, amount_sold = sums.sold,
                   amount_share = sums.share, amount_fees = sums.fees,
                   amount_compensation = sums.compensation, amount_carried = sums.carried,
                   amount_commission = sums.commission, amount_margin_vat = sums.margin_vat,
                   amount_tax = 0, amount_total = sums.total
              FROM (
                    SELECT head.id, count(*) FILTER (WHERE line.kind = 'sale') AS sale_count,
                           coalesce(sum(sale.amount) FILTER (WHERE line.kind = 'sale'), 0) AS sold,
                           coalesce(sum(line.amount) FILTER (WHERE line.kind = 'sale'), 0)
                               AS share,
                           coalesce(sum(line.amount) FILTER (
                               WHERE line.kind IN ('sale_fee', 'entry_fee')), 0) AS fees,
                           coalesce(sum(line.amount) FILTER (WHERE line.kind = 'compensation'), 0)
                               AS compensation,
                           coalesce(sum(line.amount) FILTER (WHERE line.kind = 'carried'), 0)
                               AS carried,
                           coalesce(sum(sale.commission) FILTER (WHERE line.kind = 'sale'), 0)
                               AS commission,
                           coalesce(sum(sale.margin_vat) FILTER (WHERE line.kind = 'sale'), 0)
                               AS margin_vat,
                           coalesce(sum(line.amount), 0) AS total
                      FROM consignment_settlement head
                 LEFT JOIN consignment_settlement_line line ON line.settlement_id = head.id
                 LEFT JOIN consignment_sale sale ON sale.id = line.sale_id
                     WHERE head.id = ANY(%s)
                  GROUP BY head.id
                   ) sums
             WHERE sums.id = head.id
            """,
            [ids],
        )

    def _add_tax(self):
        """Add what consignors registered for VAT are paid on top, as their bill will compute it."""
        for settlement in self.filtered("tax_id"):
            totals = settlement._get_bill_totals()
            settlement.write(
                {
                    "amount_tax": totals["tax_amount_currency"],
                    "amount_total": totals["total_amount_currency"],
                }
            )

    def _drop_empty(self):
        """Delete previews without anything new, unless a balance can be paid out by now."""
        # SQL would not do: few are dropped, and the rule stands in one place.
        empty = self.filtered(
            lambda settlement: (
                settlement.amount_carried == settlement.amount_total - settlement.amount_tax
                and not settlement.line_ids.filtered(lambda line: line.kind != "carried")
                and not settlement._is_payable()
            )
        )
        empty.unlink()
        return empty

    def _is_payable(self):
        self.ensure_one()
        return settling.is_payable(
            self.currency_id.round(self.amount_total), self.currency_id.round(self.minimum)
        )
