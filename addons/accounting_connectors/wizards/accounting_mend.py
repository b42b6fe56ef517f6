from odoo import fields, models


class AccountingMend(models.AbstractModel):
    """A dialogue that mends what kept an invoice from being sent, and then goes on with it."""

    _name = "accounting.mend"
    _description = "Mends what keeps an invoice from being sent"

    export_id = fields.Many2one("accounting.export", readonly=True, help="Tried again afterwards.")
    preview_id = fields.Many2one("accounting.preview", readonly=True, help="Shown anew afterwards.")

    def _go_on(self):
        """Return what comes next: the next thing to mend, or the page that was left."""
        if self.export_id:
            return self.export_id.action_fix()
        if self.preview_id:
            self.preview_id.action_check()
        return {"type": "ir.actions.act_window_close"}
