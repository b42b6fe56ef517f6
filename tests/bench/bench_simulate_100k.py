"""Replaying 100,000 receipts under proposed terms, beside one SQL pass over them.

Ours: ``consolidation.simulation``, from "Run" to the result in an Odoo process: the sales of six
months are read in order, replayed bill by bill, and the sums of each month are written, with a
commit after each piece.

Peer: one SQL statement on the same cluster that joins the same 100,000 orders with their 300,000
lines and adds them up by month. It is the strongest fair peer because no simulation can look at
fewer rows, and none of them leaves the server; it replays nothing. Target: at most 5 times that.

Both take turns in one process and one database. ``memory_mb`` is by how much the process of ours
grew at its peak, beside the same for 10,000 receipts: constant memory.
"""

import psycopg2

from bench import databases, documents, harness
from suite import database, odoo

LARGE, SMALL = 100_000, 10_000
LINES = 3
ROUNDS = 15

#: An order of three lines whose copies are the receipts.
TEMPLATE = (
    f"MARK = {databases.MARK!r}\n"
    + documents.SHOP
    + f"""
order = env["sale.order"].create({{
    "partner_id": env["res.partner"].create({{"name": "Bench customer"}}).id,
    "order_line": [Command.create({{"product_id": p.id, "product_uom_qty": 2}})
                   for p in products[:{LINES}]],
}})
order.action_confirm()
order.date_order = "2000-01-01"
env.cr.commit()
print(MARK + __import__("json").dumps([order.id, company.id]))
"""
)

#: Columns of the copies that differ from the template's: receipts spread over the last six whole
#: months, amounts that differ, lines that add up to their order.
FIRST_ID = 1_000_000
LINE_TOTAL = "(5 + n %% 200)"
COPIES = {
    "sale_order": {
        "id": f"{FIRST_ID} + n",
        "name": "'B' || n",
        "date_order": "date_trunc('month', now()::timestamp) - interval '6 months'"
        " + n %% 180 * interval '1 day' + n %% 600 * interval '1 minute'",
        "amount_total": f"{LINES} * {LINE_TOTAL}",
    },
    "sale_order_line": {"order_id": f"{FIRST_ID} + n", "price_total": LINE_TOTAL},
}

#: Lets ours and the peer take turns; the first one alone says how much memory it takes.
SCRIPT = """
import re, time
from pathlib import Path
from odoo.exceptions import UserError

env = env(user=env.ref("base.user_admin").id)
company = env["res.company"].browse(COMPANY)
simulations = env["consolidation.simulation"].with_context(allowed_company_ids=company.ids)

def memory(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

def create(months):
    record = simulations.create({
        "months": months,
        "name": "Bench", "discount": 5, "accumulation": 3, "shared_deposit": True,
        "payment_percentage": 50, "clearing_percentage": 60, "exposure_limit": 1000,
        "share_percentage": 12.5, "new_percentage": 20, "margin": 30, "credit_per_bill": 20,
    })
    env.cr.commit()
    env.invalidate_all()
    return record

def ours():
    record = create(6)
    started, queries = time.perf_counter(), env.cr.sql_log_count
    record.action_run()
    env.cr.commit()
    simulations.sudo()._cron_run_simulations()
    env.cr.commit()
    taken = time.perf_counter() - started, env.cr.sql_log_count - queries
    assert (record.state, record.receipts) == ("done", COUNT), (record.state, record.receipts)
    return *taken, record.sales, record

def peer(record):
    started = time.perf_counter()
    env.cr.execute(PEER, [company.id, record.date_from, record.date_to])
    sums = env.cr.fetchall()
    return time.perf_counter() - started, float(sum(total for _month, total in sums))

# What every process has loaded before: by a simulation that finds no sales.
record = create(1)
env.cr.execute("UPDATE sale_order SET state = 'cancel'")
try:
    record.action_run()
except UserError:
    env.cr.rollback()
else:
    raise AssertionError("there were sales")
Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
before = memory("VmRSS")
ours()
grown = (memory("VmHWM") - before) / 1024
rows = []
for number in range(ROUNDS):
    seconds, queries, sales, record = ours()
    peer_seconds, total = peer(record)
    assert abs(sales - total) < 0.005, (sales, total)
    rows.append([seconds, queries, peer_seconds])
print(MARK + __import__("json").dumps([grown, rows]))
"""
PEER = """
SELECT date_trunc('month', o.date_order), sum(l.price_total)
  FROM sale_order o
  JOIN sale_order_line l ON l.order_id = o.id
 WHERE o.state = 'sale' AND o.company_id = %s
   AND o.date_order >= %s AND o.date_order < %s::date + 1
 GROUP BY 1
"""


def run(bench):
    """Yield one row."""
    settings = bench.settings
    with databases.scratch(settings) as name:
        log = settings.logs / "bench-install.log"
        odoo.install(settings, name, ["partner_consolidation"], log=log, progress=bench.progress)
        order, company = databases.run_in_shell(settings, name, TEMPLATE)
        seed(settings, name, order, 0, SMALL)
        small_grown, _rows = simulate(settings, name, company, SMALL, 0)
        bench.progress.show(f"writing {LARGE} orders")
        seed(settings, name, order, SMALL, LARGE)
        bench.progress.show(f"{ROUNDS} rounds")
        grown, rows = simulate(settings, name, company, LARGE, ROUNDS)
    ours, peer = harness.Side(None, None), harness.Side(None, None)
    ours.seconds, ours.queries, peer.seconds = (list(column) for column in zip(*rows, strict=True))
    peer.queries = [1] * len(rows)
    yield harness.row(
        "simulate_100k",
        str(LARGE),
        ours,
        peer,
        memory_mb=round(grown, 1),
        memory_10k_mb=round(small_grown, 1),
        receipts_per_s=round(LARGE * len(rows) / sum(ours.seconds)),
    )


def simulate(settings, name, company, count, rounds):
    """Simulate in a process of its own; return MB grown, and what each round took."""
    values = {
        "MARK": databases.MARK,
        "PEER": PEER,
        "COMPANY": company,
        "COUNT": count,
        "ROUNDS": rounds,
    }
    head = "".join(f"{key} = {value!r}\n" for key, value in values.items())
    return databases.run_in_shell(settings, name, head + SCRIPT)


def seed(settings, name, order, first, last):
    """Copy the order with its lines, as the receipts from ``first`` to before ``last``."""
    connection = psycopg2.connect(database.dsn(settings, name))
    with connection, connection.cursor() as cursor:  # commits at the end
        cursor.execute("SET session_replication_role = replica")  # no foreign keys
        _copy(cursor, "sale_order", "id", order, first, last)
        _copy(cursor, "sale_order_line", "order_id", order, first, last)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sale_order, sale_order_line")
    connection.close()


def _copy(cursor, table, key, order, first, last):
    """Insert copies of the template's rows; what a copy does not say is the template's."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name <> 'id'",
        [table],
    )
    own = COPIES[table]
    columns = {column: f"source.{column}" for (column,) in cursor.fetchall()} | own
    cursor.execute(
        f"""
        INSERT INTO {table} ({", ".join(columns)})
        SELECT {", ".join(columns.values())}
          FROM {table} source, generate_series(%(first)s, %(last)s) n
         WHERE source.{key} = %(order)s
        """,
        {"order": order, "first": first, "last": last - 1},
    )
