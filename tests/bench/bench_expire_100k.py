"""The nightly expiry of 100,000 lots, beside a bare UPDATE and INSERT of as many rows.

Ours: ``loyalty.account._cron_expire_credit()`` in an Odoo process, from the call to its return:
100,000 accounts, each with one lot whose last day is over. Each gets a movement with seals, keys
and digests, an allocation, and a new balance, in steps of 2,000 that are committed.

Peer: one transaction with two statements, an UPDATE that empties the same 100,000 lots and an
INSERT of 100,000 rows into the table of movements, with all their indexes and constraints, on
the same cluster. It is the strongest fair peer because no way to expire a lot and to say so can
write fewer rows; it seals nothing, writes no allocation and no balance, and could not be resumed.
Target: at most 5 times that.

Both work on a fresh copy of one seeded database in each round. A round takes some 20 s and the
copies as long, so three rounds are counted after one that is not. ``memory_mb`` is by how much
the process of ours grew at its peak, beside the same for 10,000 lots: constant memory.
"""

import time

import psycopg2

from bench import databases, harness, seeds
from suite import database

LARGE, SMALL = 100_000, 10_000
ROUNDS = 3

EXPIRE = f"""
import re, time
from pathlib import Path

def memory(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

accounts = env["loyalty.account"]
accounts.search([], limit=1).next_expiry_date  # what every process has loaded before its first job
env.cr.rollback()
Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
before, queries = memory("VmRSS"), env.cr.sql_log_count
started = time.perf_counter()
accounts._cron_expire_credit()
seconds = time.perf_counter() - started
answer = [seconds, env.cr.sql_log_count - queries, (memory("VmHWM") - before) / 1024]
print({databases.MARK!r} + __import__("json").dumps(answer))
"""

UPDATE = """
UPDATE loyalty_account_lot SET remaining = 0
 WHERE remaining > 0 AND expiry_date < current_date
"""
INSERT = """
INSERT INTO loyalty_account_move (
    account_id, seq, kind, date, user_id, company_id, currency_id, partner_name,
    amount, held_amount, debt_amount, asked_amount, withheld_amount,
    balance_after, held_after, debt_after, key, request_digest, previous_hash, hash)
SELECT account_id, 2, 'expire', now() AT TIME ZONE 'UTC', 1, company_id, currency_id, 'Customer',
       -amount, 0, 0, 0, 0, 0, 0, 0, 'due/' || md5(id::text), repeat('0', 64), repeat('0', 64),
       repeat('0', 64)
  FROM loyalty_account_lot
"""


def run(bench):
    """Yield one row."""
    settings = bench.settings
    large = databases.seeded(settings, "due100k", LARGE, seeds.EXPIRED)
    small = databases.seeded(settings, "due10k", SMALL, seeds.EXPIRED)
    ours, peer, memory = harness.Side(None, None), harness.Side(None, None), []
    for number in range(ROUNDS + 1):
        bench.progress.show(f"round {number + 1} of {ROUNDS + 1}")
        spent, queries, grown = expire(settings, large, LARGE)
        peer_spent = run_peer(settings, large)
        if number:
            memory.append(grown)
            ours.seconds.append(spent)
            ours.queries.append(queries)
            peer.seconds.append(peer_spent)
            peer.queries.append(2)
    _spent, _queries, small_grown = expire(settings, small, SMALL)
    yield harness.row(
        "expire_100k",
        str(LARGE),
        ours,
        peer,
        memory_mb=round(max(memory), 1),
        memory_10k_mb=round(small_grown, 1),
        lots_per_s=round(LARGE * len(ours.seconds) / sum(ours.seconds)),
    )


def expire(settings, source, size):
    """Let the job expire a copy; return seconds, statements and MB grown."""
    with databases.scratch(settings, "bench_expire", source) as name:
        answer = databases.run_in_shell(settings, name, EXPIRE)
        check(settings, name, size)
        databases.verify(settings, name)
    return answer


def run_peer(settings, source):
    """Do the bare statements on a copy; return the seconds."""
    with databases.scratch(settings, "bench_expire", source) as name:
        connection = psycopg2.connect(database.dsn(settings, name))
        started = time.perf_counter()
        with connection, connection.cursor() as cursor:  # commits at the end
            cursor.execute(UPDATE)
            cursor.execute(INSERT)
        spent = time.perf_counter() - started
        connection.close()
        check(settings, name, LARGE)
    return spent


def check(settings, name, size):
    """Every lot is empty and every account has its movement."""
    ((left, moves),) = database.query(
        settings,
        "SELECT (SELECT count(*) FROM loyalty_account_lot WHERE remaining > 0),"
        " (SELECT count(*) FROM loyalty_account_move WHERE kind = 'expire')",
        name,
    )
    assert (left, moves) == ("0", str(size)), (left, moves)
