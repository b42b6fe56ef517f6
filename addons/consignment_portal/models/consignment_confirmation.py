from odoo import api, fields, models
from odoo.exceptions import UserError

from .consignment_settlement_run import CHUNK


class ConsignmentConfirmation(models.Model):
    """Previews that are confirmed in the background, part by part, with all their bills."""

    _name = "consignment.confirmation"
    _description = "Confirmation of settlements"
    _order = "id desc"
    _rec_name = "create_date"

    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    settlement_ids = fields.Many2many(comodel_name="consignment.settlement", readonly=True)
    state = fields.Selection(
        selection=[("running", "Running"), ("done", "Done")],
        required=True,
        readonly=True,
        default="running",
    )
    last_settlement_id = fields.Integer(
        readonly=True, help="Where to go on; settlements are confirmed in the order of their ids."
    )
    done_count = fields.Integer(string="Confirmed or refused", readonly=True)
    total_count = fields.Integer(string="Settlements", readonly=True)
    progress = fields.Float(string="Progress (%)", compute="_compute_progress")
    refusals = fields.Text(readonly=True, help="What was not confirmed, and why.")

    @api.depends("done_count", "total_count", "state")
    def _compute_progress(self):
        for job in self:
            done = 100 * job.done_count / (job.total_count or 1)
            job.progress = 100 if job.state == "done" else min(done, 99)

    @api.model
    def _start(self, settlements):
        """Confirm the first previews at once, and the others in the background.

        :param settlements: previews of one company that the user may confirm
        :return: the action that shows how far it is
        :raise UserError: they are of several companies
        """
        if len(settlements.company_id) > 1:
            raise UserError(self.env._("Confirm one company at a time."))
        # Superuser: confirming is the right that counts; jobs are begun here and nowhere else.
        job = self.sudo().create(
            {
                "company_id": settlements.company_id.id,
                "settlement_ids": [fields.Command.set(settlements.ids)],
                "total_count": len(settlements),
            }
        )
        job._work()
        self.env.ref("consignment_portal.ir_cron_confirm").sudo()._trigger()
        return job.sudo(False).get_formview_action()

    def _work(self):
        """Confirm the next previews; one that is refused is noted and left as it was.

        What was done and where to go on are committed together: a crash in between repeats
        nothing and leaves nothing out.

        :return: how many were looked at; 0 when the job is done
        """
        self.ensure_one()
        self._touch()
        if self.state == "done":
            return 0
        settlements = self.settlement_ids.search(
            [("id", "in", self.settlement_ids.ids), ("id", ">", self.last_settlement_id)],
            order="id",
            limit=CHUNK,
        )
        for settlement in settlements:
            self._confirm_one(settlement)
        self.done_count += len(settlements)
        if settlements:
            self.last_settlement_id = settlements[-1].id
        if len(settlements) < CHUNK:
            self.state = "done"
        return len(settlements)

    def _confirm_one(self, settlement):
        try:
            with self.env.cr.savepoint():
                settlement._confirm()
        except UserError as error:
            line = f"{settlement.display_name}: {error}"
            self.refusals = "\n".join(filter(None, (self.refusals, line)))

    def _touch(self):
        """Let nobody else go on with the job until the transaction's end."""
        self.flush_recordset()
        # SQL: touched, not only locked, so that the second one does not see an old position.
        self.env.cr.execute(
            "UPDATE consignment_confirmation SET write_date = write_date WHERE id = %s", [self.id]
        )
        self.invalidate_recordset(["state", "last_settlement_id", "done_count"])

    @api.model
    def _cron_work(self):
        """Go on with the jobs that are not done, until the time of the scheduled job is over."""
        while job := self.search([("state", "=", "running")], order="id", limit=1):
            job._work()
            left = max(job.total_count - job.done_count, 0)
            # Committed and forgotten: memory stays the same however many there are.
            seconds = self.env["ir.cron"]._commit_progress(CHUNK, remaining=left)
            self.env.invalidate_all()
            if not seconds:
                break

    def action_open_settlements(self):
        """Show the settlements of the job."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_settlement_action"
        )
        return {**action, "domain": [("id", "in", self.settlement_ids.ids)], "context": {}}
