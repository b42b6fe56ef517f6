"""What ``./suite check`` proves here: (what holds, model, query or function that finds what breaks it)."""

from odoo import fields


def _find_broken_ledger(env):
    for problem in env["loyalty.account"]._verify_ledger():
        yield "{model}({record_id}): {problem}".format(**problem)


def _find_broken_books(env):
    """Yield the companies whose general ledger and credit differ by more than is not booked yet."""
    for company in env["res.company"].search([("parent_id", "=", False)]):
        if not company.chart_template or company._miss_loyalty_books():
            continue  # nothing was ever booked
        today = company._get_loyalty_today()
        liability = env["loyalty.books.liability"]._compute_liability(company, today)
        if liability.difference:
            yield f"res.company({company.id}): {liability.difference} on {fields.Date.to_string(today)}"


CHECKS = (
    (
        "balances, lots, reservations and seals agree, and nothing was changed or removed",
        "loyalty.account",
        _find_broken_ledger,
    ),
    (
        "credit in the general ledger is the credit of the accounts, less what waits for booking",
        "res.company",
        _find_broken_books,
    ),
    (
        "posted journal entries balance",
        "account.move",
        """
        SELECT line.move_id FROM account_move_line line JOIN account_move move ON move.id = line.move_id
         WHERE move.state = 'posted' GROUP BY line.move_id HAVING abs(sum(line.balance)) > 0.000001
        """,
    ),
)
