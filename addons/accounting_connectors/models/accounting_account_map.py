from odoo import fields, models


class AccountingAccountMap(models.Model):
    """Which of the provider's accounts an Odoo account is, where its number is another."""

    _name = "accounting.account.map"
    _description = "Account at an accounting provider"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "accounting.backend", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    account_id = fields.Many2one(
        "account.account",
        required=True,
        ondelete="cascade",
        check_company=True,
        help="The account on your invoices' lines.",
    )
    code = fields.Char(required=True, help="The provider's number for it.")

    _account_unique = models.UniqueIndex(
        "(backend_id, account_id)", "This account has a number already."
    )
