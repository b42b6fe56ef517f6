"""Seal what was posted before heads, lots and reservations had seals of their own.

It is sealed as it is found; the chains of movements were sealed before, and go on.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from odoo.addons.loyalty_accounts.rules import chain

PAGE = 5000

#: For each table: what :func:`rules.chain.head_seal` or ``birth_seal`` takes, by id.
QUERIES = {
    "loyalty_account": """
        SELECT id, head_hash, company_id, currency_id, number FROM loyalty_account
         WHERE version > 0 AND head_seal IS NULL AND id > %s ORDER BY id LIMIT %s""",
    "loyalty_account_lot": """
        SELECT r.id, r.account_id, first.seq, r.company_id, r.currency_id, r.origin, r.date::text,
               r.amount::text, r.tax_amount::text, r.sale_line_id
          FROM loyalty_account_lot r
          JOIN LATERAL (SELECT m.seq FROM loyalty_account_allocation p
                          JOIN loyalty_account_move m ON m.id = p.move_id
                         WHERE p.lot_id = r.id ORDER BY p.id LIMIT 1) first ON true
         WHERE r.seal IS NULL AND r.id > %s ORDER BY r.id LIMIT %s""",
    "loyalty_account_hold": """
        SELECT r.id, r.account_id, first.seq, r.company_id, r.currency_id,
               to_char(r.expires_at, 'YYYY-MM-DD"T"HH24:MI:SS'), r.document_model, r.document_id
          FROM loyalty_account_hold r
          JOIN LATERAL (SELECT m.seq FROM loyalty_account_move m
                         WHERE m.hold_id = r.id AND m.kind = 'hold' ORDER BY m.seq LIMIT 1) first
            ON true
         WHERE r.seal IS NULL AND r.id > %s ORDER BY r.id LIMIT %s""",
}


def migrate(cr, version):
    """Seal rows, page by page; without movements there is nothing to seal, and no key needed."""
    # Reads only.
    cr.execute("SELECT 1 FROM loyalty_account_move LIMIT 1")
    if not cr.fetchone():
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    key = env["loyalty.ledger"]._get_ledger_key()
    for table, query in QUERIES.items():
        last_id = 0
        while last_id is not None:
            cr.execute(query, (last_id, PAGE))  # reads only; constants of this file
            seals = [(row[0], _seal(key, table, row)) for row in cr.fetchall()]
            _write(cr, table, seals)
            last_id = seals[-1][0] if len(seals) == PAGE else None


def _seal(key, table, row):
    record_id, *values = row
    if table == "loyalty_account":
        return chain.head_seal(key, record_id, *values)
    if table == "loyalty_account_hold":
        return chain.birth_seal(key, "hold", *values)
    *before, amount, tax, sale_line_id = values
    return chain.birth_seal(
        key, "lot", *before, chain.exact(amount), chain.exact(tax), sale_line_id
    )


def _write(cr, table, seals):
    # Seals alone are written; names are constants, values parameters.
    cr.execute(
        SQL(
            """UPDATE %s r SET %s = new.seal
                 FROM unnest(%s::int[], %s::varchar[]) AS new(id, seal) WHERE r.id = new.id""",
            SQL.identifier(table),
            SQL.identifier("head_seal" if table == "loyalty_account" else "seal"),
            [record_id for record_id, _seal_text in seals],
            [text for _record_id, text in seals],
        )
    )
