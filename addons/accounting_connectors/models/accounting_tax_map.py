from odoo import fields, models


class AccountingTaxMap(models.Model):
    """Which of the provider's VAT codes an Odoo tax is."""

    _name = "accounting.tax.map"
    _description = "Tax at an accounting provider"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "accounting.backend", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    tax_id = fields.Many2one(
        "account.tax",
        required=True,
        ondelete="cascade",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
        help="The tax on your invoices.",
    )
    code = fields.Char(required=True, help="The provider's code for it.")

    _tax_unique = models.UniqueIndex("(backend_id, tax_id)", "This tax has a code already.")
