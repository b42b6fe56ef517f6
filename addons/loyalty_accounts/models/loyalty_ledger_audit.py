from itertools import groupby
from operator import itemgetter

from odoo import api, models
from odoo.tools import SQL, LazyTranslate, split_every

from ..rules import chain, coverage
from .loyalty_ledger_audit_checks import OF_ACCOUNTS, OF_ALL

_lt = LazyTranslate(__name__)

#: Accounts and movements that are read at a time; both bound the memory used.
ACCOUNTS_PAGE = 1000
MOVES_PAGE = 5000

#: Columns of a movement in the order of ``rules.chain.SEALED`` (less the allocations) and then of
#: ``rules.chain.SEALED_LATER``; amounts and dates as text, because a double is no proof.
MOVE_COLUMNS = SQL(
    """
    account_id, seq, kind, key, request_digest, amount::text, held_amount::text,
    debt_amount::text, asked_amount::text, balance_after::text, held_after::text,
    debt_after::text, company_id, user_id, to_char(date, 'YYYY-MM-DD HH24:MI:SS') AS moment,
    document_model, document_id, reversal_of_id, hold_id, note, withheld_amount::text"""
)
#: How many columns that makes, after id, previous hash and hash.
WIDTH = len(chain.SEALED) - 1 + len(chain.SEALED_LATER)


class LoyaltyLedgerAudit(models.AbstractModel):
    """Recomputes what the ledger says of itself. Reads only; can run on a live database.

    What is proven, and what is not, stands in ``rules/coverage.py``.
    """

    _name = "loyalty.ledger.audit"
    _description = "Loyalty ledger audit"

    @api.model
    def _verify(self, accounts):
        """Check sums and seals of accounts.

        :return: list of dicts ``{account_id, model, record_id, problem}``, empty when all is
            right; per account the chain names its first broken movement only
        """
        self.env.flush_all()
        problems = []
        for ids in split_every(ACCOUNTS_PAGE, sorted(accounts.ids), list):
            problems += self._verify_page(ids)[1]
        return problems

    @api.model
    def _verify_next(self, position):
        """Check the next page of all accounts, in the order of their ids.

        :param int position: id of the last account that was checked, 0 at the beginning
        :return: ``(position, accounts, movements, problems)``; the position is None at the end,
            when everything that belongs to no account has been checked, too
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            # Reads only; archived accounts and those of all companies, too.
            SQL(
                "SELECT id FROM loyalty_account WHERE id > %s ORDER BY id LIMIT %s",
                position,
                ACCOUNTS_PAGE,
            )
        )
        ids = [account_id for (account_id,) in rows]
        moves, problems = self._verify_page(ids) if ids else (0, [])
        if len(ids) == ACCOUNTS_PAGE:
            return ids[-1], len(ids), moves, problems
        return None, len(ids), moves, problems + self._verify_rest()

    @api.model
    def _verify_all(self):
        """Check everything; return the problems, as :meth:`_verify`."""
        problems, position = [], 0
        while position is not None:
            position, _accounts, _moves, found = self._verify_next(position)
            problems += found
        return problems

    def _verify_page(self, ids):
        problems = self._run_checks(OF_ACCOUNTS, ids=ids)
        problems += self._verify_births(ids)
        count, heads, broken = self._verify_chains(ids)
        return count, problems + broken + self._verify_heads(ids, heads, broken)

    def _verify_rest(self):
        problems = self._run_checks(OF_ALL)
        # Superuser: nobody has a right to these records, and their seals tell nothing.
        for record_id, problem in self.env["loyalty.checkpoint"].sudo()._find_broken():
            problems.append(self._problem(False, record_id, "loyalty.checkpoint", problem))
        return problems

    def _run_checks(self, checks, **values):
        problems = []
        for model, problem, query in checks:
            # Reads only; the queries are constants.
            for account_id, record_id in self.env.execute_query(SQL(query, **values)):
                problems.append(self._problem(account_id, record_id, model, problem))
        return problems

    # === CHAINS === #

    def _verify_chains(self, ids):
        """Recompute the seals of all movements.

        :return: ``(movements, {account id: last hash}, problems)``
        """
        key = self.env["loyalty.ledger"]._get_ledger_key()
        count, broken, problems = 0, set(), []
        account_id, expected = None, None
        heads = {}
        for (move_id, previous, stored, *values), lines in self._fetch_moves(ids):
            count += 1
            if values[0] != account_id:
                account_id, expected = values[0], (1, chain.GENESIS)
            if account_id in broken:
                continue
            if (values[1], previous) != expected or (
                chain.seal_stored(key, previous, values, lines) != stored
            ):
                broken.add(account_id)
                problems.append(
                    self._problem(account_id, move_id, "loyalty.account.move", _lt("broken seal"))
                )
            expected = values[1] + 1, stored
            heads[account_id] = stored
        return count, heads, problems

    def _fetch_moves(self, ids):
        """Yield ``(movement, [what it did to lots])``, page by page."""
        position = (0, 0)
        while position:
            rows = self.env.execute_query(
                # Reads only, straight from the tables: the audit must see what the ORM caches.
                SQL(
                    """
                    SELECT m.*, p.lot_id, p.amount::text, p.accrual_company_id,
                           p.expiry_date::text
                      FROM (SELECT id, previous_hash, hash, %(columns)s
                              FROM loyalty_account_move
                             WHERE account_id BETWEEN %(first)s AND %(last)s
                               AND account_id = ANY(%(ids)s)
                               AND (account_id, seq) > %(position)s
                             ORDER BY account_id, seq LIMIT %(limit)s) m
                      LEFT JOIN loyalty_account_allocation p ON p.move_id = m.id
                     ORDER BY m.account_id, m.seq, m.id, p.id
                    """,
                    columns=MOVE_COLUMNS,
                    first=ids[0],
                    last=ids[-1],
                    ids=ids,
                    position=position,
                    limit=MOVES_PAGE,
                )
            )
            moves, seen = 0, None
            for _move_id, group in groupby(rows, itemgetter(0)):
                lines = list(group)
                seen = lines[0][: WIDTH + 3]
                moves += 1
                yield seen, [line[WIDTH + 3 :] for line in lines if line[WIDTH + 3] is not None]
            position = (seen[3], seen[4]) if moves == MOVES_PAGE else None

    def _verify_heads(self, ids, heads, broken):
        """Compare the accounts' own rows with their last movements."""
        key = self.env["loyalty.ledger"]._get_ledger_key()
        named, problems = {problem["account_id"] for problem in broken}, []
        # Reads only, and the table itself.
        for account_id, head_hash, stored, *terms in self.env.execute_query(
            SQL(
                """SELECT id, head_hash, head_seal, company_id, currency_id, number
                     FROM loyalty_account WHERE id = ANY(%s) ORDER BY id""",
                ids,
            )
        ):
            problem = None
            if account_id not in named and head_hash != heads.get(account_id):
                problem = _lt("the last movement is missing")
            elif head_hash or stored:
                seal = chain.head_seal(key, account_id, head_hash, *terms)
                problem = seal != stored and _lt(
                    "the account's own row was changed or put back"
                )
            if problem:
                problems.append(self._problem(account_id, account_id, "loyalty.account", problem))
        return problems

    # === LOTS AND RESERVATIONS === #

    def _verify_births(self, ids):
        """Recompute the seals of lots and reservations: what they were from their beginning."""
        return self._verify_birth(
            "lot",
            "loyalty.account.lot",
            SQL(
                """
                SELECT r.id, r.account_id, first.seq, r.seal, r.company_id, r.currency_id, r.origin,
                       r.date::text, r.amount::text, r.tax_amount::text, r.sale_line_id
                  FROM loyalty_account_lot r
                  LEFT JOIN LATERAL (
                       SELECT m.seq FROM loyalty_account_allocation p
                         JOIN loyalty_account_move m ON m.id = p.move_id
                        WHERE p.lot_id = r.id ORDER BY p.id LIMIT 1) first ON true
                 WHERE r.account_id = ANY(%s)
                """,
                ids,
            ),
        ) + self._verify_birth(
            "hold",
            "loyalty.account.hold",
            SQL(
                """
                SELECT r.id, r.account_id, first.seq, r.seal, r.company_id, r.currency_id,
                       to_char(r.expires_at, 'YYYY-MM-DD"T"HH24:MI:SS'), r.document_model,
                       r.document_id
                  FROM loyalty_account_hold r
                  LEFT JOIN LATERAL (
                       SELECT m.seq FROM loyalty_account_move m
                        WHERE m.hold_id = r.id AND m.kind = 'hold' ORDER BY m.seq LIMIT 1) first
                       ON true
                 WHERE r.account_id = ANY(%s)
                """,
                ids,
            ),
        )

    def _verify_birth(self, table, model, query):
        key, problems = self.env["loyalty.ledger"]._get_ledger_key(), []
        # Reads only; the queries are those above.
        for record_id, account_id, seq, stored, *values in self.env.execute_query(query):
            values = [
                chain.exact(value) if name.endswith("amount") else value
                for name, value in zip(coverage.BIRTH[table], values, strict=True)
            ]
            if chain.birth_seal(key, table, account_id, seq, *values) != stored:
                problems.append(self._problem(account_id, record_id, model, _lt("broken seal")))
        return problems

    @api.model
    def _problem(self, account_id, record_id, model, problem):
        return {
            "account_id": account_id,
            "model": model,
            "record_id": record_id,
            "problem": str(problem),
        }
