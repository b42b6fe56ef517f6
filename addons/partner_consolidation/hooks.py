"""Module life cycle."""

from odoo.tools import SQL


def post_init_hook(env):
    """Make the account of clearings for companies that have a chart of accounts."""
    for company in env["res.company"].search([("parent_id", "=", False)]):
        company._get_loyalty_books()


def uninstall_hook(env):
    """Drop the trigger's function; the triggers go with it, the tables with their models."""
    # The name is the module's own; nothing else uses the function.
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS consolidation_guarded() CASCADE"))
