import base64
import io
import json
import zipfile

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import UserError


class LoyaltyPersonalData(models.TransientModel):
    """Hands a person's data over: a ZIP with a spreadsheet and the same for machines."""

    _name = "loyalty.personal.data"
    _description = "Personal data of loyalty accounts"

    account_ids = fields.Many2many(
        "loyalty.account", string="Accounts", readonly=True, context={"active_test": False}
    )
    file = fields.Binary(compute="_compute_file", help="A ZIP with data.xlsx and data.json.")

    @api.model
    def _start(self, accounts):
        """Return the action that downloads the data of accounts.

        :raise UserError: there are none
        """
        if not accounts:
            raise UserError(self.env._("This contact has no loyalty account."))
        wizard = self.create({"account_ids": [(6, 0, accounts.ids)]})
        for account in accounts:
            account.message_post(body=self.env._("The personal data was exported."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{wizard.id}/file?download=true"
            "&filename=loyalty-personal-data.zip",
            "target": "download",
        }

    def _compute_file(self):
        for wizard in self:
            # Superuser: all of them, also those that a rule hides; then the right to each is asked for.
            accounts = wizard.sudo().account_ids.with_env(wizard.env)
            accounts._check_manager()
            accounts.check_access("read")
            wizard.file = base64.b64encode(wizard._render_zip()) if accounts else False

    def _render_zip(self):
        """Return the bytes of the ZIP."""
        data = self.account_ids._get_personal_data()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
            archive.writestr("data.xlsx", self._render_xlsx(data))
        return buffer.getvalue()

    def _render_xlsx(self, data):
        """Return the bytes of a workbook: a sheet for the accounts, one for each kind of list."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(
            buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        ) as book:
            bold = book.add_format({"bold": True})
            for title, rows in self._get_sheets(data):
                sheet = book.add_worksheet(title)
                sheet.set_column(0, 20, 20)
                for column, name in enumerate(rows[0] if rows else ()):
                    sheet.write_string(0, column, name, bold)
                    for number, row in enumerate(rows, 1):
                        sheet.write(number, column, row[name])
        return buffer.getvalue()

    def _get_sheets(self, data):
        """Yield ``(title, rows)``; rows of lists begin with the number of their account."""
        accounts = data["accounts"]
        lists = [name for name in accounts[0] if isinstance(accounts[0][name], list)]
        yield self.env._("Customer"), data["customers"]
        yield (
            self.env._("Accounts"),
            [{name: row[name] for name in row if name not in lists} for row in accounts],
        )
        titles = {
            "earlier_numbers": self.env._("Earlier numbers"),
            "movements": self.env._("Movements"),
            "lots": self.env._("Credit"),
            "reservations": self.env._("Reservations"),
            "reminders": self.env._("Reminders"),
            "history": self.env._("History"),
        }
        for name in lists:
            rows = [{"account": row["number"], **line} for row in accounts for line in row[name]]
            yield titles[name], rows
