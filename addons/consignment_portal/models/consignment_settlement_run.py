from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsignmentSettlementRun(models.Model):
    """Previews of all consignors of a shop, written in the background, part by part."""

    _name = "consignment.settlement.run"
    _inherit = ["consignment.batch"]
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
    done_count = fields.Integer(string="Consignors looked at")
    total_count = fields.Integer(string="Consignors")
    settlement_ids = fields.One2many("consignment.settlement", "run_id")
    settlement_count = fields.Integer(string="Settlements", compute="_compute_settlement_count")

    _dates_in_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_from <= date_to)", "The period ends before it begins."
    )

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

    def _find_next(self, limit):
        """Override: consignors."""
        return self.env["consignment.consignor"].search(
            self._get_domain() & fields.Domain("id", ">", self.last_id), order="id", limit=limit
        )

    def _do(self, records):
        """Override: write their previews."""
        self.env["consignment.settlement"]._generate(self, records)

    def _start(self):
        """Settle the first consignors at once, and the others in the background."""
        self.ensure_one()
        # Superuser: starting is the right that counts; the previews are the run's.
        self.sudo()._work()
        if self.state == "running":
            # Superuser: jobs are the administrator's; this one is started by name only.
            self.env.ref("consignment_portal.ir_cron_settle").sudo()._trigger()

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
