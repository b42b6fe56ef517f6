"""Module life cycle."""

from odoo.tools import SQL


def post_init_hook(env):
    """Make the account of clearings for companies that have a chart of accounts."""
    # Where demo data failed, core rolled them back and left what they had written in the cache.
    env.invalidate_all()
    for company in env["res.company"].search([("parent_id", "=", False)]):
        company._get_loyalty_books()


def uninstall_hook(env):
    """Remove the account of clearings where it was never used, and the trigger's function."""
    companies = env["res.company"].with_context(active_test=False)
    companies = companies.search([("loyalty_clearing_account_id", "!=", False)])
    companies._remove_unused_loyalty_accounts(["loyalty_clearing_account_id"])
    # The triggers go with their function, the tables with their models.
    # The name is the module's own; nothing else uses the function.
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS consolidation_guarded() CASCADE"))
