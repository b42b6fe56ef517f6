"""Importing 50,000 accounts with opening balances, beside core's import of 50,000 contacts.

Ours: the dry run and the import of a CSV file with card number, name and opening balance, from
the buttons' calls to the job's return: 50,000 accounts, each with a lot, a sealed movement and an
allocation, in pieces that are committed.

Peer: ``base_import.import.execute_import`` of a CSV file with as many contacts (name, e-mail,
phone), once, without its own dry run. It is the way core offers to bring records over, and a
contact is the record that people bring over most. Target: at most 1.5 times that.

Both work on a fresh copy of the module's empty database in each round, and end with a commit. A
round takes minutes, so three rounds are counted after one that is not. ``memory_mb`` is by how
much the process of ours grew at its peak, ``memory_5k_mb`` the same for 5,000 accounts: what grows
is the file and the numbers seen, not the accounts.
"""

from bench import databases, harness

LARGE, SMALL = 50_000, 5_000
ROUNDS = 3

COMMON = """
import base64, json, re, time
from pathlib import Path

def memory(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

env = env(user=env.ref("base.user_admin").id)  # a person: for the superuser other paths are taken
env["loyalty.account"].search([], limit=1).name
env["res.partner"].search([], limit=1).name
env.cr.rollback()

def measured(work):
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before, queries = memory("VmRSS"), env.cr.sql_log_count
    started = time.perf_counter()
    work()
    env.cr.commit()
    seconds = time.perf_counter() - started
    answer = [seconds, env.cr.sql_log_count - queries, (memory("VmHWM") - before) / 1024]
    print(MARK + json.dumps(answer))
"""

OURS = """
lines = ["Card number,Name,Opening balance"]
lines += [f"I{n:09d},Card {n},{1 + n % 500}.{n % 100:02d}" for n in range(SIZE)]
data = base64.b64encode("\\n".join(lines).encode())

def work():
    record = env["loyalty.account.import"].create({"file": data, "file_name": "cards.csv"})
    record.action_check()
    record.action_import()
    env.cr.commit()
    env["loyalty.account.import"].with_user(1)._cron_run_imports()

measured(work)
record = env["loyalty.account.import"].search([])
assert (record.state, record.done_count, record.failed_count) == ("done", SIZE, 0)
"""

PEER = """
lines = ["name,email,phone"]
lines += [f"Person {n},person{n}@example.com,+420 777 {n:06d}" for n in range(SIZE)]
data = "\\n".join(lines).encode()
options = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8"}

def work():
    values = {"res_model": "res.partner", "file": data, "file_type": "text/csv"}
    fields = ["name", "email", "phone"]
    result = env["base_import.import"].create(values).execute_import(fields, fields, options)
    assert not result["messages"], result["messages"][:3]
    assert len(result["ids"]) == SIZE

measured(work)
"""


def run(bench):
    """Yield one row."""
    settings = bench.settings
    ours, peer, memory = harness.Side(None, None), harness.Side(None, None), []
    for number in range(ROUNDS + 1):
        bench.progress.show(f"round {number + 1} of {ROUNDS + 1}")
        spent, queries, grown = measure(settings, OURS, LARGE, proven=True)
        peer_spent, peer_queries, _grown = measure(settings, PEER, LARGE)
        if number:
            memory.append(grown)
            for side, seconds, count in ((ours, spent, queries), (peer, peer_spent, peer_queries)):
                side.seconds.append(seconds)
                side.queries.append(count)
    _spent, _queries, small_grown = measure(settings, OURS, SMALL)
    yield harness.row(
        "import_50k",
        str(LARGE),
        ours,
        peer,
        memory_mb=round(max(memory), 1),
        memory_5k_mb=round(small_grown, 1),
        rows_per_s=round(LARGE * len(ours.seconds) / sum(ours.seconds)),
    )


def measure(settings, script, size, *, proven=False):
    """Run a side on an empty copy; return seconds, statements and MB grown.

    :param proven: whether the ledger is verified afterwards
    """
    values = f"MARK, SIZE = {databases.MARK!r}, {size}\n"
    with databases.scratch(settings, "bench_import") as name:
        answer = databases.run_in_shell(settings, name, values + COMMON + script)
        if proven:
            databases.verify(settings, name)
    return answer
