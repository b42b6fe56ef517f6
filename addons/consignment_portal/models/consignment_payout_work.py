"""Many settlements are paid in the background, part by part."""

from odoo import models
from odoo.exceptions import UserError


class ConsignmentPayout(models.Model):
    _inherit = "consignment.payout"

    def _find_next(self, limit):
        """Override: settlements."""
        return self.settlement_ids.search(
            [("payout_id", "=", self.id), ("id", ">", self.last_id)], order="id", limit=limit
        )

    def _do(self, records):
        """Override: pay them; one that is refused is noted, and free again."""
        records._touch()
        self._pay_or_refuse(records)

    def _pay_or_refuse(self, settlements):
        """Pay settlements; if they cannot be paid together, those of them that can."""
        try:
            with self.env.cr.savepoint():
                if any(settlement.state != "confirmed" for settlement in settlements):
                    raise UserError(self.env._("It was paid in another way, or reversed."))
                self._pay_part(settlements)
        except UserError as error:
            if len(settlements) > 1:
                for settlement in settlements:
                    self._pay_or_refuse(settlement)
                return
            self._refuse(settlements, error)
            settlements.payout_id = False
