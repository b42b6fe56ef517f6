from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL


class ConsolidationItem(models.Model):
    """What establishments owe each other at this moment."""

    _inherit = "consolidation.item"

    @api.model
    def _get_positions(self, creditor, currency):
        """What each other establishment owes ``creditor``, less what it is owed by it.

        Owed is what is open, disputed or not, and what a closed period came to, as long as its
        debtor has not paid all that it has to pay for that period.

        :param creditor: ``res.company``
        :param currency: ``res.currency``; each currency is cleared by itself
        :return: ``{debtor id: Decimal}``, below zero where the creditor owes more
        """
        self.flush_model()
        # Reads only, for the exposure limits: the index of open items and the totals of the few
        # periods that wait for a payment; never what was settled.
        rows = self.env.execute_query(
            SQL(
                """
                WITH unpaid AS (
                    SELECT DISTINCT clearing_id, payer_id FROM (%(unpaid)s) p
                     WHERE currency_id = %(currency)s)
                SELECT debtor_id, sum(amount)::text FROM consolidation_item
                 WHERE creditor_id = %(creditor)s AND currency_id = %(currency)s
                   AND clearing_id IS NULL
                 GROUP BY debtor_id
                 UNION ALL
                SELECT creditor_id, (-sum(amount))::text FROM consolidation_item
                 WHERE debtor_id = %(creditor)s AND currency_id = %(currency)s
                   AND clearing_id IS NULL
                 GROUP BY creditor_id
                 UNION ALL
                SELECT pair.debtor_id, pair.amount::text
                  FROM consolidation_clearing_pair pair
                  JOIN unpaid
                    ON unpaid.clearing_id = pair.clearing_id AND unpaid.payer_id = pair.debtor_id
                 WHERE pair.creditor_id = %(creditor)s
                 UNION ALL
                SELECT pair.creditor_id, (-pair.amount)::text
                  FROM consolidation_clearing_pair pair
                  JOIN unpaid
                    ON unpaid.clearing_id = pair.clearing_id AND unpaid.payer_id = pair.debtor_id
                 WHERE pair.debtor_id = %(creditor)s
                """,
                creditor=creditor.id,
                currency=currency.id,
                unpaid=self.env["consolidation.payment"]._get_unpaid_sql(),
            )
        )
        positions = {}
        for company_id, amount in rows:
            positions[company_id] = positions.get(company_id, Decimal(0)) + Decimal(amount)
        return positions
