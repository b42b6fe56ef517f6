from odoo import fields, models


class LoyaltyAccountImportProblem(models.Model):
    """Why a row of a file of accounts was refused. Written by the import."""

    _name = "loyalty.account.import.problem"
    _description = "Refused row of an import"
    _order = "row, id"
    _log_access = False
    _rec_name = "reason"

    import_id = fields.Many2one(
        "loyalty.account.import", required=True, ondelete="cascade", index=True
    )
    row = fields.Integer(help="As spreadsheet programs number it; the headings are row 1.")
    column = fields.Char(help="Heading of the column; empty where the whole row is meant.")
    value = fields.Char(help="What stands there.")
    reason = fields.Char(required=True)
