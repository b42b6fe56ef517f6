"""Module life cycle."""


def post_init_hook(env):
    """Make accounts and journal of the credit for companies that have a chart of accounts."""
    for company in env["res.company"].search([("parent_id", "=", False)]):
        company._get_loyalty_books()


def uninstall_hook(env):
    """Drop the trigger function; the triggers go with it, the tables with their models."""
    # The name is the module's own; nothing else uses the function.
    env.cr.execute("DROP FUNCTION IF EXISTS loyalty_append_only() CASCADE")
