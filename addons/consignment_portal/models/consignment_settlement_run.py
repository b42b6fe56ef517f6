from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Consignors settled in one transaction; after each, the progress is shown.
CHUNK = 25


class ConsignmentSettlementRun(models.Model):
    """Previews of all consignors of a shop, written in the background, part by part."""

    _name = "consignment.settlement.run"
    _description = "Settlement run"
    _order = "id desc"
    _rec_name = "shop_id"
    _check_company_auto = True

    shop_id = fields.Many2one(
        comodel_name="consignment.shop", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    consignor_ids = fields.Many2many(
        comodel_name="consignment.consignor",
        string="Only",
        readonly=True,
        check_company=True,
        help="Empty: all consignors of the shop.",
    )
    pays_all = fields.Boolean(
        string="Whatever the amount",
        readonly=True,
        help="The minimum payout does not count, as when a consignor leaves.",
    )
    state = fields.Selection(
        selection=[("running", "Running"), ("done", "Done")],
        required=True,
        readonly=True,
        default="running",
    )
    last_consignor_id = fields.Integer(
        readonly=True, help="Where to go on; consignors are settled in the order of their ids."
    )
    done_count = fields.Integer(string="Consignors looked at", readonly=True)
    total_count = fields.Integer(string="Consignors", readonly=True)
    progress = fields.Integer(string="Progress (%)", compute="_compute_progress")
    settlement_ids = fields.One2many("consignment.settlement", "run_id")
    settlement_count = fields.Integer(string="Settlements", compute="_compute_settlement_count")

    _dates_in_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_from <= date_to)", "The period ends before it begins."
    )

    @api.depends("done_count", "total_count", "state")
    def _compute_progress(self):
        for run in self:
            done = 100 * run.done_count // (run.total_count or 1)
            run.progress = 100 if run.state == "done" else min(done, 99)

    def _compute_settlement_count(self):
        counts = dict(
            self.env["consignment.settlement"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            run.settlement_count = counts.get(run, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: how many consignors there are is counted when the run starts."""
        runs = super().create(vals_list)
        for run in runs:
            run.total_count = self.env["consignment.consignor"].search_count(run._get_domain())
        return runs

    def _get_domain(self):
        self.ensure_one()
        # Archived consignors are settled too: they may be owed something still.
        domain = fields.Domain([("shop_id", "=", self.shop_id.id), ("active", "in", (True, False))])
        if self.consignor_ids:
            domain &= fields.Domain("id", "in", self.consignor_ids.ids)
        return domain

    def _get_end(self):
        """Return when the period ends, midnight at the shop, as a datetime in UTC."""
        self.ensure_one()
        # Superuser: the company's time zone is no secret.
        zone = pytz.timezone(self.sudo().company_id.partner_id.tz or self.env.user.tz or "UTC")
        midnight = datetime.combine(fields.Date.add(self.date_to, days=1), time.min)
        return zone.localize(midnight).astimezone(pytz.UTC).replace(tzinfo=None)

    def _work(self):
        """Settle the next consignors of the run.

        What was done and where to go on are committed together: a crash in between repeats
        nothing and leaves nothing out.

        :return: how many consignors were looked at; 0 when the run is done
        """
        self.ensure_one()
        self._touch()
        if self.state == "done":
            return 0
        consignors = self.env["consignment.consignor"].search(
            self._get_domain() & fields.Domain("id", ">", self.last_consignor_id),
            order="id",
            limit=self._get_chunk(),
        )
        self.env["consignment.settlement"]._generate(self, consignors)
        if len(consignors) < self._get_chunk():
            self.state = "done"
        if consignors:
            self.last_consignor_id = consignors[-1].id
            self.done_count += len(consignors)
        return len(consignors)

    @api.model
    def _get_chunk(self):
        return CHUNK

    def _touch(self):
        """Let nobody else go on with the run until the transaction's end."""
        self.flush_recordset()
        # SQL: touched, not only locked, so that the second one does not see an old position.
        self.env.cr.execute(
            "UPDATE consignment_settlement_run SET write_date = write_date WHERE id = %s", [self.id]
        )
        self.invalidate_recordset(["state", "last_consignor_id", "done_count"])

    def _start(self):
        """Settle the first consignors at once, and the others in the background."""
        self.ensure_one()
        # Superuser: starting is the right that counts; the previews are the run's.
        self.sudo()._work()
        if self.state == "running":
            # Superuser: jobs are the administrator's; this one is started by name only.
            self.env.ref("consignment_portal.ir_cron_settle").sudo()._trigger()

    @api.model
    def _cron_work(self):
        """Go on with the runs that are not done, until the time of the job is over."""
        progress = self.env["ir.cron"]
        while run := self.search([("state", "=", "running")], order="id", limit=1):
            run._work()
            left = sum(
                other.total_count - other.done_count
                for other in self.search([("state", "=", "running")])
            )
            # Committed and forgotten: memory stays the same however many there are.
            seconds = progress._commit_progress(self._get_chunk(), remaining=max(left, 0))
            self.env.invalidate_all()
            if not seconds:
                break

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.settlement_ids:
            raise UserError(self.env._("Runs with settlements are kept."))

    def action_open_settlements(self):
        """Show the settlements that the run wrote."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "consignment_portal.consignment_settlement_action"
        )
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}
