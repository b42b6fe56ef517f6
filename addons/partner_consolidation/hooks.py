"""Module life cycle."""


def post_init_hook(env):
    """Make the account of clearings for companies that have a chart of accounts."""
    for company in env["res.company"].search([("parent_id", "=", False)]):
        company._get_loyalty_books()
