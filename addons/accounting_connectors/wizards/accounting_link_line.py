from odoo import fields, models


class AccountingLinkLine(models.TransientModel):
    """One fact about a customer, as it stands here and there."""

    _name = "accounting.link.line"
    _description = "Fact about a customer here and at the provider"

    wizard_id = fields.Many2one("accounting.link", required=True, ondelete="cascade")
    label = fields.Char(readonly=True)
    ours = fields.Char(readonly=True, string="In Odoo")
    theirs = fields.Char(readonly=True, string="At the provider")
    differs = fields.Boolean(readonly=True)
