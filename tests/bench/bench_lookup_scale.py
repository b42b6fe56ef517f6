"""Finding a card and opening the list with 200,000 accounts, beside the same with 1,000.

Ours: a database with 200,000 accounts and 2 million sealed movements. ``number`` is ``find`` of
``loyalty.api`` over XML-RPC with another card in each round; ``list`` is the first page of the
list: ``web_search_read`` with the fields, limit and count limit that the web client takes from
the list view, in a browser session.

Peer: the same calls, by the same user, on the same server, in a database with 1,000 accounts and
10,000 movements. It is the strongest fair peer because the code is the same: what differs is the
size alone. Target for both rows: at most 1.3 times as long.
"""

import random

from lxml import etree

from bench import databases, harness, seeds, servers
from bench.clients import Rpc, Web

LARGE, SMALL = 200_000, 1_000
ROUNDS = 60
PAGE = 80  # the web client's, where the view names none
DEFAULT_COUNT_LIMIT = 10_000


def run(bench):
    """Yield a row for the look-up by number and one for the first page of the list."""
    large = databases.seeded(bench.settings, "large", LARGE)
    small = databases.seeded(bench.settings, "small", SMALL)
    with servers.running(bench.settings, large, small, workers=1) as (server, log):
        for name in (large, small):
            servers.ensure_user(server, name)
        for size, make_side in (("number", number_side), ("list", list_side)):
            ours, peer = make_side(server, large, LARGE), make_side(server, small, SMALL)
            harness.compare(
                ours, peer, rounds=ROUNDS, count_queries=log.latest, show=bench.progress.show
            )
            moves = LARGE * seeds.MOVES_PER_ACCOUNT
            yield harness.row("lookup_scale", f"{LARGE}/{size}", ours, peer, moves=moves)


def number_side(server, name, accounts):
    """Return the side that finds one card after another."""
    rpc = Rpc(server.url, name, servers.LOGIN, servers.PASSWORD)
    pick = random.Random(seeds.SEED)
    numbers = [seeds.number(pick.randrange(accounts)) for _round in range(ROUNDS + harness.WARM_UP)]

    def check(number, answer):
        assert answer["number"] == numbers[number]
        assert 0 < answer["balance"] < float(seeds.TOP_UP)

    return harness.Side(lambda number: rpc.call("loyalty.api", "find", numbers[number]), check)


def list_side(server, name, accounts):
    """Return the side that loads the first page of the list."""
    web = Web(server.url, name, servers.LOGIN, servers.PASSWORD)
    options = list_options(web)
    expected = min(options["count_limit"], accounts)

    def check(_number, answer):
        assert len(answer["records"]) == options["limit"]
        assert answer["length"] == expected
        assert answer["records"][0]["number"] == seeds.number(accounts - 1)

    def call(_number):
        return web.call("loyalty.account", "web_search_read", [], **options)

    return harness.Side(call, check)


def list_options(web):
    """Return what the web client sends for the list: read from the view, as it does.

    All columns are asked for, hidden optional ones included, as the web client does.
    """
    context = {"lang": "en_US", "tz": "UTC", "uid": web.uid}
    views = web.call(
        "loyalty.account", "get_views", views=[[False, "list"], [False, "search"]], context=context
    )
    view = etree.fromstring(views["views"]["list"]["arch"])
    known = views["models"]["loyalty.account"]["fields"]
    names = [node.get("name") for node in view.iterfind("field")]
    return {
        "specification": {name: field_specification(known[name]["type"]) for name in names},
        "offset": 0,
        "order": view.get("default_order", ""),
        "limit": int(view.get("limit", PAGE)),
        "count_limit": int(view.get("count_limit", DEFAULT_COUNT_LIMIT)) + 1,
        "context": {"bin_size": True, **context},
    }


def field_specification(kind):
    """Return what the web client asks of a field of this type."""
    return {"fields": {"display_name": {}}} if kind == "many2one" else {}
