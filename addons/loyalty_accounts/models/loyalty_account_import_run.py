import logging
import time

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..rules.errors import RuleError
from ..rules.import_rows import Problem
from .loyalty_ledger_opening import Opening

_logger = logging.getLogger(__name__)

#: Rows that are imported while the user waits; more are left to the job.
AT_ONCE = 1000

#: Work of one call of the job at least, in seconds: it has to read the file up to where it goes on
#: first, some 8 s for the last rows of the largest spreadsheet.
SLICE_SECONDS = 20

#: Nobody follows, or is told of, thousands of accounts that are brought over.
QUIETLY = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}


class LoyaltyAccountImportRun(models.AbstractModel):
    """Importing the rows of a file in pieces, each of them once.

    A piece is one transaction: accounts, credit, and the position in the file. Whatever is
    interrupted goes on after the last piece that was committed. Two that work on one import
    exclude each other by the row of its progress, which each piece locks and updates. Starting and
    stopping do so with the import's own row: nobody waits there for a piece.
    """

    _name = "loyalty.account.import.run"
    _description = "Import of loyalty accounts: running"

    # === STARTING AND STOPPING === #

    def _start(self):
        """Start, or go on; see ``action_import``.

        :raise UserError: nothing to import, or it runs already
        """
        self._lock_import()
        self._check_may_start()
        # Superuser: the import's own fields; who may start was checked.
        self.sudo().write({"state": "running", "user_id": self.env.uid, "message": False})
        if self.row_count > AT_ONCE:
            # Superuser: whoever may import may have the job run.
            self.env.ref("loyalty_accounts.ir_cron_import").sudo()._trigger()
            return
        for piece in self._iter_pieces(self.position):
            self._import_piece(piece)
        self._finish()

    def _check_may_start(self):
        if self.state not in ("checked", "stopped", "failed"):
            raise UserError(
                self.env._("Check the file first.")
                if self.state == "draft"
                else self.env._("This import runs already, or is done.")
            )
        if not self.valid_count:
            raise UserError(self.env._("No row of the file can be imported."))
        if self.total_mismatch:
            raise UserError(
                self.env._("The opening balances do not add up to the total that you expect.")
            )
        self._check_may_enter_credit()

    def _check_may_enter_credit(self):
        """Credit is entered by administrators, by hand or from a file."""
        self.env["loyalty.ledger"]._get_ledger_key()  # without it every single row would fail
        if self.needs_admin:
            raise AccessError(
                self.env._(
                    "The file brings opening balances over: a loyalty administrator starts it."
                )
            )

    def _stop(self):
        self._lock_import()
        if self.state != "running":
            raise UserError(self.env._("This import does not run."))
        self.sudo().state = "stopped"  # the import's own field

    def _lock_import(self):
        """Lock the import's row and read it anew; whoever waited starts again."""
        self.flush_recordset()
        # Blocking on purpose, and only against others who start or stop it.
        self.env.execute_query(
            SQL("SELECT id FROM loyalty_account_import WHERE id = %s FOR NO KEY UPDATE", self.id)
        )
        self.invalidate_recordset(["state"])

    def _lock_progress(self):
        """Lock the import's progress, against another job on it, and read both anew."""
        self.env.flush_all()
        # Blocking on purpose: whoever waited starts again from what the other one left.
        self.env.execute_query(
            SQL(
                "SELECT id FROM loyalty_account_import_progress WHERE import_id = %s FOR UPDATE",
                self.id,
            )
        )
        self.invalidate_recordset(["state", "progress_ids"])
        self.progress_ids.invalidate_recordset()

    # === THE JOB === #

    @api.model
    def _cron_run_imports(self):
        """Go on with the imports that run, each with the rights of who started it."""
        # Superuser: the job works for all companies.
        running = self.env["loyalty.account.import"].sudo().search([("state", "=", "running")])
        for record in running:
            if not record._as_its_user()._run():
                break

    def _as_its_user(self):
        """The import with the rights, language and companies of who started it."""
        user = self.user_id
        companies = self.company_id | user.company_ids
        return self.with_user(user).with_context(allowed_company_ids=companies.ids, lang=user.lang)

    def _run(self):
        """Import piece by piece, each committed; return whether there is time for more."""
        progress = self.env["ir.cron"].sudo()  # counts how far the job is; users may not
        progress._commit_progress(remaining=self._get_rest())
        try:
            self.check_access("write")
            self._check_may_enter_credit()
            started = None
            for piece in self._iter_pieces(self.position):
                started = started or time.monotonic()
                if not self._try_step(self._import_piece, piece):
                    break  # somebody stopped it
                seconds = progress._commit_progress(len(piece), remaining=self._get_rest())
                self.env.invalidate_all()  # memory for one piece
                if not seconds and time.monotonic() - started >= SLICE_SECONDS:
                    return self._run_again()
            else:
                self._try_step(lambda _position: self._finish(), None)
        except (UserError, RuleError) as error:
            self._fail(error)
        progress._commit_progress(remaining=0)
        return True

    def _run_again(self):
        """Have the job called again at once.

        A job that says it has something left is called ten times in a row for a moment each, and
        then a minute later; each of these would read the file anew.
        """
        # Superuser: whoever may import may have the job run.
        self.env.ref("loyalty_accounts.ir_cron_import").sudo()._trigger()
        self.env["ir.cron"].sudo()._commit_progress(remaining=0)  # users may not read the job
        return False

    def _get_rest(self):
        return max(self.row_count - self.done_count - self.failed_count, 0)

    def _finish(self):
        self._lock_import()
        if self.state == "running":
            self.sudo().state = "done"  # the import's own field

    def _fail(self, error):
        """Say why it cannot go on; what was imported stays."""
        self.env.cr.rollback()  # of the piece that failed: all others are committed
        _logger.warning("import %s of loyalty accounts failed: %s", self.id, error)
        is_rule = isinstance(error, RuleError)
        message = self._describe_import_error(error) if is_rule else str(error)
        # Superuser: the import's own fields, and the user may have lost the right to them.
        self.sudo().write({"state": "failed", "message": message})

    # === ONE PIECE === #

    def _import_piece(self, piece):
        """Import the rows of a piece in the current transaction.

        :return: whether it was; not after somebody stopped the import
        """
        self._lock_progress()
        if self.state != "running" or piece[0][0] <= self.position:
            return False
        memory = self._get_memory()
        accepted, refused = self._judge(piece, memory)
        done = []

        def import_rows(part):
            self._import_rows(part)
            done.extend(part)
            return len(part)

        self._divide(accepted, import_rows)
        imported = {row.row for row in done}
        for row in accepted:
            if row.row not in imported:
                refused[row.row] = [Problem(None, "", RuleError("row_failed"))]
        self._record_piece(piece, done, refused)
        return True

    def _import_rows(self, part):
        """Open the accounts of some rows with their credit."""
        customers = self._create_customers(part)
        accounts = self.env["loyalty.account"].with_context(**QUIETLY)
        accounts = accounts.create([self._prepare_account_vals(row, customers) for row in part])
        openings = [
            Opening(account, amount, self._get_key(row, index), day)
            for row, account in zip(part, accounts, strict=True)
            for index, (amount, day) in enumerate(row.parts)
        ]
        if openings:
            self.env["loyalty.ledger"]._open_many(openings, document=self)
        self.env.flush_all()  # what the database refuses, it refuses here

    def _get_key(self, row, index):
        """The ledger's request: one for each row, and for each further part of its credit."""
        return f"import/{self.id}/{row.row}" + (f"/{index + 1}" if index else "")

    def _create_customers(self, part):
        """Make the contacts that are missing; return ``{key: contact's id}`` of all."""
        wanted = {row.customer.key: row.customer for row in part if row.customer}
        new = [customer for key, customer in wanted.items() if isinstance(key, tuple)]
        partners = self.env["res.partner"].with_context(**QUIETLY)
        created = partners.create(
            [
                {
                    "name": customer.name,
                    "email": customer.email or False,
                    "ref": customer.ref or False,
                    "company_id": customer.company_id,
                }
                for customer in new
            ]
        )
        made = {customer.key: partner.id for customer, partner in zip(new, created, strict=True)}
        return {key: made.get(key, key) for key in wanted}

    def _prepare_account_vals(self, row, customers):
        vals = {
            "company_id": row.company.id,
            "partner_id": customers[row.customer.key] if row.customer else False,
            "expiry_date": row.values["valid_until"] or False,
            "blocked": row.values["blocked"],
            "block_reason": row.values["block_reason"] or False,
            "active": not row.values["archived"],
            "note": row.values["note"] or False,
            "import_id": self.id,
            "import_row": row.row,
        }
        for name in ("discount", "credit_rate"):
            if row.values[name] is not None:  # else the company's terms for new cards
                vals[name] = float(row.values[name])
        for name in ("number", "name"):
            if getattr(row, name):
                vals[name] = getattr(row, name)
        return vals

    def _record_piece(self, piece, done, refused):
        """Write how far the import is, in the transaction of the piece."""
        self._write_refused_now(refused)
        totals = {}
        self._add_totals(totals, done)
        # Superuser: the import's own fields.
        record = self.sudo()
        for line in record.total_ids:
            count, amount = next(
                (total for company, total in totals.items() if company.id == line.company_id.id),
                (0, 0),
            )
            line.done_count += count
            line.done_amount += float(amount)
        record.progress_ids.write(
            {
                "position": piece[-1][0],
                "done_count": self.done_count + len(done),
                "failed_count": self.failed_count + len(refused),
            }
        )
        self.env.flush_all()

    def _write_refused_now(self, refused):
        """Add rows that the check had accepted: somebody took a number meanwhile."""
        known = set(
            self.env["loyalty.account.import.problem"]
            .search([("import_id", "=", self.id), ("row", "in", list(refused))])
            .mapped("row")
        )
        self._write_problems({row: found for row, found in refused.items() if row not in known})
