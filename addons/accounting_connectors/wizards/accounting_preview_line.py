from odoo import api, fields, models


class AccountingPreviewLine(models.TransientModel):
    """What will be sent of one invoice, or why it cannot be."""

    _name = "accounting.preview.line"
    _description = "Invoice in a preview"

    wizard_id = fields.Many2one("accounting.preview", required=True, ondelete="cascade")
    move_id = fields.Many2one(
        "account.move", required=True, readonly=True, ondelete="cascade", string="Invoice"
    )
    partner_id = fields.Many2one(related="move_id.commercial_partner_id", string="Customer")
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_total = fields.Monetary(
        related="move_id.amount_total_in_currency_signed", string="Total"
    )
    state = fields.Selection(
        [("ready", "Ready"), ("problem", "To fix"), ("done", "Sent or queued")], readonly=True
    )
    problems = fields.Text(readonly=True, string="What to fix")
    date = fields.Date(readonly=True, string="Invoice date")
    due_date = fields.Date(readonly=True)
    reference = fields.Char(readonly=True, string="Payment reference")
    net = fields.Char(readonly=True, string="Without VAT")
    tax = fields.Char(readonly=True, string="VAT")
    total = fields.Char(readonly=True, string="Total sent")
    text = fields.Text(readonly=True, string="As it is sent")
    row_ids = fields.One2many("accounting.preview.row", "line_id", readonly=True, string="Rows")
    customer = fields.Char(compute="_compute_customer", string="Customer there")

    @api.depends("move_id", "wizard_id.shown_backend_id")
    def _compute_customer(self):
        for line in self:
            link = line.partner_id._get_accounting_link(line.wizard_id.shown_backend_id)
            line.customer = link.display_name or ""

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only for invoices that the user may read."""
        lines = super().create(vals_list)
        lines._check_invoices()
        return lines

    def write(self, vals):
        """Override: the same for what is changed."""
        result = super().write(vals)
        self._check_invoices()
        return result

    def _check_invoices(self):
        """Refuse invoices of others: customers and totals are related fields, read as superuser."""
        self.move_id.check_access("read")

    def action_mend(self):
        """Button: ask for what is missing; where it is nothing of ours, open the invoice.

        :raise AccessError: the user may not mend that
        """
        self.ensure_one()
        self.move_id.check_access("write")
        wizard = self.wizard_id
        # Superuser: a draft, to see what the invoice lacks; the dialogues are the user's own.
        export = (
            self.env["accounting.export"]
            .sudo()
            .new({"backend_id": wizard.shown_backend_id.id, "move_id": self.move_id.id})
        )
        dialogue = export._ask_for_missing(preview_id=wizard.id)
        return dialogue or self.move_id.get_formview_action()
