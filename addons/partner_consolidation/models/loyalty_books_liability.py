from odoo import api, models
from odoo.tools import SQL


class LoyaltyBooksLiability(models.AbstractModel):
    """A clearing moves what is owed from where credit was given to where it was used.

    Until then it counts where the movement took place: the books of the creditor owe less, those
    of the debtor still owe it.
    """

    _inherit = "loyalty.books.liability"

    @api.model
    def _get_changes_sql(self, books):
        """Override: closed periods, too, and their reversals, each with its establishment's entry.

        Single-purpose vouchers pay only where they were sold, so all of it is on the deposits.
        """
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            super()._get_changes_sql(books),
            self._get_clearings_sql(books, "clearing", SQL("c.closed_on"), SQL("b.entry_id")),
            self._get_clearings_sql(
                books, "clearing_reversed", SQL("c.reversed_on"), SQL("b.reversal_id"), sign=-1
            ),
        )

    def _get_clearings_sql(self, books, kind, moment, entry, sign=1):
        # Reads only. By item, because the report shows origin and age of the credit.
        return SQL(
            """
            SELECT %(kind)s, c.id, %(day)s, l.origin, l.date, side.amount, %(entry)s, FALSE
              FROM consolidation_clearing c
              JOIN consolidation_item i ON i.clearing_id = c.id
              JOIN loyalty_account_allocation a ON a.id = i.allocation_id
              JOIN loyalty_account_lot l ON l.id = a.lot_id
             CROSS JOIN LATERAL (VALUES (i.creditor_id, %(sign)s * i.credit),
                                        (i.debtor_id, -(%(sign)s) * i.credit))
                        AS side(company_id, amount)
              JOIN (%(places)s) place ON place.id = side.company_id
              LEFT JOIN consolidation_booking b
                ON b.clearing_id = c.id AND b.company_id = side.company_id
             WHERE %(moment)s IS NOT NULL AND i.currency_id = %(currency)s
            """,
            kind=kind,
            day=self._get_zone_day_sql(moment, SQL("place.zone")),
            entry=entry,
            sign=sign,
            places=self._get_places_sql(books),
            moment=moment,
            currency=books.currency_id.id,
        )
