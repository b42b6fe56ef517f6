from collections import namedtuple
from decimal import Decimal

from odoo import models

#: Terms as the rules read them: percentages as Decimals from 0 to 100.
Terms = namedtuple("Terms", "copy_privileges discount accumulation")


class ConsolidationTerms(models.Model):
    """What the rules and the ledger read of terms."""

    _inherit = "consolidation.terms"

    def _to_rule(self):
        """Return the terms for ``rules.honouring.privileges``; None for no record."""
        if not self:
            return None
        return Terms(
            self.copy_privileges,
            Decimal(repr(self.discount)),
            Decimal(repr(self.accumulation)),
        )

    def _get_clearing_percentage(self, origin):
        """What credit of this origin clears at, 0 to 100, as Decimal: paid-in credit in full."""
        return Decimal(repr(self.clearing_percentage)) if origin == "earn" else Decimal(100)
