"""People at once: catalogue, cart, orders, charges and consignors' pages beside Odoo's own pages.

1, 2, 4, 8 and 16 people work for 20 seconds each, from a process of its own, on one server with four
worker processes and the demo's data. Each has a login, a cart and a card of their own and does, one after
the other: look at pages, fill a cart and order, charge a card over JSON-2, list orders in the office.

The peer is fair: Odoo's own pages are asked by the same people, in the same rounds, on the same server and
data: ``/my``, ``/shop`` and the web client's list of orders (``/my/orders`` leads these people to ours).
What is compared is the median of pages that are only looked at, ours and Odoo's; orders and charges are
told apart. No request may fail.

Where the time goes is told from Odoo's own log of requests, seconds in SQL and seconds elsewhere, and from
samples of four people's work after the rounds.
"""

import json
import math
import re
import statistics
import subprocess

import psutil

from bench import databases, harness, load_client, load_profile, servers
from suite import check, database, odoo, output, templates

PEOPLE = (1, 2, 4, 8, 16)
SECONDS = 20
#: Seconds in which workers fill their caches, and in which samples are taken.
WARM_UP, PROFILED = 10, 30
WORKERS = 4
#: Kinds of requests that change something; all others are only looked at.
WRITES = {"cart: add", "create order", "charge"}
#: What Odoo logs for a request: statements, seconds in SQL, seconds elsewhere.
REQUEST = re.compile(
    r'"(?P<method>\w+) (?P<path>[^\s?#]+)\S* HTTP/[\d.]+" \d+ \S+ (?P<queries>\d+) (?P<sql>[\d.]+) (?P<other>[\d.]+)'
)
PATHS = {
    "GET /b2b": "catalogue",
    "GET /b2b/orders": "orders",
    "GET /b2b/cart": "cart",
    "POST /b2b/cart/set": "cart: add",
    "POST /b2b/order": "create order",
    "POST /json/2/integrator.api/loyalty_charge": "charge",
    "GET /consign/30012/stock": "consignor stock",
    "GET /consign/30012/sales": "consignor sales",
    "GET /my": "odoo /my",
    "GET /shop": "odoo /shop",
    "POST /web/dataset/call_kw/sale.order/web_search_read": "odoo list of orders",
}

#: So many customers like the demo's, each with a login and a card.
SETUP = """
olga = env["res.users"].search([("login", "=", "olga")])
known = olga._get_b2b_member()
company, shape = known.company_id, known.customer_id
env["loyalty.program"].search([]).active = False
logins, cards = [], []
for n in range(COUNT):
    login = f"load{n}"
    customer = env["res.partner"].with_company(company).create({
        "name": f"Load {n}", "is_company": True, "b2b_state": "active", "street": shape.street,
        "zip": shape.zip, "city": shape.city, "country_id": shape.country_id.id,
        "email": f"{login}@example.com", "company_id": shape.company_id.id,
        "specific_property_product_pricelist": shape.specific_property_product_pricelist.id,
    })
    user = env["res.users"].create({
        "name": f"Load person {n}", "login": login, "password": login, "email": f"p{login}@example.com",
        "company_id": company.id, "company_ids": [(6, 0, company.ids)],
        "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
    })
    user.partner_id.parent_id = customer
    env["b2b.member"].create({
        "partner_id": user.partner_id.id, "user_id": user.id, "state": "active",
        "role": "administrator", "company_id": company.id,
    })
    logins.append(login)
env.cr.commit()
wizard = env["integrator.key"].create({
    "name": "load", "days": 1, "family_ids": [(6, 0, env["integrator.family"].search([]).ids)],
})
key = wizard.action_issue()["context"]["default_key"]
article = env["product.product"].search([("default_code", "=", "POT-10")], limit=1)
env.cr.commit()
print(MARK + __import__("json").dumps({"logins": logins, "key": key, "article": article.id}))
"""


def run(bench):
    """Yield a row for each number of people."""
    settings = bench.settings
    with databases.scratch(settings, "bench_load", templates.complete(settings)) as name:
        odoo.render_configuration(settings)
        bench.progress.show("writing customers")
        given = f"MARK = {databases.MARK!r}\nCOUNT = {max(PEOPLE)}\n"
        plan = databases.run_in_shell(settings, name, given + SETUP)
        with servers.running(settings, name, workers=WORKERS, cron_threads=1) as (server, _log):
            plan |= {"url": server.url, "database": name, "cards": open_cards(server, name)}
            ask(bench, plan, 4, WARM_UP)
            offset = server.log_file.stat().st_size
            before = read_sizes(settings, name)
            rounds = []
            for people in PEOPLE:
                bench.progress.show(f"{people} people")
                rounds.append((people, ask(bench, plan, people, SECONDS)))
            after, memory = read_sizes(settings, name), read_memory(server)
            text = server.log_file.read_bytes()[offset:].decode(errors="replace")
            bench.progress.show("taking samples")
            with load_profile.watching(settings, server.running(), PROFILED) as samples:
                ask(bench, plan, 4, PROFILED)
        output.say(describe(rounds, text))
        output.say(load_profile.describe(settings, samples))
        output.say(f"memory of a worker: {memory} MB; {describe_growth(before, after)}")
        problems = [row for row in check.find(settings, name) if row[2]]
        assert not problems, problems
    for people, answer in rounds:
        yield judge(people, answer)


def open_cards(server, name):
    """Return the numbers of cards with credit, one for each person."""
    admin = servers.administrator(server, name)
    numbers = []
    for person in range(max(PEOPLE)):
        (account,) = admin.call("loyalty.account", "create", [{"name": f"Load {person}"}])
        numbers.append(admin.call("loyalty.account", "read", [account], ["number"])[0]["number"])
        admin.call("loyalty.api", "top_up", numbers[-1], 1000, f"load-{person}")
    return numbers


def ask(bench, plan, people, seconds):
    """Let so many people work; return what was measured."""
    words = [str(bench.settings.venv_python), "-m", load_client.__name__]
    done = subprocess.run(
        words, input=json.dumps({**plan, "people": people, "seconds": seconds}), text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def judge(people, answer):
    """Return the row of a round, in which nothing may have failed."""
    measured = answer["measured"]
    failed = [one for one in measured if one[2]]
    assert not failed, failed[:3]
    ours = [seconds for kind, seconds, _ in measured if is_ours(kind) and kind not in WRITES]
    peer = [seconds for kind, seconds, _ in measured if not is_ours(kind)]
    assert len(ours) > people
    assert len(peer) > people
    middle, other = statistics.median(ours), statistics.median(peer)
    extra = {
        "per_second": round(len(measured) / answer["seconds"], 1),
        "ours_p95_ms": to_ms(percentile(ours)),
        "peer_p95_ms": to_ms(percentile(peer)),
        "errors": len(failed),
    }
    for kind in WRITES:
        seconds = [one for name, one, _ in measured if name == kind]
        if seconds:
            extra[f"{kind} p50/p95 ms"] = (
                f"{to_ms(statistics.median(seconds))}/{to_ms(percentile(seconds))}"
            )
    return harness.Row(
        "load", f"{people} people", to_ms(middle), to_ms(other), round(middle / other, 3),
        0.0, None, None, extra,
    )  # fmt: skip


def is_ours(kind):
    """Tell whether a request is one of the suite's, not of Odoo's own."""
    return not kind.startswith("odoo ")


def percentile(values):
    """Return the value that 95 of 100 do not exceed.

    >>> percentile(list(range(1, 101)))
    95
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(0.95 * len(ordered)) - 1)]


def to_ms(seconds):
    """Return whole milliseconds."""
    return round(1000 * seconds)


def describe(rounds, text):
    """Return two tables: each round, and where each kind of request spends its time."""
    lines = ["people  requests/s  ours p50  p95   odoo p50  p95   (ms, pages)"]
    for people, answer in rounds:
        extra = (row := judge(people, answer)).extra
        lines.append(
            f"{people:>6}  {extra['per_second']:>10}  {row.ours_ms:>8} {extra['ours_p95_ms']:>5}"
            f"  {row.peer_ms:>8} {extra['peer_p95_ms']:>5}   errors {extra['errors']}, create order"
            f" {extra.get('create order p50/p95 ms')}, charge {extra.get('charge p50/p95 ms')}"
        )
    lines += ["", f"{'kind':<22}{'count':>6}{'queries':>9}{'SQL ms':>8}{'Python ms':>11}{'SQL':>6}"]
    for kind, found in sorted(read_times(text).items()):
        queries, sql, other = (statistics.median(one) for one in zip(*found, strict=True))
        lines.append(
            f"{kind:<22}{len(found):>6}{queries:>9.0f}{1000 * sql:>8.0f}{1000 * other:>11.0f}"
            f"{100 * sql / (sql + other):>5.0f}%"
        )
    return "\n".join(lines)


def read_times(text):
    """Return {kind: [(statements, seconds in SQL, seconds elsewhere)]} from Odoo's log."""
    found = {}
    for match in REQUEST.finditer(text):
        kind = PATHS.get(f"{match['method']} {match['path']}")
        if kind:
            values = (int(match["queries"]), float(match["sql"]), float(match["other"]))
            found.setdefault(kind, []).append(values)
    return found


def read_sizes(settings, name):
    """Return bytes of the database, its orders and its charges."""
    (row,) = database.query(
        settings,
        f"SELECT pg_database_size('{name}'), (SELECT count(*) FROM sale_order),"
        " (SELECT count(*) FROM loyalty_account_move)",
        name,
    )
    return [int(value) for value in row]


def describe_growth(before, after):
    """Say how much the database has grown with so many orders and charges."""
    grown, orders, charges = (new - old for old, new in zip(before, after, strict=True))
    return f"the database grew by {grown / 1e6:.1f} MB with {orders} orders and {charges} charges"


def read_memory(server):
    """Return the largest worker's own memory, what it shares with others counted in part, in MB."""
    workers = psutil.Process(server.running()).children()
    return max(round(worker.memory_full_info().pss / 1e6) for worker in workers)
