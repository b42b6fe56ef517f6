from odoo import models
from odoo.tools import LazyTranslate

from odoo.addons.loyalty_accounts.models.loyalty_ledger_audit_checks import OF_ACCOUNTS

_lt = LazyTranslate(__name__)

#: As ``loyalty_accounts`` spells its checks: queries for what does not agree.
OF_ITEMS = [
    (
        "loyalty.account.move",
        _lt("what establishments owe each other for it is not on record, or differs"),
        """
        SELECT m.account_id, m.id
          FROM loyalty_account_move m
          JOIN loyalty_account_allocation a
            ON a.move_id = m.id AND a.accrual_company_id <> a.spend_company_id
          LEFT JOIN consolidation_item i ON i.allocation_id = a.id AND NOT i.reversed
         WHERE m.account_id = ANY(%(ids)s) AND m.kind IN ('charge', 'capture', 'refund')
           AND (i.debtor_id, i.creditor_id, i.credit, i.currency_id, i.move_id) IS DISTINCT FROM
               (a.accrual_company_id, a.spend_company_id, -a.amount, a.currency_id, m.id)""",
    ),
    (
        "consolidation.item",
        _lt("what is owed is not what the terms say"),
        """
        SELECT m.account_id, i.id
          FROM consolidation_item i
          JOIN loyalty_account_move m ON m.id = i.move_id
          JOIN loyalty_account_allocation a ON a.id = i.allocation_id
          JOIN loyalty_account_lot l ON l.id = a.lot_id
          JOIN consolidation_terms t ON t.id = i.terms_id
          JOIN res_currency c ON c.id = i.currency_id
         WHERE m.account_id = ANY(%(ids)s) AND i.kind = 'spend'
           AND (i.percentage <> CASE WHEN l.origin = 'earn' THEN t.clearing_percentage ELSE 100 END
                OR i.amount <> c.rounding * round(i.credit * i.percentage / 100 / c.rounding))""",
    ),
    (
        "loyalty.account.lot",
        _lt("the terms of credit that was earned at a partner are not on record"),
        """
        SELECT l.account_id, l.id
          FROM loyalty_account_lot l
          JOIN loyalty_account a ON a.id = l.account_id AND a.company_id <> l.company_id
          LEFT JOIN consolidation_lot noted ON noted.lot_id = l.id
         WHERE l.account_id = ANY(%(ids)s) AND noted.id IS NULL""",
    ),
]


class LoyaltyLedgerAudit(models.AbstractModel):
    """What establishments owe each other follows from the movements, and is checked with them."""

    _inherit = "loyalty.ledger.audit"

    def _run_checks(self, checks, **values):
        """Override: check the credit that was used elsewhere with its accounts."""
        problems = super()._run_checks(checks, **values)
        if checks is OF_ACCOUNTS:
            problems += super()._run_checks(OF_ITEMS, **values)
        return problems
