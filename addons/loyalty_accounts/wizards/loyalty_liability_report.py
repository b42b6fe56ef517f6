import base64
import io
from datetime import date

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from ..const import LOT_ORIGINS
from ..rules import ageing

GROUPS = (
    "account.group_account_readonly",
    "account.group_account_invoice",
    "loyalty_accounts.group_admin",
)


class LoyaltyLiabilityReport(models.TransientModel):
    """What is owed to customers by age and origin, compared with the general ledger.

    The lines are computed whenever company or day are set, and shown as they are then.
    """

    _name = "loyalty.liability.report"
    _description = "Liability of loyalty credit"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('id', 'in', allowed_company_ids), ('parent_id', '=', False)]",
        help="The head office; its branches are included.",
    )
    date = fields.Date(
        string="At the end of",
        required=True,
        default=lambda self: self.env.company._get_loyalty_today(),
        help="Any day up to today, by the time zone of each establishment.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    has_books = fields.Boolean(readonly=True, help="Whether the company has a chart of accounts.")

    ledger = fields.Monetary(readonly=True, help="Credit of all accounts, by their movements.")
    general = fields.Monetary(
        string="General ledger",
        readonly=True,
        help="Posted balance of the accounts for deposits and single-purpose vouchers.",
    )
    not_posted = fields.Monetary(
        string="Not yet posted",
        readonly=True,
        help="Movements that are not in the books on that day: today's, which are booked by "
        "night, open till sessions, and what the books date otherwise.",
    )
    difference = fields.Monetary(
        readonly=True, help="Ledger less general ledger less what is not yet posted."
    )
    hidden_count = fields.Integer(readonly=True, help="Differing entries that are not listed.")
    foreign_count = fields.Integer(
        readonly=True, help="Movements in another currency, which cannot be booked."
    )
    overdue_count = fields.Integer(
        readonly=True, help="Movements of earlier days that should have been booked by night."
    )
    can_book = fields.Boolean(
        compute="_compute_can_book", help="Whether you may book what is not posted yet."
    )

    line_ids = fields.One2many("loyalty.liability.report.line", "report_id", string="Lines")
    age_line_ids = fields.One2many(
        "loyalty.liability.report.line",
        "report_id",
        string="By age and origin",
        domain=[("section", "=", "age")],
        readonly=True,
    )
    unposted_line_ids = fields.One2many(
        "loyalty.liability.report.line",
        "report_id",
        string="Movements not yet posted",
        domain=[("section", "=", "unposted")],
        readonly=True,
    )
    entry_line_ids = fields.One2many(
        "loyalty.liability.report.line",
        "report_id",
        string="Entries that no movement explains",
        domain=[("section", "=", "entry")],
        readonly=True,
    )
    xlsx_file = fields.Binary(
        compute="_compute_xlsx_file", string="Spreadsheet", help="The same as a spreadsheet."
    )

    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._("Liability by age and origin")

    # === WHO MAY SEE IT === #

    def _check_may_report(self):
        if not self.env.su and not any(map(self.env.user.has_group, GROUPS)):
            raise AccessError(
                self.env._("Only accountants and loyalty administrators may do this.")
            )
        if self.company_id - self.env.companies:
            raise AccessError(self.env._("This company is not one of those you work in."))

    @api.depends_context("uid")
    def _compute_can_book(self):
        self.can_book = self.env.user.has_group("account.group_account_invoice")

    # === WHAT IT SHOWS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: compute what it shows."""
        reports = super().create(vals_list)
        reports._refresh()
        return reports

    def write(self, vals):
        """Override: compute anew for another company or day."""
        result = super().write(vals)
        if {"company_id", "date"} & vals.keys():
            self._refresh()
        return result

    def _refresh(self):
        self._check_may_report()
        liabilities = self.env["loyalty.books.liability"]
        for report in self:
            report._show(liabilities._compute_liability(report.company_id, report.date))

    def _show(self, data):
        today = self.company_id._get_loyalty_today()
        overdue = [row for row in data.unposted if row.status == "open" and row.day < today]
        lines = (
            self._prepare_age_lines(data)
            + [self._prepare_unposted_line(row, today) for row in data.unposted]
            + [self._prepare_entry_line(row) for row in data.unexplained]
        )
        self.write(
            {
                "has_books": data.general is not None,
                "ledger": float(data.ledger),
                "general": float(data.general or 0),
                "not_posted": float(data.not_posted),
                "difference": float(data.difference),
                "hidden_count": data.hidden,
                "foreign_count": data.foreign,
                "overdue_count": sum(row.count for row in overdue),
                "line_ids": [Command.clear(), *map(Command.create, lines)],
            }
        )
        self.invalidate_recordset()

    def _prepare_age_lines(self, data):
        origins = self.env["loyalty.account.lot"]._fields["origin"]
        labels = dict(origins._description_selection(self.env))
        amounts = {row.origin: row.amounts for row in data.ageing}
        return [
            {
                "section": "age",
                "name": labels[origin],
                "origin": origin,
                **{f"age_{i}": float(amount) for i, amount in enumerate(amounts[origin])},
                "amount": float(sum(amounts[origin])),
            }
            for origin, _name in LOT_ORIGINS
            if origin in amounts
        ]

    def _prepare_unposted_line(self, row, today):
        return {
            "section": "unposted",
            "kind": row.kind,
            "status": "overdue" if row.status == "open" and row.day < today else row.status,
            "day": row.day,
            "count": row.count,
            "amount": float(row.amount),
        }

    def _prepare_entry_line(self, row):
        return {
            "section": "entry",
            "entry_id": row.entry_id,
            "booked": float(row.booked),
            "explained": float(row.explained or 0),
            "amount": float((row.explained or 0) - row.booked),
            "status": "foreign" if row.explained is None else "altered",
        }

    # === ACTIONS === #

    @api.model
    def action_open_report(self):
        """Open the report of the current company at the end of today."""
        report = self.create({})
        return report._get_form_action()

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Liability by age and origin"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    def action_refresh(self):
        """Compute it anew, as things are now."""
        self._refresh()
        return True

    def action_book_now(self):
        """Book what is not booked yet, today's movements included."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accountants book credit."))
        self._check_may_report()
        batch = self.env["loyalty.books"]
        for company in self.env["loyalty.books.liability"]._get_establishments(self.company_id):
            batch._post_batches(company, company._get_loyalty_today(), everything=True)
        self._refresh()
        return True

    def action_view_items(self):
        """Show the journal items on the accounts of what is owed."""
        self.ensure_one()
        self._check_may_report()
        # Superuser: which accounts these are, is no secret to whoever may see the report.
        accounts = self.env["loyalty.books.liability"]._get_owed_accounts(self.company_id.sudo())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer deposits"),
            "res_model": "account.move.line",
            "view_mode": "list,pivot,form",
            "domain": [
                ("account_id", "in", accounts.ids),
                ("company_id", "child_of", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", fields.Date.to_string(self.date)),
            ],
            "context": {"create": False},
        }

    def action_print(self):
        """Print it on A4."""
        self._check_may_report()
        return self.env.ref("loyalty_accounts.liability_report_action").report_action(self)

    def action_download(self):
        """Download it as a spreadsheet."""
        self.ensure_one()
        name = f"liability-{self.date}.xlsx"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/xlsx_file?download=true&filename={name}",
            "target": "download",
        }

    # === SPREADSHEET === #

    def _get_bucket_names(self):
        """Headings of the buckets of age."""
        names = []
        for first, last in ageing.BUCKETS:
            if last is None:
                names.append(self.env._("Over %s days", first - 1))
            else:
                names.append(self.env._("%(first)s–%(last)s days", first=first, last=last))
        return names

    def _compute_xlsx_file(self):
        for report in self:
            report._check_may_report()
            report.xlsx_file = base64.b64encode(report._render_xlsx())

    def _render_xlsx(self):
        """Return the report as the bytes of a spreadsheet; amounts are numbers."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            sheet = book.add_worksheet(self.env._("Liability"))
            bold = book.add_format({"bold": True})
            digits = "0" * self.currency_id.decimal_places
            amount = book.add_format({"num_format": f"#,##0.{digits}" if digits else "#,##0"})
            day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, 7, 15)
            for number, (style, cells) in enumerate(self._get_rows()):
                for column, cell in enumerate(cells):
                    if isinstance(cell, float):
                        sheet.write_number(number, column, cell, amount)
                    elif isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    else:
                        sheet.write(number, column, cell, bold if style else None)
        return buffer.getvalue()

    def _get_rows(self):
        """The report as ``(heading?, cells)``: amounts are floats, days dates."""
        translate = self.env._
        yield True, [translate("Liability by age and origin")]
        yield False, [self.company_id.name, self.date, self.currency_id.name]
        yield False, []
        yield True, [translate("Origin"), *self._get_bucket_names(), translate("Total")]
        for line in self.age_line_ids:
            yield False, [line.name, *line._get_ages(), line.amount]
        yield True, [translate("Total"), *self._get_age_totals(), self.ledger]
        yield False, []
        if not self.has_books:
            return
        for label, value in self._get_comparison():
            yield False, [label, value]
        if self.unposted_line_ids:
            yield False, []
            yield True, [translate("Movements not yet posted")]
            for line in self.unposted_line_ids:
                yield False, [line.label, line.day, line.status_label, line.count, line.amount]
        if self.entry_line_ids:
            yield False, []
            yield True, [translate("Entries that no movement explains")]
            for line in self.entry_line_ids:
                names = [line.entry_name, line.entry_date, line.status_label]
                yield False, [*names, line.booked, line.explained, line.amount]

    def _get_age_totals(self):
        return [
            self.currency_id.round(sum(self.age_line_ids.mapped(f"age_{i}")))
            for i in range(len(ageing.BUCKETS))
        ]

    def _get_comparison(self):
        """The four amounts that must agree, with their names."""
        return [
            (self.env._("Credit of all accounts (ledger)"), self.ledger),
            (self.env._("General ledger"), self.general),
            (self.env._("Not yet posted"), self.not_posted),
            (self.env._("Difference"), self.difference),
        ]
