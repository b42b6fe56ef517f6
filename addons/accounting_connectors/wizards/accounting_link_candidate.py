from odoo import fields, models


class AccountingLinkCandidate(models.TransientModel):
    """A customer that a search at the provider found."""

    _name = "accounting.link.candidate"
    _description = "Customer found at the provider"

    wizard_id = fields.Many2one("accounting.link", required=True, ondelete="cascade")
    external_id = fields.Char(readonly=True, string="Customer ID")
    name = fields.Char(readonly=True)
    organisation_number = fields.Char(readonly=True)
    city = fields.Char(readonly=True)
    is_same = fields.Boolean(
        readonly=True, string="Same number", help="Its organisation number is this customer's."
    )

    def action_choose(self):
        """Look at this one."""
        self.ensure_one()
        self.wizard_id.typed = self.external_id
        return self.wizard_id.action_fetch()
