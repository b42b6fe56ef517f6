"""Module life cycle."""

from odoo.tools import SQL

#: On core's tables, so that they would outlive the module.
INDEXES = ("res_partner_loyalty_words_idx", "res_partner_loyalty_phones_idx")


def post_init_hook(env):
    """Make accounts and journal of the credit for companies that have a chart of accounts."""
    # Where demo data failed, core rolled them back and left what they had written in the cache.
    env.invalidate_all()
    for company in env["res.company"].search([("parent_id", "=", False)]):
        company._get_loyalty_books()


def uninstall_hook(env):
    """Remove what no record of the module stands for: accounts never used, indexes, functions."""
    companies = env["res.company"].with_context(active_test=False)
    companies.search([("loyalty_journal_id", "!=", False)])._retire_loyalty_books()
    for index in INDEXES:
        # The names are the module's own.
        env.cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(index)))
    for function in ("loyalty_append_only", "loyalty_account_number"):
        # The names are the module's own; nothing else uses the functions. Triggers go with them,
        # tables with their models.
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(function)))
