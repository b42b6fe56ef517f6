"""A business customer's list of 10,000 orders.

Ours: ``/b2b/orders`` of an employee of the customer: the newest 20 with their states, as HTML.

Peer: core's own ``/my/orders`` of a second login of the same customer that is no employee in the
portal (employees are led to ours), in the same database and on the same server. It is the
strongest fair peer because it is the page Odoo shows for the same question; it has 80 rows, ours
20 with search and filter. Target: at most half the time, and at most 15 queries.
"""

from bench import databases, harness, servers
from bench.clients import Web
from suite import odoo

ROUNDS = 40
ORDERS = 10_000
MOST_QUERIES = 15
OURS, PEER, PASSWORD = "bench_member", "bench_guest", "bench-only-on-loopback"

SETUP = """
company = env.company
company.b2b_enabled = True
customer = env["res.partner"].create({
    "name": "Customer", "is_company": True, "b2b_state": "active",
})
users = env["res.users"].create([{
    "name": login, "login": login, "password": PASSWORD,
    "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
} for login in (OURS, PEER)])
users.partner_id.parent_id = customer
env["b2b.member"].create({
    "partner_id": users[0].partner_id.id, "user_id": users[0].id, "state": "active",
    "role": "administrator", "company_id": company.id,
})
product = env["product.product"].create({"name": "Pan", "list_price": 10})
order = env["sale.order"].create({
    "partner_id": customer.id, "order_line": [(0, 0, {"product_id": product.id})],
})
order.action_confirm()
env.flush_all()
env.cr.execute(
    "SELECT column_name FROM information_schema.columns WHERE table_name = 'sale_order'"
    " AND column_name NOT IN ('id', 'name', 'access_token', 'date_order')"
)
columns = ", ".join(column for (column,) in env.cr.fetchall())
# All that both pages look at; tokens as core's page would have written them at its first visit.
env.cr.execute(
    f"INSERT INTO sale_order ({columns}, name, access_token, date_order)"
    f" SELECT {columns}, 'B' || n, md5('bench' || n), date_order - n * interval '1 hour'"
    "  FROM sale_order, generate_series(2, %s) n WHERE id = %s",
    [ORDERS, order.id],
)
env.cr.execute("ANALYZE sale_order")
env.cr.commit()
print(MARK + "0")
"""


def run(bench):
    """Yield one row."""
    settings = bench.settings
    with databases.scratch(settings) as name:
        log = settings.logs / "bench-install.log"
        odoo.install(settings, name, ["b2b_portal"], log=log, progress=bench.progress)
        bench.progress.show(f"writing {ORDERS} orders")
        given = {"MARK": databases.MARK, "ORDERS": ORDERS, "OURS": OURS, "PEER": PEER}
        given["PASSWORD"] = PASSWORD
        values = "".join(f"{key} = {value!r}\n" for key, value in given.items())
        databases.run_in_shell(settings, name, values + SETUP)
        with servers.running(settings, name, workers=1) as (server, requests):
            ours = make_side(server, name, OURS, "/b2b/orders", rows=20)
            peer = make_side(server, name, PEER, "/my/orders", rows=80)
            harness.compare(
                ours, peer, rounds=ROUNDS, count_queries=requests.latest, show=bench.progress.show
            )
    row = harness.row("my_orders", str(ORDERS), ours, peer)
    assert row.queries <= MOST_QUERIES, row.queries
    yield row


def make_side(server, database, login, path, *, rows):
    """Return a login's page as a side that is checked to show that many orders."""
    web = Web(server.url, database, login, PASSWORD)

    def check(_number, answer):
        assert answer.status_code == 200
        assert answer.text.count(f'href="{path}/') >= rows

    return harness.Side(lambda _number: web.session.get(f"{server.url}{path}", timeout=60), check)
