import base64
import io
from collections import namedtuple
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, get_lang

from odoo.addons.loyalty_accounts.report.statement_pages import Head
from odoo.addons.loyalty_accounts.rules import file_writers

from ..const import MAX_STATEMENT_LINES
from ..report import pair_statement_pdf

#: Lines that are read at a time.
CHUNK = 1000

#: One part of a statement: ``credit`` and ``amount`` are the sums of the lines of ``domain``.
Part = namedtuple("Part", "title disputed domain credit amount count")


class ConsolidationStatement(models.TransientModel):
    """What two establishments owe each other, line by line, as PDF or spreadsheet.

    Everything is read with the user's own rights: clerks see what their side is part of.
    """

    _name = "consolidation.statement"
    _description = "Statement of two establishments"
    _inherit = ["consolidation.dialogue"]

    _subjects = ("company_id", "other_id", "currency_id", "clearing_id")

    company_id = fields.Many2one(
        "res.company", string="Between", required=True, default=lambda self: self.env.company
    )
    other_id = fields.Many2one("res.company", string="And", required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    clearing_id = fields.Many2one(
        "consolidation.clearing", string="Period", help="Empty: what is open now."
    )
    summary = fields.Html(
        compute="_compute_summary",
        sanitize=False,  # made here, of escaped values
    )
    pdf_file = fields.Binary(string="PDF", compute="_compute_pdf_file")
    xlsx_file = fields.Binary(string="Spreadsheet", compute="_compute_xlsx_file")

    # === OPENING === #

    @api.model
    def _open(self, company, other, currency, clearing):
        """Return the action that shows a statement; the user's own establishment comes first."""
        if company not in self.env.companies and other in self.env.companies:
            company, other = other, company
        statement = self.create(
            {
                "company_id": company.id,
                "other_id": other.id,
                "currency_id": currency.id,
                "clearing_id": clearing.id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement"),
            "res_model": self._name,
            "res_id": statement.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_pdf(self):
        """Download it as a PDF file."""
        return self._download("pdf")

    def action_xlsx(self):
        """Download it as a spreadsheet."""
        return self._download("xlsx")

    def _download(self, kind):
        self.ensure_one()
        self._check_may_see()
        period = (self.clearing_id.name or "open").replace("/", "-")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{kind}_file?download=true"
            f"&filename=statement-{period}.{kind}",
            "target": "download",
        }

    # === RIGHTS === #

    def _check_may_see(self):
        own = self.env.companies & (self.company_id | self.other_id)
        if not own and not self.env.user.has_group("partner_consolidation.group_clearing"):
            raise AccessError(
                self.env._("Statements are for the two establishments and for whoever clears.")
            )

    # === CONTENT === #

    @api.depends("company_id", "other_id", "currency_id", "clearing_id")
    def _compute_summary(self):
        row = Markup("<tr><td class='pe-4'>%s</td><td class='text-end fw-bold'>%s</td></tr>")
        for statement in self:
            head = statement._prepare_head(statement._get_parts())
            rows = Markup().join(row % (label, head.show(amount)) for label, amount in head.totals)
            state = statement._describe_state()
            statement.summary = Markup("<p>%s</p><table>%s</table>") % (state, rows)

    def _compute_pdf_file(self):
        for statement in self:
            parts = statement._get_parts()
            statement.pdf_file = base64.b64encode(
                pair_statement_pdf.write(
                    statement._prepare_head(parts),
                    statement._get_headings(),
                    statement._read_pdf_rows(parts),
                )
            )

    def _compute_xlsx_file(self):
        for statement in self:
            parts = statement._get_parts()
            stream = io.BytesIO()
            translate = self.env._
            file_writers.write_xlsx(
                stream,
                {
                    translate("Lines"): statement._read_xlsx_rows(parts),
                    translate("Totals"): statement._get_total_rows(parts),
                },
            )
            statement.xlsx_file = base64.b64encode(stream.getvalue())

    def _get_parts(self):
        """Return the parts: each direction, then what is disputed and left out of each.

        :raise UserError: too many lines for one statement
        """
        self._check_may_see()
        sides = ((self.company_id, self.other_id), (self.other_id, self.company_id))
        parts = [
            self._get_part(debtor, creditor, disputed)
            for disputed in (False, True)
            for debtor, creditor in sides
        ]
        count = sum(part.count for part in parts)
        if count > MAX_STATEMENT_LINES:
            raise UserError(
                self.env._(
                    "These are %(count)s lines, more than the %(maximum)s that fit into one "
                    "statement. Export the list of “Credit used elsewhere” in pieces.",
                    count=count,
                    maximum=MAX_STATEMENT_LINES,
                )
            )
        return parts

    def _get_part(self, debtor, creditor, disputed):
        domain = Domain(
            [
                ("debtor_id", "=", debtor.id),
                ("creditor_id", "=", creditor.id),
                ("currency_id", "=", self.currency_id.id),
                ("clearing_id", "=", self.clearing_id.id),
                ("disputed", "=", disputed),
            ]
        )
        ((credit, amount, count),) = self.env["consolidation.item"]._read_group(
            domain, [], ["credit:sum", "amount:sum", "__count"]
        )
        names = {"debtor": debtor._get_partner_name(), "creditor": creditor._get_partner_name()}
        if disputed:
            title = self.env._("Disputed, left out: credit of %(debtor)s at %(creditor)s", **names)
        else:
            title = self.env._("Credit of %(debtor)s used at %(creditor)s", **names)
        return Part(title, disputed, domain, self._exact(credit), self._exact(amount), count)

    def _get_balances(self, parts):
        """Return what the first owes, the second owes, is disputed, and is owed in the end."""
        owed, due, disputed_owed, disputed_due = (part.amount for part in parts)
        return owed, due, disputed_owed - disputed_due, owed - due

    def _exact(self, amount):
        return Decimal(repr(self.currency_id.round(amount or 0.0)))

    def _read_items(self, part):
        """Yield the lines of a part, the oldest first, without keeping them in memory."""
        items, last = self.env["consolidation.item"], 0
        while page := items.search(part.domain & Domain("id", ">", last), order="id", limit=CHUNK):
            last = page[-1].id
            yield from page
            page.invalidate_recordset(flush=False)

    # === FILES === #

    def _prepare_head(self, parts):
        digits = self.currency_id.decimal_places
        language = self.env["res.lang"].browse(get_lang(self.env).id)
        owed, due, disputed, balance = self._get_balances(parts)
        first, second = self.company_id._get_partner_name(), self.other_id._get_partner_name()
        translate = self.env._
        return Head(
            title=translate("Statement: credit used at each other"),
            sender=f"{first} – {second}",
            lines=(
                (translate("Period"), self._describe_period()),
                (translate("Status"), self._describe_state()),
                (translate("Currency"), self.currency_id.name),
                (translate("Printed on"), format_date(self.env, fields.Date.today())),
            ),
            totals=(
                (translate("%s owes", first), owed),
                (translate("%s owes", second), due),
                (translate("Disputed, left out"), disputed),
                (
                    translate("%s pays", first if balance >= 0 else second),
                    abs(balance),
                ),
            ),
            digits=digits,
            show=lambda amount: language.format(f"%.{digits}f", float(amount), grouping=True),
            page=translate("Page"),
            empty=translate("Nothing was used."),
        )

    def _describe_period(self):
        if not self.clearing_id:
            return self.env._("Open now")
        day = format_date(self.env, self.clearing_id.date_to, date_format="long")
        return self.env._("%(name)s, up to %(day)s", name=self.clearing_id.name, day=day)

    def _describe_state(self):
        states = self.env["consolidation.clearing"]._fields["state"]
        if not self.clearing_id:
            return self.env._("Open, may change")
        return dict(states._description_selection(self.env))[self.clearing_id.state]

    def _get_headings(self):
        translate = self.env._
        return (
            translate("Date"),
            translate("Document"),
            translate("Card"),
            translate("Credit"),
            translate("%"),
            translate("Amount"),
        )

    def _read_pdf_rows(self, parts):
        """Yield ``(title, None)`` of each part, then ``(cells, bold)`` of its rows."""
        show = self._prepare_head(parts).show
        for part in parts:
            if not part.count:
                continue
            yield part.title, None
            for item in self._read_items(part):
                what = " · ".join(filter(None, (item.document_name, item.dispute_reason)))
                yield (
                    (
                        self._format_moment(item),
                        what,
                        item.masked_card or "",
                        show(item.credit),
                        f"{item.percentage:g}",
                        show(item.amount),
                    ),
                    False,
                )
            yield (self.env._("Total"), "", "", show(part.credit), "", show(part.amount)), True

    def _format_moment(self, item):
        """The time at the place where the credit was used, whose day decides on the period."""
        zone = self.env["loyalty.books.batch"]._get_zone(item.creditor_id)
        return format_datetime(self.env, item.date, tz=zone, dt_format="short")

    def _read_xlsx_rows(self, parts):
        translate = self.env._
        yield [
            translate("Owed by"),
            translate("Owed to"),
            translate("Date"),
            translate("Document"),
            translate("Card"),
            translate("Credit"),
            translate("Clears at %"),
            translate("Amount"),
            translate("Disputed because"),
        ]
        for part in parts:
            for item in self._read_items(part):
                yield [
                    item.debtor_id._get_partner_name(),
                    item.creditor_id._get_partner_name(),
                    self._format_moment(item),
                    item.document_name,
                    item.masked_card or "",
                    self._exact(item.credit),
                    Decimal(f"{item.percentage:.2f}"),
                    self._exact(item.amount),
                    item.dispute_reason if part.disputed else "",
                ]

    def _get_total_rows(self, parts):
        head = self._prepare_head(parts)
        yield [head.sender, ""]
        for label, text in head.lines:
            yield [label, text]
        for label, amount in head.totals:
            yield [label, amount]
