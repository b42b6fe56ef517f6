"""Module life cycle."""

from odoo.tools import SQL


def post_init_hook(env):
    """Make accounts and journal of the credit for companies that have a chart of accounts."""
    for company in env["res.company"].search([("parent_id", "=", False)]):
        company._get_loyalty_books()


def uninstall_hook(env):
    """Drop the trigger functions; the triggers go with them, the tables with their models."""
    for function in ("loyalty_append_only", "loyalty_account_number"):
        # The names are the module's own; nothing else uses the functions.
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(function)))
