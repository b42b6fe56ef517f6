import base64
import binascii

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import IMPORT_COLUMNS, MAX_IMPORT_BYTES
from ..exceptions import InvalidValue
from ..rules.import_layout import SKIP, fold, match_headings

#: Fields that the import itself writes, and what they are at the start.
ENGINE_FIELDS = {
    "state": "draft",
    "lang": False,
    "user_id": False,
    "message": False,
    "row_count": 0,
    "valid_count": 0,
    "refused_count": 0,
}
#: Records that it writes.
ENGINE_LINES = frozenset({"problem_ids", "total_ids", "progress_ids"})
#: Fields that a check depends on: after a change of one of them it has to be done again.
CHECKED_FIELDS = frozenset({"file", "column_ids", "create_partners", "company_id"})


class LoyaltyAccountImport(models.Model):
    """A file of accounts with opening balances: what is in it, and how far its import is.

    ``draft`` → ``checked`` (a dry run) → ``running`` → ``done``; ``stopped`` by somebody or
    ``failed`` by itself, it goes on where it ended. See docs/adr/0008.
    """

    _name = "loyalty.account.import"
    _description = "Import of loyalty accounts"
    _inherit = [
        "loyalty.account.import.check",
        "loyalty.account.import.run",
        "loyalty.account.import.files",
    ]
    _order = "id desc"
    _rec_name = "file_name"

    file = fields.Binary(
        attachment=True,
        required=True,
        help="A spreadsheet (XLSX) or a text file with separated values (CSV); the first row has "
        "the headings. At most 20 MB and 100,000 rows.",
    )
    file_name = fields.Char(default="accounts", required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
        help="Company of the accounts in rows that name none.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    create_partners = fields.Boolean(
        string="Create missing customers",
        help="A row whose customer is not known makes a contact; otherwise it is refused.",
    )
    expected_total = fields.Monetary(
        string="Expected total",
        help="Sum of the opening balances as the other system states it, in the company's "
        "currency. The import does not start if the file has another; 0: not compared.",
    )
    column_ids = fields.One2many(
        "loyalty.account.import.column",
        "import_id",
        string="Columns",
        help="What each column of the file means; remembered for the company's next file.",
    )

    state = fields.Selection(
        [
            ("draft", "New"),
            ("checked", "Checked"),
            ("running", "Running"),
            ("stopped", "Stopped"),
            ("failed", "Failed"),
            ("done", "Done"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    user_id = fields.Many2one(
        "res.users", string="Imported by", readonly=True, copy=False, ondelete="restrict"
    )
    lang = fields.Char(
        string="Language",
        readonly=True,
        copy=False,
        help="Of who checked the file: in what way days, yes and no are written.",
    )
    message = fields.Char(readonly=True, copy=False, help="Why it did not go on.")
    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    valid_count = fields.Integer(
        string="Can be imported", readonly=True, copy=False, help="Rows that the check accepted."
    )
    refused_count = fields.Integer(
        string="Refused", readonly=True, copy=False, help="Rows that the check refused."
    )
    position = fields.Integer(compute="_compute_progress", help="Last row that is done.")
    done_count = fields.Integer(
        compute="_compute_progress", string="Imported", help="Accounts opened so far."
    )
    failed_count = fields.Integer(
        compute="_compute_progress",
        string="Left out",
        help="Rows that were not imported: refused by the check, or since.",
    )
    progress = fields.Float(compute="_compute_progress", help="Share of the rows that is done, %.")
    total_mismatch = fields.Boolean(
        compute="_compute_total_mismatch",
        help="Whether the file's total is not the one expected.",
    )
    needs_admin = fields.Boolean(
        compute="_compute_needs_admin",
        help="Whether the file brings credit that you may not enter.",
    )
    problem_ids = fields.One2many(
        "loyalty.account.import.problem", "import_id", string="Refused rows", readonly=True
    )
    total_ids = fields.One2many(
        "loyalty.account.import.total", "import_id", string="Control totals", readonly=True
    )
    progress_ids = fields.One2many(
        "loyalty.account.import.progress", "import_id", string="So far", readonly=True
    )

    # === COMPUTES === #

    @api.depends(
        "row_count",
        "progress_ids.position",
        "progress_ids.done_count",
        "progress_ids.failed_count",
    )
    def _compute_progress(self):
        for record in self:
            so_far = record.progress_ids
            record.position, record.done_count = so_far.position, so_far.done_count
            record.failed_count = so_far.failed_count
            handled = record.done_count + record.failed_count
            record.progress = 100 * handled / record.row_count if record.row_count else 0

    @api.depends("expected_total", "total_ids.amount", "company_id")
    def _compute_total_mismatch(self):
        for record in self:
            found = sum(
                record.total_ids.filtered(
                    lambda line, mine=record.currency_id: line.currency_id == mine
                ).mapped("amount")
            )
            record.total_mismatch = bool(
                record.state != "draft"
                and record.expected_total
                and record.currency_id.compare_amounts(found, record.expected_total)
            )

    @api.depends("total_ids.amount")
    @api.depends_context("uid")
    def _compute_needs_admin(self):
        is_admin = self.env.user.has_group("loyalty_accounts.group_admin")
        for record in self:
            record.needs_admin = not is_admin and any(record.total_ids.mapped("amount"))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: refuse what is no file of accounts, and read its headings."""
        for vals in vals_list:
            self._check_vals(vals)
        # Said outright, because defaults come from the context and from users, too.
        start = ENGINE_FIELDS | {name: [] for name in ENGINE_LINES | {"column_ids"}}
        imports = super().create([vals | start for vals in vals_list])
        for record in imports:
            record._check_company()
            record._read_columns()
        return imports

    def write(self, vals):
        """Override: a check is void once what was checked changes."""
        self._check_vals(vals)
        if not self.env.su and CHECKED_FIELDS & vals.keys():
            self._refuse_started()
        result = super().write(vals)
        self._check_company()
        if "file" in vals:
            self._read_columns()
        if not self.env.su and CHECKED_FIELDS & vals.keys():
            self._forget_check()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if "running" in self.mapped("state"):
            raise UserError(self.env._("Stop the import before you delete it."))

    def _check_vals(self, vals):
        # Over RPC the fields of the import could be sent as any others.
        if not self.env.su and (ENGINE_FIELDS.keys() | ENGINE_LINES) & vals.keys():
            raise AccessError(self.env._("Only the import itself says how far it is."))
        if "file" in vals:
            self._decode_file(vals["file"])

    def _decode_file(self, encoded):
        """Return the bytes of a file as it is sent.

        :param encoded: base64, as text or bytes
        :raise InvalidValue: it is missing, too large or not base64
        """
        if not encoded or not isinstance(encoded, str | bytes):
            raise InvalidValue(self.env._("Choose a file."))
        # Before it is decoded: four characters stand for three bytes, line ends come on top.
        if len(encoded) > MAX_IMPORT_BYTES * 3 // 2:
            raise InvalidValue(self._describe_file_size())
        try:
            data = base64.b64decode(encoded)
        except (binascii.Error, ValueError) as error:
            raise InvalidValue(self.env._("The file did not arrive whole. Try again.")) from error
        if len(data) > MAX_IMPORT_BYTES:
            raise InvalidValue(self._describe_file_size())
        return data

    def _check_company(self):
        if not self.env.su and self.company_id - self.env.user.company_ids:
            raise AccessError(self.env._("This company is not one of those you work in."))

    def _refuse_started(self):
        if any(record.state not in ("draft", "checked") for record in self):
            raise UserError(
                self.env._("This import has started and cannot be changed. Upload a new file.")
            )

    def _forget_check(self):
        # Superuser: these are the import's own fields; who may change it was checked.
        imports = self.sudo()
        imports.problem_ids.unlink()
        imports.total_ids.unlink()
        imports.progress_ids.unlink()
        imports.write(ENGINE_FIELDS)

    # === COLUMNS === #

    def _read_columns(self):
        """Read the headings and propose what they mean."""
        for record in self:
            headings, sample = record._read_headings()
            targets = match_headings(headings, self._get_labels(), record._get_remembered())
            commands = [
                Command.create(
                    {
                        "sequence": index,
                        "heading": heading,
                        "target": target,
                        "sample": "" if cell is None else str(cell)[:100],
                    }
                )
                for index, (heading, target, cell) in enumerate(
                    zip(headings, targets, sample, strict=True)
                )
            ]
            # Superuser: the columns are the file's, and only their meaning is a user's.
            record.sudo().write({"column_ids": [Command.clear(), *commands]})

    @api.model
    def _get_labels(self):
        """Return ``{folded heading: column}`` in every language that is installed."""
        labels = {}
        for code, _name in self.env["res.lang"].get_installed():
            for column, label in self._describe_columns(code):
                labels.setdefault(fold(label), column)
        return labels

    @api.model
    def _describe_columns(self, lang=None):
        """Return ``[(column, heading)]`` in a language, the user's by default."""
        columns = self.env["loyalty.account.import.column"].with_context(lang=lang or self.env.lang)
        labels = dict(columns._fields["target"]._description_selection(columns.env))
        return [(column, labels[column]) for column, _label in IMPORT_COLUMNS if column != SKIP]

    def _get_remembered(self):
        """Return what the headings of the company's latest import meant."""
        domain = [("company_id", "=", self.company_id.id), ("user_id", "!=", False)]
        latest = self.search(domain, limit=1)
        return {fold(column.heading): column.target for column in latest.column_ids}

    # === ACTIONS === #

    def action_check(self):
        """Try the import without writing anything but what came of it."""
        self.ensure_one()
        self.check_access("write")
        self._refuse_started()
        self._forget_check()
        self._check()
        return True

    def action_import(self):
        """Start the import, or go on with one that stopped; small files are done at once."""
        self.ensure_one()
        self.check_access("write")
        self._start()
        return True

    def action_stop(self):
        """Stop after the piece that is being done; what was imported stays."""
        self.ensure_one()
        self.check_access("write")
        self._stop()
        return True

    def action_download_refused(self):
        """Download the refused rows as a spreadsheet."""
        self.ensure_one()
        return self._get_url_action(f"/loyalty_accounts/import/{self.id}/refused")

    @api.model
    def action_download_template(self):
        """Download an empty file with all headings, and what they mean."""
        return self._get_url_action("/loyalty_accounts/import/template")

    def _get_url_action(self, url):
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def action_view_accounts(self):
        """Show the accounts that the import opened."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Imported accounts"),
            "res_model": "loyalty.account",
            "view_mode": "list,form",
            "domain": [("import_id", "=", self.id)],
            "context": {"active_test": False},
        }
