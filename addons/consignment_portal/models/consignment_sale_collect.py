"""Sales are found from the lines of orders; what changed since the last look is recorded."""

import logging
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..rules import settling

_logger = logging.getLogger(__name__)

#: Lines that one query fetches; memory stays the same however many are new.
BATCH = 2000


class ConsignmentSale(models.Model):
    _inherit = "consignment.sale"

    @api.model
    def _collect_products(self, products):
        """Record what changed in the sales of products; never fails.

        Selling goes on whatever happens here: an error is logged, and what was missed is recorded
        by the next run.
        """
        # Superuser: who sells an article need not have a right on consignments.
        articles = self.env["consignment.article"].sudo()
        articles = articles.search([("product_id", "in", products.ids)], order="id")
        if not articles:
            return
        try:
            with self.env.cr.savepoint():
                self._collect(SQL("article.id = ANY(%s)", articles.ids))
        except Exception:
            _logger.exception("Sales of articles %s could not be recorded yet", articles.ids)

    @api.model
    def _cron_collect(self):
        """Record whatever was missed."""
        while changed := self._collect(SQL("TRUE"), once=True):
            if not self.env["ir.cron"]._commit_progress(changed):
                break

    @api.model
    def _collect(self, scope, *, once=False):
        """Record the difference between what lines of orders sell and what is recorded.

        :param SQL scope: condition on the table ``article``
        :param once: one batch only
        :return: how many rows were written
        """
        written = 0
        while rows := self._fetch_changes(scope):
            articles = self._touch_articles({row["article_id"] for row in rows})
            # Superuser: the ledger is written here and nowhere else; nobody has that right.
            self.sudo().create([self._prepare_sale_vals(row) for row in rows])
            articles._follow_sales()
            written += len(rows)
            if once or len(rows) < BATCH:
                break
        return written

    @api.model
    def _touch_articles(self, ids):
        """Let nobody else record sales of articles until the transaction's end.

        Touched, not only locked: under REPEATABLE READ the other one then fails and runs again,
        instead of recording the same change from a picture of yesterday.
        """
        # SQL: locked in the order of ids, so that two who sell the same never wait crosswise.
        self.env.cr.execute(
            "UPDATE consignment_article article SET write_date = article.write_date FROM (SELECT id"
            " FROM consignment_article WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE) locked"
            " WHERE article.id = locked.id",
            [list(ids)],
        )
        # Superuser: see _collect.
        return self.env["consignment.article"].sudo().browse(sorted(ids))

    @api.model
    def _prepare_sale_vals(self, row):
        # The driver gives numbers of the database as floats; their texts are exact again.
        exact = {
            name: Decimal(str(value)) for name, value in row.items() if isinstance(value, float)
        }
        parts = settling.split(
            exact["amount"],
            exact["amount_untaxed"],
            exact["share"],
            is_agency=row["vat_mode"] == "agency",
            rate=exact.get("vat_rate", 0),
            step=exact["step"],
        )
        now = {
            "quantity": exact["quantity"],
            "amount": exact["amount"],
            "amount_untaxed": exact["amount_untaxed"],
            "consignor_amount": parts.consignor,
            "commission": parts.commission,
            "margin_vat": parts.margin_vat,
        }
        keys = ("article_id", "consignor_id", "shop_id", "company_id", "share", "date")
        return {
            **{name: row[name] for name in (*keys, "source_model", "source_id")},
            **{name: float(value - exact[f"had_{name}"]) for name, value in now.items()},
            "sequence": row["sequence"] + 1,
        }

    @api.model
    def _fetch_changes(self, scope):
        """Return what lines sell that is not recorded so, as dictionaries."""
        for model in ("sale.order", "sale.order.line", "stock.move", "stock.move.line"):
            self.env[model].flush_model()
        for model in ("account.move", "account.move.line", "consignment.article", self._name):
            self.env[model].flush_model()
        # SQL: one statement compares all lines; record by record it would be a query for each.
        self.env.cr.execute(
            SQL(
                """
                WITH article AS (
                    SELECT article.id, article.product_id, article.consignor_id, article.shop_id,
                           article.company_id, article.share, article.vat_mode, article.vat_rate,
                           currency.rounding AS step
                      FROM consignment_article article
                      JOIN res_company company ON company.id = article.company_id
                      JOIN res_currency currency ON currency.id = company.currency_id
                     WHERE article.product_id IS NOT NULL AND %(scope)s
                ), target AS (%(targets)s
                ), had AS (
                    SELECT sale.source_model, sale.source_id, max(sale.sequence) AS sequence,
                           sum(sale.quantity) AS quantity, sum(sale.amount) AS amount,
                           sum(sale.amount_untaxed) AS untaxed,
                           sum(sale.consignor_amount) AS consignor,
                           sum(sale.commission) AS commission, sum(sale.margin_vat) AS vat
                      FROM consignment_sale sale
                      JOIN article ON article.id = sale.article_id
                  GROUP BY sale.source_model, sale.source_id
                )
                SELECT article.id AS article_id, article.consignor_id, article.shop_id,
                       article.company_id, article.share, article.vat_mode, article.vat_rate,
                       article.step, target.source_model, target.source_id, target.date,
                       target.quantity, target.amount, target.amount_untaxed,
                       coalesce(had.sequence, 0) AS sequence,
                       coalesce(had.quantity, 0) AS had_quantity,
                       coalesce(had.amount, 0) AS had_amount,
                       coalesce(had.untaxed, 0) AS had_amount_untaxed,
                       coalesce(had.consignor, 0) AS had_consignor_amount,
                       coalesce(had.commission, 0) AS had_commission,
                       coalesce(had.vat, 0) AS had_margin_vat
                  FROM target
                  JOIN article ON article.product_id = target.product_id
             LEFT JOIN had ON had.source_model = target.source_model
                          AND had.source_id = target.source_id
                 WHERE target.quantity <> coalesce(had.quantity, 0)
                    OR target.amount <> coalesce(had.amount, 0)
                    OR target.amount_untaxed <> coalesce(had.untaxed, 0)
              ORDER BY article.id, target.source_model, target.source_id
                 LIMIT %(batch)s
                """,
                scope=scope,
                targets=SQL(" UNION ALL ").join(self._get_targets()),
                batch=BATCH,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _get_targets(self):
        """Return queries of what lines sell now; extended by other apps.

        Each may use the table ``article`` and gives source_model, source_id, product_id, date,
        quantity, amount and amount_untaxed (company currency, rounded).

        :rtype: list[SQL]
        """
        return [self._get_order_targets()]

    @api.model
    def _get_order_targets(self):
        """Return the query of what lines of sales orders sell: what is delivered, at their price.

        A credit note for goods that came back changes nothing, since those count as not sold
        anyway; what it credits beyond that lowers the price.
        """
        lines = SQL(
            """
            SELECT line.id, line.order_id, line.product_id, article.step,
                   line.product_uom_qty::numeric AS quantity, line.price_unit < 0 AS is_discount,
                   line.price_total / coalesce(nullif(sale.currency_rate, 0), 1)::numeric AS amount,
                   line.price_subtotal / nullif(line.price_total, 0) AS net_part
              FROM sale_order_line line
              JOIN sale_order sale ON sale.id = line.order_id
              JOIN (
                    SELECT DISTINCT other.order_id, article.step
                      FROM sale_order_line other
                      JOIN article ON article.product_id = other.product_id
                   ) article ON article.order_id = line.order_id
             WHERE line.display_type IS NULL AND NOT coalesce(line.is_downpayment, FALSE)
               AND coalesce(line.product_id, 0) <> ALL(%(paying)s)
            """,
            paying=self._get_paying_products().ids,
        )
        return SQL(
            """
            SELECT 'sale.order.line' AS source_model, sold.id AS source_id, sold.product_id,
                   sold.date, sold.quantity, sold.amount,
                   round(sold.amount * sold.net_part / sold.step) * sold.step AS amount_untaxed
              FROM (
                    SELECT line.id, line.product_id, line.step, moved.quantity,
                           greatest(moved.date, credited.date) AS date,
                           coalesce(line.net_part, 1) AS net_part, %(amount)s AS amount
                      FROM (%(lines)s) line
                      JOIN article ON article.product_id = line.product_id
                      JOIN (%(moved)s) moved ON moved.sale_line_id = line.id
                 LEFT JOIN (%(credited)s) credited ON credited.order_line_id = line.id
                   ) sold
            """,
            amount=self._get_order_amount(),
            lines=self._share_discounts(lines),
            moved=self._get_moved(),
            credited=self._get_credited(),
        )

    @api.model
    def _get_paying_products(self):
        """Return products whose lines on orders and receipts are no goods but means of payment.

        A line of them below 0 is no discount: what an article was sold for stays the same.
        Extended by other apps.

        :return: ``product.product`` as superuser, archived ones included
        """
        # Superuser: how lines are read does not depend on who sells.
        return self.env["product.product"].sudo().with_context(active_test=False).browse()

    @api.model
    def _get_order_amount(self):
        unit = SQL("(coalesce(line.amount / nullif(line.quantity, 0), 0))")
        # What came back may be credited at the line's own price, the order's discount not taken
        # off; delivered again, it is billed so again.
        back = SQL(
            "greatest(%(unit)s, coalesce(line.own_amount / nullif(line.quantity, 0), 0))"
            " * moved.returned",
            unit=unit,
        )
        credit = SQL("greatest(coalesce(credited.amount, 0) - %(back)s, 0)", back=back)
        return SQL(
            "round(CASE WHEN moved.quantity > 0 THEN greatest(%(unit)s * moved.quantity"
            " - %(credit)s, 0) ELSE %(unit)s * moved.quantity END / line.step) * line.step",
            unit=unit,
            credit=credit,
        )

    @api.model
    def _get_moved(self):
        """Return the query of what left for customers and came back, by line of an order."""
        return SQL(
            """
            SELECT move.sale_line_id, max(move.date) AS date,
                   sum(CASE WHEN there.usage = 'customer' THEN 1 ELSE -1 END
                       * part.quantity_product_uom)::numeric AS quantity,
                   sum(CASE WHEN there.usage = 'customer' THEN 0 ELSE 1 END
                       * part.quantity_product_uom)::numeric AS returned
              FROM stock_move move
              JOIN article ON article.product_id = move.product_id
              JOIN stock_move_line part ON part.move_id = move.id
              JOIN stock_location here ON here.id = part.location_id
              JOIN stock_location there ON there.id = part.location_dest_id
             WHERE move.state = 'done' AND move.sale_line_id IS NOT NULL
               AND (here.usage = 'customer') <> (there.usage = 'customer')
          GROUP BY move.sale_line_id
            """
        )

    @api.model
    def _get_credited(self):
        """Return the query of what posted credit notes give back, by line of an order."""
        return SQL(
            """
            SELECT link.order_line_id, max(move.invoice_date)::timestamp AS date,
                   sum(line.price_total / coalesce(nullif(move.invoice_currency_rate, 0), 1)::numeric)
                       AS amount
              FROM account_move_line line
              JOIN article ON article.product_id = line.product_id
              JOIN account_move move ON move.id = line.move_id
              JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
             WHERE move.move_type = 'out_refund' AND move.state = 'posted'
          GROUP BY link.order_line_id
            """
        )

    @api.model
    def _share_discounts(self, lines):
        """Return a query of lines whose amounts bear the discounts given on their whole order.

        Discounts are lines with a price below 0. They are shared by what the other lines cost, to
        the last unit: what rounding leaves goes to the largest remainders. Taken back, they go to
        the lines that are taken back. ``own_amount`` is the line's without them.

        :param SQL lines: gives id, order_id, product_id, step, quantity, is_discount, amount and
            net_part (part of the amount that is not tax)
        """
        return SQL(
            """
            SELECT part.id, part.product_id, part.step, part.quantity, part.net_part,
                   part.units * part.step AS own_amount,
                   (part.units + part.cut
                    + CASE WHEN row_number() OVER (
                               PARTITION BY part.order_id, part.side
                                   ORDER BY abs(part.exact - part.cut) DESC, part.id)
                           <= abs(part.discount - sum(part.cut) OVER (
                               PARTITION BY part.order_id, part.side))
                      THEN sign(part.discount) ELSE 0 END) * part.step AS amount
              FROM (
                    SELECT shared.*, trunc(shared.exact) AS cut
                      FROM (
                            SELECT line.*, coalesce(given.discount, 0) AS discount,
                                   coalesce(given.discount * line.units
                                       / nullif(sum(line.units) OVER (
                                           PARTITION BY line.order_id, line.side), 0), 0) AS exact
                              FROM (
                                    SELECT base.*, sign(base.amount) AS side,
                                           round(base.amount / base.step) AS units
                                      FROM (%(lines)s) base WHERE NOT base.is_discount
                                   ) line
                         LEFT JOIN (
                                    SELECT base.order_id, -sign(base.amount) AS side,
                                           sum(round(base.amount / base.step)) AS discount
                                      FROM (%(lines)s) base WHERE base.is_discount
                                  GROUP BY base.order_id, -sign(base.amount)
                                   ) given
                                ON given.order_id = line.order_id AND given.side = line.side
                           ) shared
                   ) part
            """,
            lines=lines,
        )
