from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL


class ConsolidationItem(models.Model):
    """What establishments owe each other at this moment."""

    _inherit = "consolidation.item"

    @api.model
    def _get_positions(self, creditor, currency):
        """What each other establishment owes ``creditor``, less what it is owed by it.

        Owed is what is open, disputed or not, and the payments of closed periods that have not
        been made: netting replaces the debts of a period by them, so closing never adds to what
        anybody owes in all.

        :param creditor: ``res.company``
        :param currency: ``res.currency``; each currency is cleared by itself
        :return: ``{debtor id: Decimal}``, below zero where the creditor owes more
        """
        self.flush_model()
        # Reads only, for the exposure limits: the index of open items, and the few payments that
        # closed periods wait for; never what was settled.
        rows = self.env.execute_query(
            SQL(
                """
                WITH unpaid AS (
                    SELECT payer_id, payee_id, amount FROM (%(unpaid)s) p
                     WHERE currency_id = %(currency)s AND %(creditor)s IN (payer_id, payee_id))
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
                SELECT payer_id, amount::text FROM unpaid WHERE payee_id = %(creditor)s
                 UNION ALL
                SELECT payee_id, (-amount)::text FROM unpaid WHERE payer_id = %(creditor)s
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
