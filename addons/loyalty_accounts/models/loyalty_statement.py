from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, get_lang

from ..const import MAX_STATEMENT_MOVES
from ..exceptions import InvalidValue
from ..report import statement_pdf, statement_xlsx

#: Movements that are read at a time.
CHUNK = 1000


class Totals(NamedTuple):
    """Sums of a period; ``outgoing`` is below zero or zero."""

    opening: Decimal
    incoming: Decimal
    outgoing: Decimal
    count: int

    @property
    def closing(self):
        """What was on the account at the end of the period."""
        return self.opening + self.incoming + self.outgoing


class LoyaltyStatement(models.AbstractModel):
    """A customer's statement: what changed an account's balance in a period.

    Rows are read in chunks and go straight into the file; their number is limited.
    """

    _name = "loyalty.statement"
    _description = "Statement of a loyalty account"

    @api.model
    def _render(self, kind, account, period):
        """Return the bytes of a statement.

        :param str kind: ``pdf`` or ``xlsx``
        :param account: as superuser, see ``_find_portal_account``
        :param period: first and last day, in the user's time zone
        :raise InvalidValue: the period has too many movements
        """
        totals = self._sum(account, period)
        if totals.count > MAX_STATEMENT_MOVES:
            raise InvalidValue(
                self.env._(
                    "This period has %(count)s movements, more than the %(maximum)s that fit into "
                    "one statement. Choose a shorter period.",
                    count=totals.count,
                    maximum=MAX_STATEMENT_MOVES,
                )
            )
        write = {"pdf": statement_pdf.write, "xlsx": statement_xlsx.write}[kind]
        return write(
            self._prepare_head(account, period, totals),
            self._get_headings(),
            self._read_rows(account, period),
        )

    def _sum(self, account, period):
        """Return the :class:`Totals` of a period."""
        begin, end = account._get_portal_bounds(*period)
        # Reads one account's sums, exactly; the caller has checked whose it is.
        ((opening, incoming, outgoing, count),) = self.env.execute_query(
            SQL(
                """
                SELECT coalesce(sum(amount) FILTER (WHERE date < %(begin)s), 0),
                       coalesce(sum(amount) FILTER (WHERE date >= %(begin)s AND amount > 0), 0),
                       coalesce(sum(amount) FILTER (WHERE date >= %(begin)s AND amount < 0), 0),
                       count(*) FILTER (WHERE date >= %(begin)s)
                  FROM loyalty_account_move
                 WHERE account_id = %(account)s AND date < %(end)s AND amount <> 0
                """,
                begin=begin,
                end=end,
                account=account.id,
            )
        )
        return Totals(*map(Decimal, (opening, incoming, outgoing)), count)

    def _prepare_head(self, account, period, totals):
        """What stands above the rows, as ``statement_pdf.Head``."""
        digits = account.currency_id.decimal_places
        language = self.env["res.lang"].browse(get_lang(self.env).id)
        first, last = (format_date(self.env, day, date_format="long") for day in period)
        return statement_pdf.Head(
            title=self.env._("Statement"),
            sender=account.company_id.name,
            lines=(
                (self.env._("Card"), f"{account.number} · {account.name}"),
                (self.env._("Customer"), account.partner_id.name or ""),
                (self.env._("Period"), f"{first} – {last}"),
                (self.env._("Currency"), account.currency_id.name),
            ),
            totals=(
                (self.env._("Opening balance"), totals.opening),
                (self.env._("Credit in"), totals.incoming),
                (self.env._("Credit out"), totals.outgoing),
                (self.env._("Closing balance"), totals.closing),
            ),
            digits=digits,
            show=lambda amount: language.format(f"%.{digits}f", float(amount), grouping=True),
            page=self.env._("Page"),
            empty=self.env._("Nothing changed in this period."),
        )

    def _get_headings(self):
        return (
            self.env._("Date"),
            self.env._("What for"),
            self.env._("Establishment"),
            self.env._("Amount"),
            self.env._("Balance"),
        )

    def _read_rows(self, account, period):
        """Yield the rows of a period, the oldest first, without keeping them in memory."""
        domain = account._get_portal_moves_domain(period)
        moves = self.env["loyalty.account.move"].sudo()  # of the account that the caller checked
        seq = 0
        while page := moves.search(domain & Domain("seq", ">", seq), order="seq", limit=CHUNK):
            for move in page:
                yield self._prepare_row(account, move)
            seq = move.seq
            page.invalidate_recordset(flush=False)

    def _prepare_row(self, account, move):
        shown = account._prepare_portal_move(move)
        what = " · ".join(filter(None, (shown["kind"], shown["document"])))
        return statement_pdf.Row(
            moment=account._localise_portal_moment(move.date),
            day=f"{shown['day']} {shown['time']}",
            what=what,
            establishment=shown["establishment"],
            amount=Decimal(repr(move.amount)),
            balance=Decimal(repr(move.balance_after)),
        )
