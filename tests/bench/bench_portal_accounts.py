"""A customer's page of their card on the portal, with 10 and with 10,000 movements.

Ours: ``/my/cards/<id>`` as a portal user: card, code as a picture, facts, the newest 20
movements with links to their documents, as HTML.

Peer: core's own ``/my/orders`` for the same user, in the same database and on the same server,
with as many confirmed orders as the card has movements. It is the strongest fair peer because it
is the page a portal user is shown for the same kind of question, from the same layout; its page
has up to 80 rows, ours 20. Target: at most as long with 10,000, at most 1.5 times with 10 (where
both show 10 rows, and ours draws a code), and at most 20 queries, the same for both sizes.
"""

import psycopg2

from bench import databases, harness, seeds, servers
from bench.clients import Web
from suite import database

ROUNDS = 40
LOGIN, PASSWORD = "customer", "bench-only-on-loopback"
MOST_QUERIES = 20
FEW, MANY = 10, 10_000

# All that core's page looks at; the rest of an order is copied.
COPY = """
INSERT INTO sale_order ({columns}, name, access_token)
SELECT {columns}, 'B' || n, md5('bench' || n)
  FROM sale_order, generate_series(2, %s) n WHERE id = %s
"""


def run(bench):
    """Yield a row for each number of movements."""
    few = databases.seeded(bench.settings, "portal_few", 1)
    many = databases.seeded(bench.settings, "portal_many", 1, seeds.LONG)
    queries = {}
    for moves, source in ((FEW, few), (MANY, many)):
        with (
            databases.scratch(bench.settings, source=source) as name,
            servers.running(bench.settings, name, workers=1) as (server, log),
        ):
            ours, peer = make_sides(bench.settings, server, name, moves)
            harness.compare(
                ours, peer, rounds=ROUNDS, count_queries=log.latest, show=bench.progress.show
            )
        row = harness.row("portal_accounts", str(moves), ours, peer, moves=moves)
        queries[f"queries_{moves}"] = row.queries
        if moves == MANY:
            assert len(set(queries.values())) == 1, queries
            assert max(queries.values()) <= MOST_QUERIES, queries
            row.extra.update(queries)
        yield row


def make_sides(settings, server, name, moves):
    """Make a portal user of the card's customer with orders; return ours and the peer."""
    admin = servers.administrator(server, name)
    (card,) = admin.call("loyalty.account", "search_read", [], ["partner_id", "version"])
    assert card["version"] == moves
    partner = card["partner_id"][0]
    make_customer(admin, partner)
    make_orders(settings, admin, name, partner, moves)
    web = Web(server.url, name, LOGIN, PASSWORD)

    def page(path):
        return lambda _number: web.session.get(f"{server.url}{path}", timeout=60)

    def check_card(_number, answer):
        assert answer.status_code == 200
        assert seeds.number(0) in answer.text
        assert "data:image/png" in answer.text
        assert answer.text.count("Payment") >= min(moves - 1, 20)

    def check_orders(_number, answer):
        assert answer.status_code == 200
        assert answer.text.count('href="/my/orders/') >= min(moves, 80)

    return (
        harness.Side(page(f"/my/cards/{card['id']}"), check_card),
        harness.Side(page("/my/orders"), check_orders),
    )


def make_customer(admin, partner):
    """Let the partner log in to the portal."""
    (group,) = admin.call(
        "ir.model.data",
        "search_read",
        [("module", "=", "base"), ("name", "=", "group_portal")],
        ["res_id"],
    )
    values = {"partner_id": partner, "login": LOGIN, "password": PASSWORD}
    admin.call("res.users", "create", values | {"group_ids": [(6, 0, [group["res_id"]])]})


def make_orders(settings, admin, name, partner, count):
    """Confirm an order of the partner and copy its row."""
    order = admin.call("sale.order", "create", {"partner_id": partner})
    admin.call("sale.order", "action_confirm", [order])
    with (
        psycopg2.connect(database.dsn(settings, name)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'sale_order'"
            " AND column_name NOT IN ('id', 'name', 'access_token')"
        )
        columns = ", ".join(column for (column,) in cursor.fetchall())
        cursor.execute(COPY.format(columns=columns), (count, order))
        cursor.execute("ANALYZE sale_order")
    connection.close()
