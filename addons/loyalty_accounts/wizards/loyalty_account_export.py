import json
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..exceptions import InvalidValue
from ..rules import amounts, file_writers
from ..rules.import_cells import MAX_NOTE, clean_ends
from ..rules.import_credit import spell_credit
from ..rules.import_layout import COLUMNS, SKIP

#: Accounts read at a time.
PIECE = 1000
#: Says yes in every language.
YES = "x"
#: Control characters have no place in a file that is to be imported.
_TO_SPACE = {code: " " for code in [*range(32), *range(127, 160)] if code not in (9, 10)}


class LoyaltyAccountExport(models.TransientModel):
    """Exports accounts in the layout of the import, with what is left on them.

    A file that is imported into an empty company and exported again is the same.
    """

    _name = "loyalty.account.export"
    _description = "Export of loyalty accounts"

    file_format = fields.Selection(
        [("xlsx", "Spreadsheet (XLSX)"), ("csv", "Text (CSV)")],
        string="Format",
        required=True,
        default="xlsx",
    )
    domain = fields.Char(
        required=True, readonly=True, default=lambda self: self._get_chosen_domain()
    )
    account_count = fields.Integer(
        compute="_compute_account_count", string="Accounts", help="How many are exported."
    )

    @api.model
    def _get_chosen_domain(self):
        """What is ticked in the list: records, or all that the filters show."""
        context = self.env.context
        chosen = context.get("active_domain") or [("id", "in", context.get("active_ids") or [])]
        return json.dumps(chosen)

    @api.depends("domain")
    def _compute_account_count(self):
        for export in self:
            export.account_count = len(export._find_account_ids())

    def _find_account_ids(self):
        """Return the chosen accounts' ids as far as the user may read them, by card number."""
        try:
            domain = json.loads(self.domain)
        except ValueError as error:
            raise InvalidValue(self.env._("Choose the accounts in the list again.")) from error
        return self.env["loyalty.account"].search(domain, order="number").ids

    def action_export(self):
        """Download the file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/loyalty_accounts/export/{self.id}",
            "target": "download",
        }

    # === THE FILE === #

    def _write_file(self, stream):
        """Write the file to a binary stream, a piece of the accounts at a time.

        :raise AccessError: the user is no manager
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("loyalty_accounts.group_manager"):
            raise AccessError(self.env._("Only loyalty managers export accounts."))
        if self.file_format == "csv":
            file_writers.write_csv(stream, self._get_rows())
        else:
            file_writers.write_xlsx(stream, {self.env._("Accounts"): self._get_rows()})

    def _get_file_name(self):
        day = self.env.company._get_loyalty_today()
        return f"loyalty-accounts-{day}.{self.file_format}"

    def _get_rows(self):
        columns = self.env["loyalty.account.import.column"]._fields["target"]
        labels = dict(columns._description_selection(self.env))
        yield [labels[column] for column in COLUMNS if column != SKIP]
        ids = self._find_account_ids()
        for start in range(0, len(ids), PIECE):
            accounts = self.env["loyalty.account"].browse(ids[start : start + PIECE])
            credit = self._fetch_credit(accounts)
            for account in accounts:
                cells = self._get_cells(account, credit.get(account.id, []))
                yield [cells[column] for column in COLUMNS]
            self.env.invalidate_all(flush=False)  # memory for one piece

    def _get_cells(self, account, parts):
        balance, expiry = spell_credit(parts)
        decimals = Decimal(1).scaleb(-account.currency_id.decimal_places)
        partner = account.partner_id
        return {
            "number": account.number,
            "name": self._clean(account.name),
            "company": self._clean(account.company_id.name),
            "currency": account.currency_id.name,
            "customer_name": self._clean(partner.name),
            "customer_email": partner.email_normalized or "",
            "customer_ref": self._clean(partner.ref),
            "discount": self._spell_number(account.discount),
            "credit_rate": self._spell_number(account.credit_rate),
            "valid_until": account.expiry_date or None,
            "blocked": YES if account.blocked else "",
            "block_reason": self._clean(account.block_reason),
            "archived": "" if account.active else YES,
            "opening_balance": balance.quantize(decimals),
            "credit_expiry": expiry,
            "note": self._get_note(account),
        }

    def _get_note(self, account):
        note = clean_ends((account.note or "").translate(_TO_SPACE))
        if len(note) > MAX_NOTE:
            raise UserError(
                self.env._(
                    "The note of %(account)s has more than %(maximum)s characters. Shorten it.",
                    account=account.display_name,
                    maximum=MAX_NOTE,
                )
            )
        return note

    @api.model
    def _clean(self, text):
        """A text as the import reads it back."""
        return " ".join((text or "").translate(_TO_SPACE).splitlines()).strip().replace("\t", " ")

    @api.model
    def _spell_number(self, value):
        return Decimal(amounts.canonical(Decimal(repr(value))))

    def _fetch_credit(self, accounts):
        """Return ``{account id: [(amount, last day or None), …]}`` of what can still be spent."""
        self.env.flush_all()
        rows = self.env.execute_query(
            # Reads only, what the accounts that the user may read hold; amounts stay exact.
            SQL(
                """
                SELECT account_id, sum(remaining)::text, expiry_date
                  FROM loyalty_account_lot
                  JOIN unnest(%s::int[], %s::date[]) AS company(account, today)
                    ON company.account = account_id
                 WHERE remaining > 0 AND (expiry_date IS NULL OR expiry_date >= company.today)
                 GROUP BY account_id, expiry_date
                """,
                accounts.ids,
                [account.company_id._get_loyalty_today() for account in accounts],
            )
        )
        credit = {}
        for account_id, amount, day in rows:
            credit.setdefault(account_id, []).append((Decimal(amount), day))
        return credit
