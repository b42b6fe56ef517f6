from odoo import models


class ConsignmentSettlement(models.Model):
    _inherit = "consignment.settlement"

    def _undo_payout(self):
        """Override: store credit is taken back, as long as none of it was spent."""
        if self.payout_id.method != "credit":
            return super()._undo_payout()
        return self.payout_id._uncredit_settlement(self)
