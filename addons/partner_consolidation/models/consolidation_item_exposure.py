from odoo import models


class ConsolidationItem(models.Model):
    """Exposure limits: when a partner owes too much, its credit stops being accepted."""

    _inherit = "consolidation.item"

    def _check_exposure(self):
        """Tell both sides when what was spent just now used a limit up, or nearly."""
        limited = self.agreement_id.filtered("terms_id.exposure_limit")
        if limited:
            limited._note_position()
