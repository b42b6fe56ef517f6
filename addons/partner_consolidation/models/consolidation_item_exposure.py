from decimal import Decimal

from odoo import models

from ..const import EXPOSURE_WARNING


class ConsolidationItem(models.Model):
    """Exposure limits: when a partner owes too much, its credit stops being accepted."""

    _inherit = "consolidation.item"

    def _check_exposure(self, headrooms):
        """Tell both sides when what was spent just now used a limit up, or nearly.

        :param headrooms: what limits had left before, by debtor, as the ledger has read it; where
            much is left still, nothing is read again
        """
        for item in self:
            agreement, debtor = item.agreement_id, item.debtor_id.id
            limit = Decimal(repr(agreement.terms_id.exposure_limit))
            spent = sum(
                (Decimal(repr(other.amount)) for other in self if other.debtor_id.id == debtor),
                Decimal(0),
            )
            left = headrooms.get(debtor, Decimal(0)) - spent
            far = left > limit * (1 - EXPOSURE_WARNING)
            if limit and not (far and agreement.exposure_state == "within"):
                agreement._note_position()
