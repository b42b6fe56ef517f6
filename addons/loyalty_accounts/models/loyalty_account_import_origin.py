from odoo import fields, models


class LoyaltyAccount(models.Model):
    """Which row of which file an account was imported from."""

    _inherit = "loyalty.account"

    import_id = fields.Many2one(
        "loyalty.account.import",
        string="Imported by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="loyalty_accounts.group_manager",
        help="File that the account came from.",
    )
    import_row = fields.Integer(
        readonly=True, copy=False, groups="loyalty_accounts.group_manager", help="Row of the file."
    )

    # Each row once, whatever happens; also finds what an import opened.
    _import_row_unique = models.UniqueIndex(
        "(import_id, import_row) WHERE import_id IS NOT NULL", "This row was imported already."
    )
