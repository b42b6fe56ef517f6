from odoo import api, fields, models
from odoo.tools import SQL

#: Records worked off in one transaction; after each, the progress is shown.
CHUNK = 25


class ConsignmentBatch(models.AbstractModel):
    """Work on many records in the background, part by part.

    What was done and where to go on are committed together: a crash in between repeats nothing and
    leaves nothing out. Inheriting models say what is worked on (``_find_next``) and what is done
    (``_do``), and have a scheduled job that calls ``_cron_work``.
    """

    _name = "consignment.batch"
    _description = "Work in the background"

    state = fields.Selection(
        selection=[("running", "Running"), ("done", "Done")],
        required=True,
        readonly=True,
        default="running",
    )
    last_id = fields.Integer(
        readonly=True, help="Where to go on; records are worked off in the order of their ids."
    )
    done_count = fields.Integer(string="Looked at", readonly=True)
    total_count = fields.Integer(string="In all", readonly=True)
    progress = fields.Integer(string="Progress (%)", compute="_compute_progress")
    refusals = fields.Text(readonly=True, help="What was refused, and why.")

    @api.depends("done_count", "total_count", "state")
    def _compute_progress(self):
        for batch in self:
            done = 100 * batch.done_count // (batch.total_count or 1)
            batch.progress = 100 if batch.state == "done" else min(done, 99)

    @api.model
    def _get_chunk(self):
        """Return how many records are worked off in one transaction."""
        return CHUNK

    def _find_next(self, limit):
        """Return the next records, in the order of ids, from ``last_id`` on.

        :param limit: how many at most
        """
        raise NotImplementedError

    def _do(self, records):
        """Work off some records."""
        raise NotImplementedError

    def _work(self):
        """Work off the next records.

        :return: how many were looked at; 0 when all is done
        """
        self.ensure_one()
        self._touch()
        if self.state == "done":
            return 0
        limit = self._get_chunk()
        records = self._find_next(limit)
        if records:
            self._do(records)
            self.done_count += len(records)
            self.last_id = records[-1].id
        if len(records) < limit:
            self.state = "done"
        return len(records)

    def _touch(self):
        """Let nobody else go on with it until the transaction's end."""
        self.flush_recordset()
        # SQL: touched, not only locked, so that the second one does not see an old position.
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET write_date = write_date WHERE id = %(id)s",
                table=SQL.identifier(self._table),
                id=self.id,
            )
        )
        self.invalidate_recordset(["state", "last_id", "done_count"])

    def _refuse(self, record, error):
        """Note what was refused, and why."""
        line = f"{record.display_name}: {error}"
        self.refusals = "\n".join(filter(None, (self.refusals, line)))

    @api.model
    def _cron_work(self):
        """Go on with what is not done, until the time of the scheduled job is over."""
        while batch := self.search([("state", "=", "running")], order="id", limit=1):
            batch._work()
            running = self.search([("state", "=", "running")])
            left = sum(other.total_count - other.done_count for other in running)
            # Committed and forgotten: memory stays the same however many there are.
            seconds = self.env["ir.cron"]._commit_progress(
                self._get_chunk(), remaining=max(left, 0)
            )
            self.env.invalidate_all()
            if not seconds:
                break
