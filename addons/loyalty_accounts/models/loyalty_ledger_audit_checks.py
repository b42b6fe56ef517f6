"""Sums and relations of the ledger that must agree, as queries for what does not."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

#: Of some accounts: each query returns ``(account id, record id)``; ``%(ids)s`` are account ids.
OF_ACCOUNTS = [
    (
        "loyalty.account",
        _lt("balance, reservations or debt differ from the movements"),
        """
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
    ),
    (
        "loyalty.account",
        _lt("the lots do not add up to the balance"),
        """
        SELECT a.id, a.id
          FROM loyalty_account a
          LEFT JOIN (SELECT account_id, sum(remaining) remaining
                       FROM loyalty_account_lot WHERE account_id = ANY(%(ids)s)
                      GROUP BY account_id) l ON l.account_id = a.id
         WHERE a.id = ANY(%(ids)s) AND coalesce(a.balance, 0) <> coalesce(l.remaining, 0)""",
    ),
    (
        "loyalty.account",
        _lt("the open reservations do not add up"),
        """
        SELECT a.id, a.id
          FROM loyalty_account a
          LEFT JOIN (SELECT account_id, sum(amount - captured) held
                       FROM loyalty_account_hold
                      WHERE account_id = ANY(%(ids)s) AND state = 'open'
                      GROUP BY account_id) h ON h.account_id = a.id
         WHERE a.id = ANY(%(ids)s) AND coalesce(a.held, 0) <> coalesce(h.held, 0)""",
    ),
    (
        "loyalty.account",
        _lt("movements that a checkpoint noted are missing"),
        """
        SELECT DISTINCT c.account_id, c.account_id
          FROM loyalty_checkpoint_line c
          LEFT JOIN loyalty_account_move m ON m.account_id = c.account_id AND m.seq = c.version
         WHERE c.account_id = ANY(%(ids)s) AND m.hash IS DISTINCT FROM c.hash""",
    ),
    (
        "loyalty.account.move",
        _lt("the reservation of the movement is missing"),
        """
        SELECT m.account_id, m.id
          FROM loyalty_account_move m
          LEFT JOIN loyalty_account_hold h ON h.id = m.hold_id
         WHERE m.account_id = ANY(%(ids)s) AND m.hold_id IS NOT NULL
           AND h.account_id IS DISTINCT FROM m.account_id""",
    ),
    (
        "loyalty.account.hold",
        _lt("the reservation is not what its movements left"),
        """
        SELECT h.account_id, h.id
          FROM loyalty_account_hold h
          LEFT JOIN (SELECT hold_id, sum(held_amount) AS open,
                            coalesce(-sum(amount) FILTER (WHERE kind = 'capture'), 0) AS captured,
                            sum(CASE WHEN kind IN ('hold', 'release') THEN held_amount END) AS kept,
                            (array_agg(CASE WHEN kind = 'release' THEN -held_amount ELSE 0 END
                                       ORDER BY seq DESC))[1] AS last_release
                       FROM loyalty_account_move
                      WHERE account_id = ANY(%(ids)s) AND hold_id IS NOT NULL
                      GROUP BY hold_id) m ON m.hold_id = h.id
         WHERE h.account_id = ANY(%(ids)s)
           AND (h.state, h.captured, h.amount) IS DISTINCT FROM
               (CASE WHEN m.open = 0 THEN 'closed' ELSE 'open' END, m.captured,
                m.kept + CASE WHEN m.open = 0 THEN m.last_release ELSE 0 END)""",
    ),
]

#: Of everything: rows that belong to nothing. Foreign keys forbid them; who tampers does not care.
OF_ALL = [
    (
        "loyalty.account.move",
        _lt("the movement's account is missing"),
        """
        SELECT m.account_id, m.id FROM loyalty_account_move m
         WHERE NOT EXISTS (SELECT FROM loyalty_account a WHERE a.id = m.account_id)""",
    ),
    (
        "loyalty.account.lot",
        _lt("the lot's account is missing"),
        """
        SELECT l.account_id, l.id FROM loyalty_account_lot l
         WHERE NOT EXISTS (SELECT FROM loyalty_account a WHERE a.id = l.account_id)""",
    ),
    (
        "loyalty.account.hold",
        _lt("the reservation's account is missing"),
        """
        SELECT h.account_id, h.id FROM loyalty_account_hold h
         WHERE NOT EXISTS (SELECT FROM loyalty_account a WHERE a.id = h.account_id)""",
    ),
    (
        "loyalty.account.allocation",
        _lt("the movement that moved the lot is missing"),
        """
        SELECT NULL::int, p.id FROM loyalty_account_allocation p
         WHERE NOT EXISTS (SELECT FROM loyalty_account_move m WHERE m.id = p.move_id)""",
    ),
    (
        "loyalty.checkpoint.line",
        _lt("an account that a checkpoint noted is missing"),
        """
        SELECT c.account_id, c.id FROM loyalty_checkpoint_line c
         WHERE NOT EXISTS (SELECT FROM loyalty_account a WHERE a.id = c.account_id)""",
    ),
    (
        "loyalty.checkpoint.line",
        _lt("the checkpoint of the line is missing"),
        """
        SELECT c.account_id, c.id FROM loyalty_checkpoint_line c
         WHERE NOT EXISTS (SELECT FROM loyalty_checkpoint k WHERE k.id = c.checkpoint_id)""",
    ),
]
