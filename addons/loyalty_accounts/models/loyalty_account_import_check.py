from decimal import Decimal
from itertools import islice

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..exceptions import InvalidValue
from ..rules import csv_files, import_rows, xlsx_files
from ..rules.errors import RuleError
from ..rules.import_customers import Customer, Pool
from ..rules.import_layout import MAX_ROWS, SKIP, check_headings
from ..rules.import_rows import Problem

#: Rows read, judged and imported together: a second's work, and few queries for each row.
PIECE = 500
#: Longest text of a cell shown with a refusal.
MAX_SHOWN = 200


class ImportMemory:
    """What judging a row has to know of the file and of the rows before it."""

    def __init__(self, setting, targets):
        self.setting = setting
        self.targets = targets
        self.rows_by_number = {}
        self.pool = Pool()


class LoyaltyAccountImportCheck(models.AbstractModel):
    """Reading a file of accounts, and what is wrong with its rows."""

    _name = "loyalty.account.import.check"
    _description = "Import of loyalty accounts: reading and checking"
    _inherit = ["loyalty.account.import.words", "loyalty.batch"]

    # === READING === #

    def _open_file(self):
        """Yield ``(number of the row, cells)``, headings and blank rows included."""
        data = self._decode_file(self.with_context(bin_size=False).file)
        if xlsx_files.is_archive(data):
            xlsx_files.check_archive(data)
            yield from xlsx_files.read_rows(data)
            return
        xlsx_files.check_is_text(data)
        text, _encoding = csv_files.decode(data)
        yield from csv_files.read_rows(text, csv_files.find_delimiter(text))

    def _read_headings(self):
        """Return the headings and the first row, padded to as many.

        :raise InvalidValue: this is no file of accounts
        """
        try:
            rows = islice(self._open_file(), 20)
            headings = check_headings(next(rows, (1, []))[1])
            filled = (cells for _row, cells in rows if not import_rows.is_blank_row(cells))
            sample = next(filled, [])[: len(headings)]
        except RuleError as error:
            raise InvalidValue(self._describe_import_error(error)) from error
        return headings, [*sample, *[None] * (len(headings) - len(sample))]

    def _iter_pieces(self, position=0):
        """Yield lists of ``(number of the row, cells)`` after a position, blank rows left out."""
        rows = self._open_file()
        next(rows)  # the headings
        piece, count = [], 0
        for number, cells in rows:
            if import_rows.is_blank_row(cells):
                continue
            count += 1
            if count > MAX_ROWS:
                raise RuleError("rows_too_many", maximum=MAX_ROWS)
            if number > position:
                piece.append((number, cells))
            if len(piece) == PIECE:
                yield piece
                piece = []
        if piece:
            yield piece

    def _get_memory(self):
        targets = [column.target for column in self.column_ids]
        return ImportMemory(self._get_setting(), targets)

    def _get_setting(self):
        """Return what the rows have in common; see rules/import_rows.py."""
        companies = {
            company.id: import_rows.Company(
                company.id,
                company.name,
                company.currency_id.name,
                Decimal(repr(company.currency_id.rounding)),
                company._get_loyalty_today(),
            )
            for company in self.company_id | self.env.user.company_ids
        }
        # Of who checked it, not of who imports: 03/04 must not become another day.
        lang = self.env["res.lang"]._get_data(code=self.lang or "en_US")
        translate = self.with_context(lang=self.lang).env._
        return import_rows.Setting(
            {company.name.casefold(): company for company in companies.values()},
            companies[self.company_id.id],
            lang.date_format or "%Y-%m-%d",
            {translate("yes").casefold(): True, translate("no").casefold(): False},
        )

    # === JUDGING === #

    def _judge(self, piece, memory):
        """Return ``([Row, …], {number of the row: [Problem, …]})`` of a piece.

        Nothing is written. The rows' customers are the contacts found, or None; one whose key is
        no id has to be made.
        """
        good, refused = [], {}
        for number, cells in piece:
            row, problems = import_rows.read_row(number, cells, memory.targets, memory.setting)
            if row:
                good.append(row)
            else:
                refused[number] = problems
        taken = self._fetch_taken_numbers([row.number for row in good if row.number])
        self._fill_pool(memory.pool, good)
        accepted = []
        for row in good:
            problems = self._check_number(row, taken, memory)
            customer, bad = self._find_customer(row, memory)
            if problems := problems + bad:
                refused[row.row] = problems
                continue
            if row.number:
                memory.rows_by_number[row.number] = row.row
            if customer:
                memory.pool.add(customer)
            accepted.append(row._replace(customer=customer))
        return accepted, refused

    def _fetch_taken_numbers(self, numbers):
        """Return which numbers are in use, in whatever company and state; nobody is told where.

        Number by number on purpose: for a list of them PostgreSQL may use the index for searching
        in numbers, which took half a second for 500 in a table that has just grown.
        """
        self.env["loyalty.account"].flush_model(["number"])
        rows = self.env.execute_query(
            # Reads only, past the rules on purpose: a number is taken for everybody.
            SQL(
                """SELECT wanted.number FROM unnest(%s::varchar[]) AS wanted(number)
                    WHERE EXISTS (SELECT FROM loyalty_account account
                                   WHERE account.number = wanted.number)""",
                numbers,
            )
        )
        return {number for (number,) in rows}

    def _check_number(self, row, taken, memory):
        place = memory.targets.index("number") if "number" in memory.targets else None
        if row.number in taken:
            return [Problem(place, row.number, RuleError("number_taken"))]
        if earlier := memory.rows_by_number.get(row.number):
            return [Problem(place, row.number, RuleError("number_repeated", row=earlier))]
        return []

    # === CUSTOMERS === #

    def _fill_pool(self, pool, rows):
        """Add the contacts that the rows may mean, by four queries at most."""
        wanted = [row.customer for row in rows]
        emails = {customer.email.lower() for customer in wanted if customer.email}
        refs = {customer.ref for customer in wanted if customer.ref}
        names = {c.name for c in wanted if c.name and not (c.email or c.ref)}
        partners = self.env["res.partner"]  # the user's rights: whom they cannot see is nobody
        for name, values in (("email_normalized", emails), ("ref", refs), ("name", names)):
            if values:
                partners |= partners.search([(name, "in", list(values))])
        partners.fetch(["name", "email_normalized", "ref", "company_id"])
        for partner in partners:
            pool.add(self._to_customer(partner))

    def _to_customer(self, partner):
        return Customer(
            partner.id,
            partner.name or "",
            partner.email_normalized or "",
            partner.ref or "",
            partner.company_id.id or None,
        )

    def _find_customer(self, row, memory):
        """Return the contact that a row means, or one to be made, or none; and problems."""
        wanted = row.customer
        if not (wanted.name or wanted.email or wanted.ref):
            return None, []
        try:
            found = memory.pool.find(wanted, row.company.id)
            if found:
                return found, []
            if not self.create_partners:
                raise RuleError("customer_unknown")
            if not wanted.name:
                raise RuleError("customer_name_missing")
        except RuleError as error:
            named = (wanted.ref, "customer_ref"), (wanted.email, "customer_email")
            value, target = next(
                (pair for pair in named if pair[0]), (wanted.name, "customer_name")
            )
            return None, [Problem(memory.targets.index(target), value, error)]
        return wanted._replace(key=("new", row.row), company_id=row.company.id), []

    # === DRY RUN === #

    def _check(self):
        """Judge all rows; write counts, control totals and problems of the import alone."""
        self._check_columns()
        record = self.sudo()  # the import's own fields; who may check was asked before
        record.lang = self.env.context.get("lang") or self.env.user.lang
        memory, totals = self._get_memory(), {}
        counts = {"row_count": 0, "valid_count": 0, "refused_count": 0}
        try:
            for piece in self._iter_pieces():
                accepted, refused = self._judge(piece, memory)
                counts["row_count"] += len(piece)
                counts["valid_count"] += len(accepted)
                counts["refused_count"] += len(refused)
                self._add_totals(totals, accepted)
                self._write_problems(refused)
        except RuleError as error:
            raise InvalidValue(self._describe_import_error(error)) from error
        if not counts["row_count"]:
            raise InvalidValue(self._describe_import_error(RuleError("rows_missing")))
        record.write({"state": "checked", **counts})
        # Superuser, as above: nobody else writes these.
        self.env["loyalty.account.import.progress"].sudo().create(
            {"import_id": self.id, "position": 0, "done_count": 0, "failed_count": 0}
        )
        # Superuser, as above: nobody else writes these.
        self.env["loyalty.account.import.total"].sudo().create(
            [
                {
                    "import_id": self.id,
                    "company_id": company.id,
                    "currency_id": self.env["res.company"].browse(company.id).currency_id.id,
                    "count": count,
                    "amount": float(amount),
                }
                for company, (count, amount) in totals.items()
            ]
        )

    def _check_columns(self):
        """Refuse what cannot be imported at all, whatever the rows say."""
        targets = self.column_ids.mapped("target")
        unknown = self.column_ids.filtered(lambda column: not column.target)
        if unknown:
            raise InvalidValue(
                self.env._(
                    "Nobody knows what these columns mean: %s. Choose it, or “Leave out”.",
                    ", ".join(unknown.mapped("heading")),
                )
            )
        used = [target for target in targets if target != SKIP]
        twice = self.column_ids.filtered(
            lambda column: column.target != SKIP and used.count(column.target) > 1
        )
        if twice:
            raise InvalidValue(
                self.env._(
                    "Several columns have one meaning: %s. Leave all but one out.",
                    ", ".join(twice.mapped("heading")),
                )
            )
        if not {"name", "customer_name"} & set(used):
            raise InvalidValue(
                self.env._("The file needs a column with the accounts' names or their customers.")
            )
        if self.create_partners and not self.env["res.partner"].has_access("create"):
            raise AccessError(
                self.env._("You may not create contacts. Untick “Create missing customers”.")
            )

    @api.model
    def _add_totals(self, totals, rows):
        for row in rows:
            count, amount = totals.get(row.company, (0, 0))
            balance = sum(part for part, _day in row.parts)
            totals[row.company] = count + 1, amount + balance

    def _write_problems(self, refused):
        """Write why rows are refused, by one statement: a whole file may be."""
        headings = ["", *self.column_ids.mapped("heading"), ""]  # the last one has none
        sentences = self._get_import_sentences()
        problems = [
            {
                "import_id": self.id,
                "row": row,
                "column": headings[0 if problem.column is None else problem.column + 1],
                "value": problem.value[:MAX_SHOWN],
                "reason": self._describe_import_error(problem.error, sentences),
            }
            for row, found in refused.items()
            for problem in found
        ]
        if problems:
            self._insert_rows("loyalty.account.import.problem", problems)
            self.env["loyalty.account.import.problem"].invalidate_model(flush=False)
            self.invalidate_recordset(["problem_ids"], flush=False)
