from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..rules import chain

#: Accounts whose movements are checked together; bounds the memory used.
BATCH_SIZE = 1000

#: Sums that must agree, each as SQL returning ``(account id, record id)`` of what does not.
#: ``%(ids)s`` is a list of account ids.
CHECKS = {
    ("loyalty.account", "balance, reservations or debt differ from the movements"): """
        SELECT a.id, a.id
          FROM loyalty_account a
          LEFT JOIN (SELECT account_id, sum(amount) amount, sum(held_amount) held,
                            sum(debt_amount) debt, count(*) n, max(seq) seq
                       FROM loyalty_account_move WHERE account_id = ANY(%(ids)s)
                      GROUP BY account_id) m ON m.account_id = a.id
         WHERE a.id = ANY(%(ids)s)
           AND (coalesce(a.balance, 0), coalesce(a.held, 0), coalesce(a.debt, 0),
                coalesce(a.version, 0), coalesce(a.version, 0))
               IS DISTINCT FROM (coalesce(m.amount, 0), coalesce(m.held, 0), coalesce(m.debt, 0),
                                 coalesce(m.n, 0), coalesce(m.seq, 0))""",
    ("loyalty.account", "the lots do not add up to the balance"): """
        SELECT a.id, a.id
          FROM loyalty_account a
          LEFT JOIN (SELECT account_id, sum(remaining) remaining
                       FROM loyalty_account_lot WHERE account_id = ANY(%(ids)s)
                      GROUP BY account_id) l ON l.account_id = a.id
         WHERE a.id = ANY(%(ids)s) AND coalesce(a.balance, 0) <> coalesce(l.remaining, 0)""",
    ("loyalty.account", "the open reservations do not add up"): """
        SELECT a.id, a.id
          FROM loyalty_account a
          LEFT JOIN (SELECT account_id, sum(amount - captured) held
                       FROM loyalty_account_hold
                      WHERE account_id = ANY(%(ids)s) AND state = 'open'
                      GROUP BY account_id) h ON h.account_id = a.id
         WHERE a.id = ANY(%(ids)s) AND coalesce(a.held, 0) <> coalesce(h.held, 0)""",
    ("loyalty.account.lot", "the lot differs from what was put in and taken out"): """
        SELECT l.account_id, l.id
          FROM loyalty_account_lot l
          LEFT JOIN (SELECT p.lot_id, sum(p.amount) remaining
                       FROM loyalty_account_allocation p
                       JOIN loyalty_account_lot o ON o.id = p.lot_id
                      WHERE o.account_id = ANY(%(ids)s)
                      GROUP BY p.lot_id) p ON p.lot_id = l.id
         WHERE l.account_id = ANY(%(ids)s) AND l.remaining <> coalesce(p.remaining, 0)""",
    ("loyalty.account.lot", "the lot's expiry is not what its last movement left"): """
        SELECT l.account_id, l.id
          FROM loyalty_account_lot l
          JOIN LATERAL (SELECT p.expiry_date FROM loyalty_account_allocation p
                         WHERE p.lot_id = l.id ORDER BY p.id DESC LIMIT 1) p ON true
         WHERE l.account_id = ANY(%(ids)s) AND l.expiry_date IS DISTINCT FROM p.expiry_date""",
    ("loyalty.account.move", "the movement is in another currency than the account"): """
        SELECT m.account_id, m.id
          FROM loyalty_account_move m
          JOIN loyalty_account a ON a.id = m.account_id
         WHERE m.account_id = ANY(%(ids)s) AND m.currency_id <> a.currency_id""",
    ("loyalty.account.move", "the lots moved do not add up to the movement"): """
        SELECT m.account_id, m.id
          FROM loyalty_account_move m
          LEFT JOIN (SELECT p.move_id, sum(p.amount) amount
                       FROM loyalty_account_allocation p
                       JOIN loyalty_account_move o ON o.id = p.move_id
                      WHERE o.account_id = ANY(%(ids)s)
                      GROUP BY p.move_id) p ON p.move_id = m.id
         WHERE m.account_id = ANY(%(ids)s) AND m.amount <> coalesce(p.amount, 0)""",
}

#: Columns of a movement in the order of ``rules.chain.SEALED`` (less the allocations) and then of
#: ``rules.chain.SEALED_LATER``.
MOVE_COLUMNS = SQL(
    """
    m.account_id, m.seq, m.kind, m.key, m.request_digest, m.amount::text, m.held_amount::text,
    m.debt_amount::text, m.asked_amount::text, m.balance_after::text, m.held_after::text,
    m.debt_after::text, m.company_id, m.user_id, m.date, m.document_model, m.document_id,
    m.reversal_of_id, m.hold_id, m.note, m.withheld_amount::text"""
)


class LoyaltyLedgerAudit(models.AbstractModel):
    """Recomputes what the ledger says of itself. Reads only; can run on a live database."""

    _name = "loyalty.ledger.audit"
    _description = "Loyalty ledger audit"

    @api.model
    def _verify(self, accounts):
        """Check sums and seals of accounts.

        :return: list of dicts ``{account_id, model, record_id, problem}``, empty when all is
            right; per account the chain names its first broken movement only
        """
        problems = []
        key = self.env["loyalty.ledger"]._get_ledger_key()
        self.env.flush_all()
        for ids in split_every(BATCH_SIZE, accounts.ids, list):
            for (model, problem), query in CHECKS.items():
                # Reads only; the queries are constants of this file.
                rows = self.env.execute_query(SQL(query, ids=ids))
                problems += [self._problem(*row, model, problem) for row in rows]
            problems += self._verify_chains(ids, key)
        return problems

    def _verify_chains(self, account_ids, key):
        allocations = self._fetch_allocations(account_ids)
        heads = dict(
            # Reads only, and the table itself: the audit must see what the ORM may cache.
            self.env.execute_query(
                SQL("SELECT id, head_hash FROM loyalty_account WHERE id = ANY(%s)", account_ids)
            )
        )
        problems, broken, last = [], set(), {}
        for move_id, previous, stored, *values in self._fetch_moves(account_ids):
            account_id, seq = values[:2]
            if account_id in broken:
                continue
            expected = last.get(account_id, (0, chain.GENESIS))
            movement = self._to_movement(values, allocations.get(move_id, []))
            last[account_id] = seq, stored
            if (seq - 1, previous) != expected or chain.seal(key, previous, movement) != stored:
                broken.add(account_id)
                problems.append(
                    self._problem(account_id, move_id, "loyalty.account.move", "broken seal")
                )
        problems += [
            self._problem(account_id, account_id, "loyalty.account", "the last movement is missing")
            for account_id, head in heads.items()
            if account_id not in broken
            and (head or chain.GENESIS) != last.get(account_id, (0, chain.GENESIS))[1]
        ]
        return problems

    def _fetch_moves(self, account_ids):
        # Reads only; amounts as text, because a double is no proof.
        return self.env.execute_query(
            SQL(
                """SELECT m.id, m.previous_hash, m.hash, %s FROM loyalty_account_move m
                    WHERE m.account_id = ANY(%s) ORDER BY m.account_id, m.seq""",
                MOVE_COLUMNS,
                account_ids,
            )
        )

    def _fetch_allocations(self, account_ids):
        """Return ``{movement id: [[lot, amount, company, expiry], …]}``, as they were sealed."""
        lines = {}
        # Reads only; amounts as text, because a double is no proof.
        for move_id, *line in self.env.execute_query(
            SQL(
                """SELECT p.move_id, p.lot_id, p.amount::text, p.accrual_company_id,
                          p.expiry_date::text
                     FROM loyalty_account_allocation p
                     JOIN loyalty_account_move m ON m.id = p.move_id
                    WHERE m.account_id = ANY(%s) ORDER BY p.id""",
                account_ids,
            )
        ):
            line[1] = chain.exact(line[1])
            lines.setdefault(move_id, []).append(line)
        return lines

    @api.model
    def _to_movement(self, values, allocations):
        names = chain.SEALED[:-1] + chain.SEALED_LATER
        movement = dict(zip(names, values, strict=True), allocations=allocations)
        for name in chain.AMOUNTS:
            movement[name] = chain.exact(movement[name])
        movement["date"] = fields.Datetime.to_string(movement["date"])
        return movement

    @api.model
    def _problem(self, account_id, record_id, model, problem):
        return {
            "account_id": account_id,
            "model": model,
            "record_id": record_id,
            "problem": problem,
        }
