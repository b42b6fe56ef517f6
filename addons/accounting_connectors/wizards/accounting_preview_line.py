from odoo import api, fields, models


class AccountingPreviewLine(models.TransientModel):
    """What will be sent of one invoice, or why it cannot be."""

    _name = "accounting.preview.line"
    _description = "Invoice in a preview"

    wizard_id = fields.Many2one("accounting.preview", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="move_id.commercial_partner_id", string="Customer")
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_total = fields.Monetary(related="move_id.amount_total")
    state = fields.Selection(
        [("ready", "Ready"), ("problem", "To mend"), ("done", "Sent or queued")], readonly=True
    )
    problems = fields.Text(readonly=True, string="What to mend")
    text = fields.Text(readonly=True, string="As it is sent")
    row_ids = fields.One2many("accounting.preview.row", "line_id", readonly=True)
    customer = fields.Char(compute="_compute_customer", string="Customer there")
    lacks_link = fields.Boolean(compute="_compute_customer")

    @api.depends("move_id", "wizard_id.backend_id")
    def _compute_customer(self):
        for line in self:
            link = line.partner_id._get_accounting_link(line.wizard_id.backend_id)
            line.customer = link and f"{link.external_id} {link.external_name or ''}".strip()
            line.lacks_link = not link

    def action_link(self):
        """Link the customer first."""
        self.ensure_one()
        return self.partner_id.action_accounting_link()

    def action_map(self):
        """Open the backend with its codes."""
        self.ensure_one()
        return self.wizard_id.backend_id.get_formview_action()
