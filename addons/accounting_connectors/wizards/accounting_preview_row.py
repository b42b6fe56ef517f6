from odoo import fields, models


class AccountingPreviewRow(models.TransientModel):
    """A row of a document as it is sent; decimals as text, as they are exact."""

    _name = "accounting.preview.row"
    _description = "Row in a preview"

    line_id = fields.Many2one("accounting.preview.line", required=True, ondelete="cascade")
    number = fields.Integer(string="No.")
    description = fields.Char()
    quantity = fields.Char()
    unit_price = fields.Char()
    discount = fields.Char(string="Discount %")
    account = fields.Char()
    tax_code = fields.Char(string="VAT code")
    net = fields.Char(string="Without VAT")
    gross = fields.Char(string="With VAT")
