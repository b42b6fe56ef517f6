import base64
import io
from decimal import Decimal

from odoo import fields, models

from odoo.addons.loyalty_accounts.rules.amounts import round_half_up
from odoo.addons.loyalty_accounts.rules.file_writers import write_xlsx

#: Figures in the order in which they are told, on screen, on paper and in files.
SHOWN = (
    *("receipts", "sales", "partner_sales", "discount_amount", "partner_credit", "own_credit"),
    *("money", "earned_amount", "claim", "clearing_loss", "cost", "gain", "net", "exposure"),
)
#: Inputs in the same way.
INPUTS = (
    *("share_percentage", "new_percentage", "margin", "copy_privileges", "card_discount"),
    *("card_accumulation", "discount", "accumulation", "shared_deposit", "credit_per_bill"),
    *("bonus_percentage", "credit_use", "payment_percentage", "clearing_percentage"),
    *("exposure_limit", "settlement_days"),
)

#: Columns of the months on paper, where there is room for so many only.
PRINTED = (
    *("partner_sales", "discount_amount", "earned_amount", "claim", "clearing_loss"),
    *("cost", "gain", "net", "exposure"),
)


class ConsolidationSimulation(models.Model):
    """A simulation's result on paper and as a spreadsheet, with all that it rests on."""

    _inherit = "consolidation.simulation"

    xlsx_file = fields.Binary(
        compute="_compute_xlsx_file", string="Spreadsheet", help="The same as a spreadsheet."
    )

    def _compute_xlsx_file(self):
        for record in self:
            stream = io.BytesIO()
            write_xlsx(stream, record._get_sheets())
            record.xlsx_file = base64.b64encode(stream.getvalue())

    def action_print(self):
        """Print it on A4."""
        self.ensure_one()
        return self.env.ref("partner_consolidation.simulation_report_action").report_action(self)

    def action_download(self):
        """Download it as a spreadsheet."""
        self.ensure_one()
        url = f"/web/content/{self._name}/{self.id}/xlsx_file"
        return {
            "type": "ir.actions.act_url",
            "url": f"{url}?download=true&filename=simulation-{self.id}.xlsx",
            "target": "download",
        }

    # === PAPER === #

    def _get_columns(self):
        """Names of the months' columns."""
        return PRINTED

    def _get_headlines(self):
        """Names of the amounts of the whole period."""
        return ("sales", *PRINTED, "settled", "open_claim", "unspent")

    # === ROWS === #

    def _get_sheets(self):
        translate = self.env._
        names = [translate("Result"), translate("Months"), translate("In words")]
        sentences = ([sentence] for sentence in self._get_assumptions())
        words = [[translate("What is taken for granted")], *sentences]
        return dict(
            zip(names, (self._get_result_rows(), self._get_month_rows(), words), strict=True)
        )

    def _get_result_rows(self):
        translate = self.env._
        yield [self.name, self.company_id.name]
        yield [translate("From"), self.date_from]
        yield [translate("To"), self.date_to]
        yield [translate("Currency"), self.currency_id.name]
        yield []
        for name in (*SHOWN, "worst_date", "over_days", "settled", "open_claim", "unspent"):
            yield [self._label(name), self._get_cell(self, name)]
        yield []
        for name in INPUTS:
            yield [self._label(name), self._get_cell(self, name)]

    def _get_month_rows(self):
        yield [self.env._("Month"), *(self._label(name) for name in SHOWN)]
        for line in self.line_ids:
            yield [line.month, *(self._get_cell(line, name) for name in SHOWN)]
        yield [self.env._("Total"), *(self._get_cell(self, name) for name in SHOWN)]

    def _get_cell(self, record, name):
        """A field as the writer of files takes it: text, Decimal, day or nothing."""
        value, kind = record[name], record._fields[name].type
        if kind == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if kind == "monetary":
            return round_half_up(Decimal(repr(value)), self._get_step())
        if kind == "float":
            return Decimal(f"{value:.2f}")
        return Decimal(value) if kind == "integer" else value
