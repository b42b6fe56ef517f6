from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL


class ConsolidationItem(models.Model):
    """What establishments owe each other at this moment."""

    _inherit = "consolidation.item"

    @api.model
    def _get_positions(self, creditor, currency):
        """What each other establishment owes ``creditor``, less what it is owed by it.

        :param creditor: ``res.company``
        :param currency: ``res.currency``; each currency is cleared by itself
        :return: ``{debtor id: Decimal}``, below zero where the creditor owes more
        """
        self.flush_model()
        # Sums of both directions from the index of open items; read by the exposure limits.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT debtor_id, sum(amount)::text FROM consolidation_item
                 WHERE creditor_id = %(creditor)s AND currency_id = %(currency)s
                 GROUP BY debtor_id
                 UNION ALL
                SELECT creditor_id, (-sum(amount))::text FROM consolidation_item
                 WHERE debtor_id = %(creditor)s AND currency_id = %(currency)s
                 GROUP BY creditor_id
                """,
                creditor=creditor.id,
                currency=currency.id,
            )
        )
        positions = {}
        for company_id, amount in rows:
            positions[company_id] = positions.get(company_id, Decimal(0)) + Decimal(amount)
        return positions
