"""Settlements of 100,000 sold articles of 500 consignors, beside one INSERT … SELECT of as many.

Ours: a settlement run of the shop, from its start to its end, as the job works it off: consignors
in parts, each part locked, looked at for sales that were missed, its lines and sums written and
committed, the progress kept; fees, compensations and balances are looked for, too.

Peer: one SQL statement on the same tables that inserts as many lines, one for each sale, with the
amounts that stand in the sales, into the same table with all its indexes and constraints, and a
commit. It is the strongest fair peer because nothing can write these lines with less: it locks,
compares, adds up and shows nothing. Target: at most 4 times that.

Both take turns in one process and one database. ``memory_mb`` is by how much the process of ours
grew at its peak, beside the same for 10,000 articles: constant memory.
"""

import psycopg2

from bench import consignment, databases, harness
from suite import database

CONSIGNORS, ROUNDS = 500, 15
LARGE, SMALL = 100_000, 10_000
#: Copies have ids of their own, above those of everything that Odoo made.
FIRST = 1_000_000

#: One consignor with one sold article, whose copies are the others.
TEMPLATE = (
    "from odoo import Command\nenv = env(user=env.ref('base.user_admin').id)\n"
    + consignment.SHOP
    + """
intake = create_intake(1)
intake.action_accept()
print(MARK + __import__("json").dumps([shop.id, consignor.id, intake.article_ids.id]))
env.cr.commit()
"""
)

#: Columns of the copies that differ from the template's. Their products are numbers only: nothing
#: of a product is read when its sale is settled.
CONSIGNOR = {"id": f"{FIRST} + n", "number": f"({FIRST} + n)::text", "partner_id": "NULL"}
ARTICLE = {
    "id": f"{FIRST} + n",
    "consignor_id": f"{FIRST} + n %% {CONSIGNORS}",
    "product_id": f"{FIRST} + n",
    "barcode": "'B' || n",
    "state": "'sold'",
}
SALES = f"""
INSERT INTO consignment_sale (
       article_id, consignor_id, shop_id, company_id, date, source_model, source_id, sequence,
       quantity, amount, amount_untaxed, share, consignor_amount, commission, margin_vat)
SELECT id, consignor_id, shop_id, company_id, now() - interval '1 day', 'sale.order.line', id, 1,
       1, 5 + id %% 100, 5 + id %% 100, 50, (5 + id %% 100) / 2.0, (5 + id %% 100) / 2.0, 0
  FROM consignment_article WHERE id BETWEEN {FIRST} + %(first)s AND {FIRST} + %(last)s
"""

SCRIPT = """
import re, time
from pathlib import Path

runs = env["consignment.settlement.run"]
HEADS = '''
    INSERT INTO consignment_settlement (
           consignor_id, payee_id, shop_id, company_id, date_to, stage, state)
    SELECT id, id, shop_id, company_id, current_date, 'draft', 'draft'
      FROM consignment_consignor
'''
LINES = '''
    INSERT INTO consignment_settlement_line (
           settlement_id, kind, sale_id, article_id, date, amount, taxed, live, create_uid,
           create_date, write_uid, write_date)
    SELECT head.id, 'sale', sale.id, sale.article_id, sale.date, sale.consignor_amount, FALSE, TRUE,
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM consignment_settlement head
      JOIN consignment_sale sale ON sale.consignor_id = head.consignor_id
'''

def memory(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

def clear():
    env.invalidate_all()
    for table in ("settlement_line", "settlement", "settlement_run"):
        env.cr.execute(f"DELETE FROM consignment_{table}")
    env.cr.commit()

def check():
    env.cr.execute("SELECT count(*), sum(amount) FROM consignment_settlement_line WHERE live")
    (found,) = env.cr.fetchall()
    assert found[0] == COUNT, found
    return found

def ours():
    clear()
    started, queries = time.perf_counter(), env.cr.sql_log_count
    run = runs.create({"shop_id": SHOP, "date_to": "2100-01-01"})
    run._start()
    env.cr.commit()
    runs.sudo()._cron_work()
    env.cr.commit()
    taken = time.perf_counter() - started, env.cr.sql_log_count - queries
    assert (run.state, run.progress) == ("done", 100), (run.state, run.progress)
    env.cr.execute("SELECT sum(amount_total) FROM consignment_settlement")
    assert env.cr.fetchone()[0] == check()[1]
    return taken

def peer():
    clear()
    env.cr.execute(HEADS)
    env.cr.commit()
    started = time.perf_counter()
    env.cr.execute(LINES)
    env.cr.commit()
    taken = time.perf_counter() - started
    check()
    return taken

Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
before = memory("VmRSS")
ours()
grown = (memory("VmHWM") - before) / 1024
rows = [[*ours(), peer()] for number in range(ROUNDS)]
print(MARK + __import__("json").dumps([grown, rows]))
"""


def run(bench):
    """Yield one row."""
    settings = bench.settings
    source = databases.base(settings, "consignment_portal", alone=True)
    with databases.scratch(settings, source=source) as name:
        given = f"MARK = {databases.MARK!r}\n"
        made = databases.run_in_shell(settings, name, given + TEMPLATE)
        fill(settings, name, made, 0, SMALL)
        small_grown, _rows = settle(settings, name, made, SMALL, 0)
        bench.progress.show(f"writing {LARGE} sales")
        fill(settings, name, made, SMALL, LARGE)
        bench.progress.show(f"{ROUNDS} rounds")
        grown, rows = settle(settings, name, made, LARGE, ROUNDS)
    ours, peer = harness.Side(None, None), harness.Side(None, None)
    ours.seconds, ours.queries, peer.seconds = (list(column) for column in zip(*rows, strict=True))
    peer.queries = [1] * len(rows)
    yield harness.row(
        "settle_100k",
        str(LARGE),
        ours,
        peer,
        memory_mb=round(grown, 1),
        memory_10k_mb=round(small_grown, 1),
        lines_per_s=round(LARGE * len(rows) / sum(ours.seconds)),
    )


def settle(settings, name, made, count, rounds):
    """Settle in a process of its own; return MB grown, and what each round took."""
    values = {"MARK": databases.MARK, "SHOP": made[0], "COUNT": count, "ROUNDS": rounds}
    head = "".join(f"{key} = {value!r}\n" for key, value in values.items())
    return databases.run_in_shell(settings, name, head + SCRIPT)


def fill(settings, name, made, first, last):
    """Write the sales from ``first`` to before ``last``; the first call makes the consignors."""
    _shop, consignor, article = made
    connection = psycopg2.connect(database.dsn(settings, name))
    with connection, connection.cursor() as cursor:  # commits at the end
        cursor.execute("SET session_replication_role = replica")  # no foreign keys
        if not first:
            _copy(cursor, "consignment_consignor", consignor, CONSIGNOR, 0, CONSIGNORS)
        _copy(cursor, "consignment_article", article, ARTICLE, first, last)
        cursor.execute(SALES, {"first": first, "last": last - 1})
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()


def _copy(cursor, table, source, own, first, last):
    """Insert copies of a row; what a copy does not say is the row's."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name <> 'id'",
        [table],
    )
    columns = {column: f"source.{column}" for (column,) in cursor.fetchall()} | own
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        f" FROM {table} source, generate_series(%(first)s, %(last)s) n WHERE source.id = %(id)s",
        {"first": first, "last": last - 1, "id": source},
    )
