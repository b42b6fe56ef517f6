"""Verifying a ledger of a million movements, beside reading and hashing as many rows.

Ours: ``loyalty.account._verify_ledger()`` of everything, in an Odoo process, from the call to its
return: 100,000 accounts with ten movements each. Every seal is recomputed (movements with their
allocations, lots, heads), every chain followed, and all sums compared.

Peer: a server-side cursor over the table of movements, each row hashed with HMAC-SHA256, in a
plain Python process on the same database. It is the strongest fair peer because nothing can be
proven of a movement without reading it and hashing it once; it reads no allocation, lot or
account, follows no chain and compares nothing. Target: at most 3 times that.

Each round is a process of its own for ours, so three rounds are counted after one that is not.
``memory_mb`` is by how much the process of ours grew at its peak, beside the same for 100,000
movements: constant memory.
"""

import hmac
import time

import psycopg2

from bench import databases, harness, seeds
from suite import database, secret

LARGE, SMALL = 100_000, 10_000  # accounts
ROUNDS = 3

VERIFY = f"""
import re, time
from pathlib import Path

def memory(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

accounts = env["loyalty.account"]
accounts.search([], limit=1)._verify_ledger()  # what every process has loaded before
env.cr.rollback()
Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
before, queries = memory("VmRSS"), env.cr.sql_log_count
started = time.perf_counter()
problems = accounts._verify_ledger()
seconds = time.perf_counter() - started
grown = (memory("VmHWM") - before) / 1024
answer = [seconds, env.cr.sql_log_count - queries, grown, len(problems)]
print({databases.MARK!r} + __import__("json").dumps(answer))
"""


def run(bench):
    """Yield one row."""
    settings = bench.settings
    large = databases.seeded(settings, "used100k", LARGE)
    small = databases.seeded(settings, "used10k", SMALL)
    ours, peer, memory = harness.Side(None, None), harness.Side(None, None), []
    for number in range(ROUNDS + 1):
        bench.progress.show(f"round {number + 1} of {ROUNDS + 1}")
        spent, queries, grown = verify(settings, large)
        peer_spent = run_peer(settings, large, LARGE * seeds.MOVES_PER_ACCOUNT)
        if number:
            memory.append(grown)
            ours.seconds.append(spent)
            ours.queries.append(queries)
            peer.seconds.append(peer_spent)
            peer.queries.append(1)
    _spent, _queries, small_grown = verify(settings, small)
    moves = LARGE * seeds.MOVES_PER_ACCOUNT
    yield harness.row(
        "verify_1m",
        str(moves),
        ours,
        peer,
        memory_mb=round(max(memory), 1),
        memory_100k_mb=round(small_grown, 1),
        moves_per_s=round(moves * len(ours.seconds) / sum(ours.seconds)),
    )


def verify(settings, name):
    """Let the module verify a database; return seconds, statements and MB grown."""
    seconds, queries, grown, problems = databases.run_in_shell(settings, name, VERIFY)
    assert problems == 0, f"{problems} problems"
    return seconds, queries, grown


def run_peer(settings, name, expected):
    """Read and hash every movement; return the seconds."""
    key = bytes.fromhex(secret.read(settings)["loyalty_ledger_key"])
    connection = psycopg2.connect(database.dsn(settings, name))
    started = time.perf_counter()
    count = 0
    with connection, connection.cursor("movements") as cursor:
        cursor.itersize = 5000
        cursor.execute("SELECT * FROM loyalty_account_move")
        for row in cursor:
            hmac.digest(key, "|".join(map(str, row)).encode(), "sha256")
            count += 1
    spent = time.perf_counter() - started
    connection.close()
    assert count == expected, count
    return spent
