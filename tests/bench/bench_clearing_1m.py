"""The matrix of who owes whom over 24 closed periods and an open one, beside the whole GROUP BY.

Ours: what the pivot "Who owes whom" asks for, ``formatted_read_grouping_sets`` of the model
``consolidation.position`` by debtor and creditor with all its totals, as an operator, in an Odoo
process whose caches are emptied before each call. A dozen establishments; 1,000,000 items in 25
periods of 40,000, the last one open.

Peer: one GROUP BY by debtor and creditor over all items, in SQL on the same cursor, with the
totals of rows and columns as grouping sets, too. It is the strongest fair peer because it is how
the same matrix is had from what the movements wrote, without anything stored beside them, in one
pass and without an ORM. Target: at most 0.2.

``extra``: the same GROUP BY over the allocations themselves; what ``_get_positions`` takes, which
every charge of a partner's card asks for; and closing a period of 100,000 items.
"""

from bench import databases, harness
from suite import odoo

ITEMS, PERIODS = 1_000_000, 25
ROUNDS, WARM_UP = 15, 3
PLACES = 12
CLOSED_AT_ONCE = 100_000

SEED = """
from odoo import Command, fields
import datetime

currency = env.company.currency_id
places = env["res.company"].create(
    [{"name": f"Bench {n}", "currency_id": currency.id} for n in range(PLACES)])
clearings = env["consolidation.clearing"].create(
    [{"date_to": datetime.date(2024, 1, 1) + datetime.timedelta(days=30 * n)}
     for n in range(PERIODS - 1)])
env.flush_all()
cr = env.cr
cr.execute("SET LOCAL session_replication_role = replica")  # no movements behind them
# Every establishment's cards at every other one, in turns; a few given back.
cr.execute('''
    CREATE TEMP TABLE seed AS
    SELECT n, 1 + n * PERIODS / ITEMS AS period,
           (ARRAY[%(places)s])[1 + n % PLACES] AS debtor,
           (ARRAY[%(places)s])[1 + (n + 1 + n / PLACES % (PLACES - 1)) % PLACES] AS creditor,
           CASE WHEN n % 50 = 0 THEN -1 ELSE 1 END * (100 + n % 4900 * 7919 % 4900) / 100.0 AS credit
      FROM generate_series(0, ITEMS - 1) n
'''.replace("PERIODS", str(PERIODS)).replace("ITEMS", str(ITEMS))
   .replace("PLACES", str(PLACES)).replace("%(places)s", ",".join(map(str, places.ids))))
cr.execute('''
    INSERT INTO loyalty_account_allocation (move_id, lot_id, amount, currency_id,
           accrual_company_id, spend_company_id)
    SELECT n + 1, n + 1, -credit, %s, debtor, creditor FROM seed''', [currency.id])
cr.execute('''
    INSERT INTO consolidation_item (allocation_id, move_id, kind, date, debtor_id, creditor_id,
           agreement_id, terms_id, currency_id, credit, percentage, amount, card_number,
           document_name, disputed, reversed, clearing_id)
    SELECT n + 1, n + 1, 'spend', timestamp '2024-01-01' + n * interval '1 minute', debtor,
           creditor, 1, 1, %s, credit, 80, round(credit * 0.8, 2), '1234', 'Receipt ' || n,
           FALSE, FALSE, (%s::int[])[period]
      FROM seed''', [currency.id, clearings.ids])
cr.execute('''
    INSERT INTO consolidation_clearing_pair (clearing_id, currency_id, debtor_id, creditor_id,
           credit, amount, item_count)
    SELECT clearing_id, currency_id, debtor_id, creditor_id, sum(credit), sum(amount), count(*)
      FROM consolidation_item WHERE clearing_id IS NOT NULL GROUP BY 1, 2, 3, 4''')
cr.execute('''
    INSERT INTO consolidation_payment (clearing_id, currency_id, payer_id, payee_id, amount,
           marked_on)
    SELECT clearing_id, currency_id, debtor_id, creditor_id, 1, now()
      FROM consolidation_clearing_pair WHERE creditor_id = %s''', [places[0].id])
cr.execute("UPDATE consolidation_clearing SET state = 'closed', closed_on = now()")
env.cr.commit()
cr._cnx.autocommit = True
cr.execute("VACUUM ANALYZE")
"""

MEASURE = """
import time

cr = env.cr
positions = env["consolidation.position"].with_user(env.ref("base.user_admin"))
SETS = [[], ["debtor_id"], ["creditor_id"], ["debtor_id", "creditor_id"]]
PEER = '''
    SELECT debtor_id, creditor_id, sum(amount), count(*) FROM TABLE_NAME
     GROUP BY GROUPING SETS ((), (debtor_id), (creditor_id), (debtor_id, creditor_id))'''
ITEMS_PEER = PEER.replace("TABLE_NAME", "consolidation_item")
ALLOCATIONS_PEER = (PEER.replace("debtor_id", "accrual_company_id")
    .replace("creditor_id", "spend_company_id").replace("TABLE_NAME", "loyalty_account_allocation"))


def timed(call):
    env.invalidate_all()
    queries, started = cr.sql_log_count, time.perf_counter()
    answer = call()
    return time.perf_counter() - started, cr.sql_log_count - queries, answer


def ours():
    return positions.formatted_read_grouping_sets([], SETS, ["amount:sum", "__count"])


def peer(query=ITEMS_PEER):
    cr.execute(query)
    return cr.fetchall()


def check(sets, rows):
    found = {
        (row["debtor_id"][0], row["creditor_id"][0]): round(row["amount:sum"], 2)
        for row in sets[3]
    }
    expected = {
        (debtor, creditor): float(amount) for debtor, creditor, amount, _count in rows
        if debtor and creditor
    }
    assert found == expected and len(found) > 100, (len(found), len(expected))


result = {"ours": [], "peer": [], "queries": [], "allocations": [], "positions": []}
for number in range(ROUNDS + WARM_UP):
    first, second = (ours, peer) if number % 2 == 0 else (peer, ours)
    one, other = timed(first), timed(second)
    mine, theirs = (one, other) if first is ours else (other, one)
    check(mine[2], theirs[2])
    allocations = timed(lambda: peer(ALLOCATIONS_PEER))
    place = env["res.company"].search([("name", "=", "Bench 0")])
    position = timed(
        lambda: env["consolidation.item"]._get_positions(place, env.company.currency_id))
    assert len(position[2]) == PLACES - 1
    if number >= WARM_UP:
        result["ours"].append(mine[0])
        result["queries"].append(mine[1])
        result["peer"].append(theirs[0])
        result["allocations"].append(allocations[0])
        result["positions"].append(position[0])
print(MARK + __import__("json").dumps(result))
"""

CLOSE = """
import time

cr = env.cr
cr.execute("SELECT count(*) FROM consolidation_item WHERE clearing_id IS NULL")
missing = CLOSED_AT_ONCE - cr.fetchone()[0]
columns = ("move_id, kind, date, debtor_id, creditor_id, agreement_id, terms_id, currency_id,"
           " credit, percentage, amount, card_number, document_name, disputed, reversed")
cr.execute("SET LOCAL session_replication_role = replica")
cr.execute(f'''
    INSERT INTO consolidation_item (allocation_id, {columns})
    SELECT allocation_id + 10000000, {columns} FROM consolidation_item
     WHERE clearing_id IS NOT NULL ORDER BY id LIMIT %s''', [missing])
cr.execute("SET LOCAL session_replication_role = origin")
cr.commit()
clearing = env["consolidation.clearing"].create({"date_to": "2026-01-01"})
env.flush_all()
started = time.perf_counter()
clearing.action_close()
env.flush_all()
seconds = time.perf_counter() - started
taken = sum(clearing.pair_ids.mapped("item_count"))
assert taken == CLOSED_AT_ONCE, taken
assert len(clearing.payment_ids) < PLACES
print(MARK + __import__("json").dumps(seconds))
"""


def run(bench):
    """Yield one row."""
    settings = bench.settings
    names = ("MARK", "ITEMS", "PERIODS", "PLACES", "ROUNDS", "WARM_UP", "CLOSED_AT_ONCE")
    values = (databases.MARK, ITEMS, PERIODS, PLACES, ROUNDS, WARM_UP, CLOSED_AT_ONCE)
    given = f"{', '.join(names)} = {values!r}\n"
    with databases.scratch(settings) as name:
        log = settings.logs / "bench-install.log"
        odoo.install(settings, name, ["partner_consolidation"], log=log, progress=bench.progress)
        bench.progress.show(f"writing {ITEMS} items")
        databases.run_in_shell(settings, name, given + SEED + "\nprint(MARK + '0')\n")
        bench.progress.show(f"{ROUNDS + WARM_UP} rounds")
        measured = databases.run_in_shell(settings, name, given + MEASURE)
        bench.progress.show(f"closing {CLOSED_AT_ONCE} items")
        seconds = databases.run_in_shell(settings, name, given + CLOSE)
    yield harness.row(
        "clearing_1m",
        str(ITEMS),
        harness.Side(None, None, measured["ours"], measured["queries"]),
        harness.Side(None, None, measured["peer"], [1] * len(measured["peer"])),
        allocations_ms=_milliseconds(measured["allocations"]),
        positions_ms=_milliseconds(measured["positions"]),
        close_100k_s=round(seconds, 2),
    )


def _milliseconds(seconds):
    return round(1000 * sorted(seconds)[len(seconds) // 2], 1)
