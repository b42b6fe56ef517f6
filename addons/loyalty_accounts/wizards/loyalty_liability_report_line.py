from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import LOT_ORIGINS, MOVE_KINDS
from ..rules import ageing


class LoyaltyLiabilityReportLine(models.TransientModel):
    """One line of the liability report: credit of one origin, a kind and day, or an entry."""

    _name = "loyalty.liability.report.line"
    _description = "Line of the liability report"

    report_id = fields.Many2one(
        "loyalty.liability.report", required=True, ondelete="cascade", index=True
    )
    section = fields.Selection(
        [("age", "By age"), ("unposted", "Not yet posted"), ("entry", "Unexplained entries")],
        required=True,
    )
    currency_id = fields.Many2one(related="report_id.currency_id")
    origin = fields.Selection(LOT_ORIGINS)
    name = fields.Char(string="Origin as text")
    age_0 = fields.Monetary(string="0–30 days", help="Credit given at most 30 days before.")
    age_1 = fields.Monetary(string="31–90 days")
    age_2 = fields.Monetary(string="91–180 days")
    age_3 = fields.Monetary(string="181–365 days")
    age_4 = fields.Monetary(string="Over 365 days")
    amount = fields.Monetary(string="Total")

    kind = fields.Selection(MOVE_KINDS)
    label = fields.Char(compute="_compute_labels", string="Movements of")
    day = fields.Date(help="Day of the movements at their establishment.")
    count = fields.Integer(help="How many movements these are.")
    status = fields.Selection(
        [
            ("open", "Booked by night"),
            ("overdue", "Overdue: should be booked"),
            ("pending", "Open till session"),
            ("later", "Booked at a later date"),
            ("early", "Booked at an earlier date"),
            ("broken", "Its entry is not posted any more"),
            ("foreign", "No movement stands behind it"),
            ("altered", "Differs from its movements"),
        ]
    )
    status_label = fields.Char(compute="_compute_labels", string="Status as text")

    entry_id = fields.Many2one("account.move", string="Journal entry")
    entry_name = fields.Char(
        compute="_compute_entry", string="Entry", help="Shown to whoever may see the report."
    )
    entry_date = fields.Date(compute="_compute_entry", string="Accounting date")
    booked = fields.Monetary(string="In the books")
    explained = fields.Monetary(string="By its movements")

    @api.depends("kind", "status")
    def _compute_labels(self):
        for line in self:
            for name, field in (("label", "kind"), ("status_label", "status")):
                options = dict(self._fields[field]._description_selection(self.env))
                line[name] = options.get(line[field])

    @api.depends("entry_id")
    def _compute_entry(self):
        for line in self:
            # Superuser: name and date of an entry, for loyalty administrators without accounting.
            entry = line.sudo().entry_id
            line.entry_name, line.entry_date = entry.name, entry.date

    def _get_ages(self):
        return [self[f"age_{i}"] for i in range(len(ageing.BUCKETS))]

    def action_open(self):
        """Open what the line is made of: lots, movements, or the entry.

        What of it the user may see is decided there.
        """
        self.ensure_one()
        if self.section == "age":
            return self._open_lots()
        if self.section == "unposted":
            return self._open_movements()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.entry_id.id,
            "view_mode": "form",
        }

    def _open_lots(self):
        if not self.env["loyalty.account.lot"].has_access("read"):
            raise UserError(self.env._("Ask a loyalty user: you do not see customers' credit."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lots that still hold credit: %s", self.name),
            "res_model": "loyalty.account.lot",
            "view_mode": "list,form",
            "domain": [
                ("origin", "=", self.origin),
                ("remaining", ">", 0),
                ("account_id.company_id", "child_of", self.report_id.company_id.id),
            ],
        }

    def _open_movements(self):
        if not self.env["loyalty.account.move"].has_access("read"):
            raise UserError(self.env._("Ask a loyalty user: you do not see customers' credit."))
        # A day and its neighbours: time zones reach from -12 to +14 hours.
        start = datetime.combine(self.day, time.min) - timedelta(hours=14)
        domain = [
            ("kind", "=", self.kind),
            ("amount", "!=", 0),
            ("company_id", "child_of", self.report_id.company_id.id),
            ("date", ">=", fields.Datetime.to_string(start)),
            ("date", "<", fields.Datetime.to_string(start + timedelta(hours=50))),
        ]
        if self.status in ("open", "overdue", "pending"):
            domain.append(("posting_ids", "=", False))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Movements around %s", fields.Date.to_string(self.day)),
            "res_model": "loyalty.account.move",
            "view_mode": "list,form",
            "domain": domain,
        }
