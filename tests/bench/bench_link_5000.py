"""Linking 5,000 customers by their organisation number with those at Fortnox's stand-in.

Ours: the job behind "Link Customers by Number": it pages through the provider's customers once and
lets one statement compare and link.

Peer: reading all pages of the same list with the same library and doing nothing with them, the
least that the provider's paging asks for. ``requests`` (target: no more than ``pages``), and
``memory_mb``: by how much the process of ours grew at its peak, beside 500 customers.
"""

from bench import connectors, harness

COUNT, SMALL, PAGE = 5000, 500, 500

SCRIPT = """
import time, tracemalloc, requests
env["res.partner"].create([
    {"name": f"Company {n}", "company_registry": f"{5560000000 + n}", "is_company": True}
    for n in range(COUNT)])
env.cr.commit()
token = backend._connect().backend.get_tokens()["access_token"]

def fill(count):
    requests.post(f"{URL}/_standin/do/fill", json={"count": count}, timeout=60).raise_for_status()

def seen():
    return len(requests.get(f"{URL}/_standin/requests", timeout=60).json())

def ours(count):
    fill(count)
    backend.link_ids.unlink()
    env.cr.commit()
    time.sleep(6)
    before = seen()
    tracemalloc.start()
    began = time.perf_counter()
    assert backend._link_all() == count
    env.cr.commit()
    spent = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return spent, seen() - before, peak / 1e6

def peer(count):
    time.sleep(6)
    began = time.perf_counter()
    for page in range(1, count // PAGE + 1):
        requests.get(f"{URL}/3/customers", params={"limit": PAGE, "page": page},
                     headers={"Authorization": f"Bearer {token}"}, timeout=60).json()
    return time.perf_counter() - began

small = ours(SMALL)
large = ours(COUNT)
print(MARK + __import__("json").dumps([small, large, peer(COUNT)]))
"""


def run(bench):
    """Yield one row."""
    with connectors.connected(bench) as (_name, _stand_in, run_in_shell):
        small, large, read = run_in_shell(SCRIPT, COUNT=COUNT, SMALL=SMALL, PAGE=PAGE)
    ours, peer = harness.Side(None, None, [large[0]]), harness.Side(None, None, [read])
    yield harness.row(
        "link",
        str(COUNT),
        ours,
        peer,
        requests=large[1],
        pages=COUNT // PAGE,
        memory_mb=round(large[2], 1),
        memory_mb_500=round(small[2], 1),
    )
