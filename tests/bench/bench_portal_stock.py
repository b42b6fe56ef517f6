"""A consignor's page of 5,000 articles on sale.

Ours: ``/consign/<shop>/stock``, the first page of a consignor with 5,000 articles: 50 rows with
price, days left and state, the number and the value of all, search and filters, as HTML.

Peer: the same page of another consignor of the same shop with 50 articles, in the same database
and on the same server: what 100 times as many articles cost. Target: at most 15 queries, the same
for both.
"""

from bench import consignment, databases, harness, servers
from bench.clients import Web

ROUNDS = 40
MANY, FEW, BATCH = 5_000, 50, 200
SHOWN, MOST_QUERIES = 50, 15
LOGINS, PASSWORD = {"bench_many": MANY, "bench_few": FEW}, "quiet lantern on loopback only"

SETUP = """
env = env(user=env.ref("base.user_admin").id)
{shop}
for login, count in LOGINS.items():
    consignor = env["consignment.consignor"].create({{
        "shop_id": shop.id, "last_name": login, "email": f"{{login}}@example.com",
    }})
    # As the link of the mail does it, which only the system may.
    consignor.sudo().user_id = env["res.users"].create({{
        "name": login, "login": login, "password": PASSWORD, "partner_id": consignor.partner_id.id,
        "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
    }})
    for start in range(0, count, BATCH):
        create_intake(min(BATCH, count - start)).action_accept()
        env.cr.commit()
        env.invalidate_all()
env.cr.execute("ANALYZE")
env.cr.commit()
print(MARK + "0")
"""


def run(bench):
    """Yield one row."""
    settings = bench.settings
    source = databases.base(settings, "consignment_portal", alone=True)

    def fill(fresh):
        bench.progress.show(f"accepting {MANY} articles")
        given = {"MARK": databases.MARK, "LOGINS": LOGINS, "PASSWORD": PASSWORD, "BATCH": BATCH}
        values = "".join(f"{key} = {value!r}\n" for key, value in given.items())
        script = values + "from odoo import Command\n" + SETUP.format(shop=consignment.SHOP)
        databases.run_in_shell(settings, fresh, script)

    name = databases.filled(settings, "stock", source, __file__, fill)
    with servers.running(settings, name, workers=1) as (server, requests):
        ours, peer = (make_side(server, name, login) for login in LOGINS)
        count = requests.latest
        harness.compare(ours, peer, rounds=ROUNDS, count_queries=count, show=bench.progress.show)
    row = harness.row("portal_stock", str(MANY), ours, peer)
    assert row.queries == row.peer_queries <= MOST_QUERIES, (row.queries, row.peer_queries)
    yield row


def make_side(server, database, login):
    """Return a consignor's page as a side that is checked to show its articles."""
    web = Web(server.url, database, login, PASSWORD)

    def check(_number, answer):
        assert answer.status_code == 200
        assert answer.text.count("Article ") >= SHOWN

    return harness.Side(
        lambda _number: web.session.get(f"{server.url}/consign/30012/stock", timeout=60), check
    )
