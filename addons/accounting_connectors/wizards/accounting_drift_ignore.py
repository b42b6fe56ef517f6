from odoo import fields, models
from odoo.exceptions import UserError

from ..const import DRIFT_KINDS


class AccountingDriftIgnore(models.TransientModel):
    """Asks why differences are left as they are."""

    _name = "accounting.drift.ignore"
    _description = "Reason to ignore differences"

    drift_ids = fields.Many2many("accounting.drift", readonly=True)
    reason = fields.Char(required=True, help="What a colleague has to know who finds it.")

    def action_ignore(self):
        """Ignore the differences until something else is there."""
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why."))
        self.drift_ids._check_may_repair(*dict(DRIFT_KINDS))._close("ignored", self.reason)
        return {"type": "ir.actions.act_window_close"}
