from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL, LazyTranslate, split_every

from ..rules import chain, coverage
from .loyalty_batch import no_garbage
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
    debt_after::text, company_id, user_id, date::text, document_model, document_id,
    reversal_of_id, hold_id, note, withheld_amount::text"""
)
#: Where among them.
AMOUNT, COMPANY = chain.SEALED.index("amount"), chain.SEALED.index("company_id")

#: What a movement did to a lot, as :meth:`LoyaltyLedgerAudit._fetch_lines` reads it.
Line = namedtuple("Line", "move_id id lot_id amount company_id expiry currency_id spend_company_id")
#: The part of it that the movement's seal covers.
SEALED = slice(2, 6)


def _to_sql(ids):
    """Spell ids as one value: a thousand parameters take longer than most of the queries."""
    return SQL("%s::int[]", f"{{{','.join(map(str, ids))}}}")


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
        with no_garbage():
            problems = self._run_checks(OF_ACCOUNTS, ids=_to_sql(ids))
            lots, lot_problems = self._verify_lots(ids)
            problems += lot_problems + self._verify_holds(ids)
            count, heads, broken, found = self._verify_chains(ids, lots)
            return count, problems + found + self._verify_heads(ids, heads, broken)

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

    def _verify_chains(self, ids, lots):
        """Recompute the seals of all movements, and compare them with what they did to lots.

        :param lots: ``{lot id: (account id, company id)}``
        :return: ``(movements, {account id: last hash}, ids of accounts whose chain is broken,
            problems)``
        """
        key = self.env["loyalty.ledger"]._get_ledger_key()
        currencies = self._fetch_currencies(ids)
        count, broken, problems = 0, set(), []
        account_id, expected, heads = None, None, {}
        for (move_id, currency_id, previous, stored, *values), lines in self._fetch_moves(ids):
            count += 1
            if values[0] != account_id:
                account_id, expected = values[0], (1, chain.GENESIS)
            if not self._fit(lines, currency_id, values, lots):
                problems += self._explain(lines, move_id, currency_id, values, lots)
            if currency_id != currencies.get(account_id):
                problem = _lt("the movement is in another currency than the account")
                problems.append(self._problem(account_id, move_id, "loyalty.account.move", problem))
            if account_id in broken:
                continue
            sealed = [line[SEALED] for line in lines]
            if (values[1], previous) != expected or (
                chain.seal_stored(key, previous, values, sealed) != stored
            ):
                broken.add(account_id)
                problem = _lt("broken seal")
                problems.append(self._problem(account_id, move_id, "loyalty.account.move", problem))
            expected = values[1] + 1, stored
            heads[account_id] = stored
        return count, heads, broken, problems

    def _fit(self, lines, currency_id, values, lots):
        """Whether a movement did to a lot what it says; false where that takes a closer look."""
        if len(lines) != 1:
            return False
        _move_id, _id, lot_id, amount, company_id, _expiry, *places = lines[0]
        return (
            amount == values[AMOUNT]
            and lots.get(lot_id) == (values[0], company_id)
            and places == [currency_id, values[COMPANY]]
        )

    def _explain(self, lines, move_id, currency_id, values, lots):
        """Return what is wrong between a movement, its allocations and their lots, if anything."""
        account_id, problems = values[0], []
        for line in map(Line._make, lines):
            places = line.currency_id, line.spend_company_id
            if lots.get(line.lot_id) != (account_id, line.company_id) or (
                places != (currency_id, values[COMPANY])
            ):
                problem = _lt("the lot moved, its currency or place is another one")
                problems.append(
                    self._problem(account_id, line.id, "loyalty.account.allocation", problem)
                )
        moved = sum(chain.exact(line[SEALED][1]) for line in lines)
        if moved != chain.exact(values[AMOUNT]):
            problem = _lt("the lots moved do not add up to the movement")
            problems.append(self._problem(account_id, move_id, "loyalty.account.move", problem))
        return problems

    def _fetch_currencies(self, ids):
        query = SQL("SELECT id, currency_id FROM loyalty_account WHERE id = ANY(%s)", _to_sql(ids))
        return dict(self.env.execute_query(query))  # reads only, and the table itself

    def _fetch_moves(self, ids):
        """Yield ``(movement, [what it did to lots])``, page by page."""
        position, rows = (0, 0), [()] * MOVES_PAGE
        while len(rows) == MOVES_PAGE:
            rows = self.env.execute_query(
                # Reads only, straight from the table: the audit must see what the ORM caches.
                SQL(
                    """
                    SELECT id, currency_id, previous_hash, hash, %s
                      FROM loyalty_account_move
                     WHERE account_id = ANY(%s) AND account_id BETWEEN %s AND %s
                       AND (account_id, seq) > %s
                     ORDER BY account_id, seq LIMIT %s
                    """,
                    MOVE_COLUMNS,
                    _to_sql(ids),
                    ids[0],
                    ids[-1],
                    position,
                    MOVES_PAGE,
                )
            )
            lines = self._fetch_lines([row[0] for row in rows])
            for row in rows:
                yield row, lines.get(row[0], ())
            position = rows[-1][4:6] if rows else position

    def _fetch_lines(self, move_ids):
        """Return ``{movement id: [row like Line, …]}`` in the order in which they were sealed."""
        found = {}
        # Reads only; amounts and days as text, because a double is no proof.
        for row in self.env.execute_query(
            SQL(
                """
                SELECT move_id, id, lot_id, amount::text, accrual_company_id, expiry_date::text,
                       currency_id, spend_company_id
                  FROM loyalty_account_allocation
                 WHERE move_id = ANY(%s)
                 ORDER BY id
                """,
                _to_sql(move_ids),
            )
        ):
            found.setdefault(row[0], []).append(row)
        return found

    def _verify_heads(self, ids, heads, broken):
        """Compare the accounts' own rows with their last movements."""
        key = self.env["loyalty.ledger"]._get_ledger_key()
        problems = []
        # Reads only, and the table itself.
        for account_id, head_hash, stored, *terms in self.env.execute_query(
            SQL(
                """SELECT id, head_hash, head_seal, company_id, currency_id, number
                     FROM loyalty_account WHERE id = ANY(%s) ORDER BY id""",
                _to_sql(ids),
            )
        ):
            problem = None
            if account_id not in broken and head_hash != heads.get(account_id):
                problem = _lt("the last movement is missing")
            elif head_hash or stored:
                seal = chain.head_seal(key, account_id, head_hash, *terms)
                problem = seal != stored and _lt("the account's own row was changed or put back")
            if problem:
                problems.append(self._problem(account_id, account_id, "loyalty.account", problem))
        return problems

    # === LOTS AND RESERVATIONS === #

    def _verify_lots(self, ids):
        """Compare lots with their movements, and recompute the seals of what they are.

        :return: ``({lot id: (account id, company id)}, problems)``
        """
        lots, problems = {}, []
        # Reads only; amounts and days as text, because a double is no proof.
        for is_left, *row in self.env.execute_query(
            SQL(
                """
                SELECT (l.remaining, l.expiry_date)
                       IS NOT DISTINCT FROM (used.remaining, last.expiry_date),
                       l.id, l.account_id, made.seq, l.seal, l.company_id, l.currency_id, l.origin,
                       l.date::text, l.amount::text, l.tax_amount::text, l.sale_line_id
                  FROM loyalty_account_lot l
                  LEFT JOIN (SELECT p.lot_id, sum(p.amount) AS remaining, min(p.id) AS first_id,
                                    max(p.id) AS last_id
                               FROM loyalty_account_allocation p
                               JOIN loyalty_account_lot o ON o.id = p.lot_id
                              WHERE o.account_id = ANY(%(ids)s)
                              GROUP BY p.lot_id) used ON used.lot_id = l.id
                  LEFT JOIN loyalty_account_allocation first ON first.id = used.first_id
                  LEFT JOIN loyalty_account_move made ON made.id = first.move_id
                  LEFT JOIN loyalty_account_allocation last ON last.id = used.last_id
                 WHERE l.account_id = ANY(%(ids)s)
                """,
                ids=_to_sql(ids),
            )
        ):
            lots[row[0]] = row[1], row[4]
            if not is_left:
                problem = _lt("the lot or its expiry is not what its movements left")
                problems.append(self._problem(row[1], row[0], "loyalty.account.lot", problem))
            problems += self._verify_birth("lot", "loyalty.account.lot", *row)
        return lots, problems

    def _verify_holds(self, ids):
        """Recompute the seals of what reservations are."""
        problems = []
        # Reads only.
        for row in self.env.execute_query(
            SQL(
                """
                SELECT h.id, h.account_id, made.seq, h.seal, h.company_id, h.currency_id,
                       to_char(h.expires_at, 'YYYY-MM-DD"T"HH24:MI:SS'), h.document_model,
                       h.document_id
                  FROM loyalty_account_hold h
                  LEFT JOIN LATERAL (
                       SELECT m.seq FROM loyalty_account_move m
                        WHERE m.hold_id = h.id AND m.kind = 'hold' ORDER BY m.seq LIMIT 1) made
                       ON true
                 WHERE h.account_id = ANY(%s)
                """,
                _to_sql(ids),
            )
        ):
            problems += self._verify_birth("hold", "loyalty.account.hold", *row)
        return problems

    def _verify_birth(self, table, model, record_id, account_id, seq, stored, *values):
        values = [
            chain.exact(value) if name.endswith("amount") else value
            for name, value in zip(coverage.BIRTH[table], values, strict=True)
        ]
        key = self.env["loyalty.ledger"]._get_ledger_key()
        if chain.birth_seal(key, table, account_id, seq, *values) == stored:
            return []
        return [self._problem(account_id, record_id, model, _lt("broken seal"))]

    @api.model
    def _problem(self, account_id, record_id, model, problem):
        return {
            "account_id": account_id,
            "model": model,
            "record_id": record_id,
            "problem": str(problem),
        }
