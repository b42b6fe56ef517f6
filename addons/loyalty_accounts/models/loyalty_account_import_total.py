from odoo import fields, models


class LoyaltyAccountImportTotal(models.Model):
    """Control totals of an import for one company. Written by the import."""

    _name = "loyalty.account.import.total"
    _description = "Control total of an import"
    _order = "company_id"
    _rec_name = "company_id"

    import_id = fields.Many2one(
        "loyalty.account.import", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    count = fields.Integer(string="Accounts", help="Rows that can be imported.")
    amount = fields.Monetary(string="Balances", help="Sum of the opening balances.")
    done_count = fields.Integer(string="Imported", help="Accounts opened so far.")
    done_amount = fields.Monetary(string="Imported sum", help="Sum of the imported balances.")
