"""Many settlements are paid in the background, part by part."""

from odoo import api, models
from odoo.exceptions import UserError

from .consignment_settlement_run import CHUNK


class ConsignmentPayout(models.Model):
    _inherit = "consignment.payout"

    def _work(self):
        """Pay the next settlements of the payout; one that is refused is noted, and free again.

        What was done and where to go on are committed together: a crash in between pays nothing
        twice and leaves nothing out.

        :return: how many were looked at; 0 when the payout is done
        """
        self.ensure_one()
        self._touch()
        if self.state == "done":
            return 0
        settlements = self.settlement_ids.search(
            [("payout_id", "=", self.id), ("id", ">", self.last_settlement_id)],
            order="id",
            limit=CHUNK,
        )
        if settlements:
            settlements._touch()
            self._pay_or_refuse(settlements)
            self.done_count += len(settlements)
            self.last_settlement_id = settlements[-1].id
        if len(settlements) < CHUNK:
            self.state = "done"
        return len(settlements)

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
            line = f"{settlements.display_name}: {error}"
            self.refusals = "\n".join(filter(None, (self.refusals, line)))
            settlements.payout_id = False

    def _touch(self):
        """Let nobody else go on with the payout until the transaction's end."""
        self.flush_recordset()
        # SQL: touched, not only locked, so that the second one does not see an old position.
        self.env.cr.execute(
            "UPDATE consignment_payout SET write_date = write_date WHERE id = %s", [self.id]
        )
        self.invalidate_recordset(["state", "last_settlement_id", "done_count"])

    @api.model
    def _cron_work(self):
        """Go on with the payouts that are not done, until the time of the job is over."""
        while payout := self.search([("state", "=", "running")], order="id", limit=1):
            payout._work()
            left = max(payout.total_count - payout.done_count, 0)
            # Committed and forgotten: memory stays the same however many there are.
            seconds = self.env["ir.cron"]._commit_progress(CHUNK, remaining=left)
            self.env.invalidate_all()
            if not seconds:
                break
