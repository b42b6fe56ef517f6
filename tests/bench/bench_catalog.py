"""Pages of the catalogue beside the shop of Odoo's website, with 20,000 and with 50,000 products.

Ours: ``/b2b`` of a business customer whose pricelist has 4,000 rules (products, variants, some with
a minimum quantity, some expired): first page, a search, and page 100; prices, quantity breaks,
stock, categories with counts, a form for each article.

Peer: ``/shop`` of ``website_sale`` for the same portal user, in the same database, on the same
server and at the same page: the strongest fair peer, because it is what Odoo shows for the same
question. Its pages have 20 products, ours 24. Target: at most 0.125, and at most 25 queries.

The last row is the first page with 50,000 products beside ours with 2,000. Target: at most 1.3.
"""

from bench import databases, harness, servers, shop
from bench.clients import Web

ROUNDS = 20
SMALL, SIZES = 2_000, (20_000, 50_000)
SEARCH = f"?search={shop.SEARCHED.replace(' ', '+')}"
PAGES = {
    "first": ("/b2b", "/shop"),
    "search": (f"/b2b{SEARCH}", f"/shop{SEARCH}"),
    "page 100": ("/b2b/page/100", "/shop/page/100"),
}
MOST_QUERIES = 25


def run(bench):
    """Yield a row for each size and page, and one for both ends."""
    source = databases.base(bench.settings, "b2b_portal")
    for size in SIZES:
        yield from compare_pages(bench, filled(bench.settings, source, size), size)
    yield compare_sizes(bench, source)


def filled(settings, source, size):
    """Return a database with so many products; made when missing."""
    return databases.filled(
        settings,
        f"shop_{size}",
        source,
        shop.__file__,
        lambda fresh: shop.fill(settings, fresh, size, databases.run_in_shell, databases.MARK),
    )


def compare_pages(bench, source, size):
    """Yield a row for each page, ours beside the shop."""
    with (
        databases.scratch(bench.settings, source=source) as name,
        servers.running(bench.settings, name, workers=1) as (server, log),
    ):
        web = Web(server.url, name, shop.LOGIN, shop.PASSWORD)
        for title, (path, shop_path) in PAGES.items():
            ours, peer = make_side(server, web, path), make_side(server, web, shop_path)
            harness.compare(
                ours, peer, rounds=ROUNDS, count_queries=log.latest, show=bench.progress.show
            )
            row = harness.row("catalog", f"{size} {title}", ours, peer)
            assert row.queries <= MOST_QUERIES, row.queries
            yield row


def compare_sizes(bench, source):
    """Return the row of the greatest catalogue beside a small one."""
    settings = bench.settings
    large, small = (filled(settings, source, size) for size in (SIZES[-1], SMALL))
    with (
        databases.scratch(settings, "bench_large", source=large) as one,
        databases.scratch(settings, "bench_small", source=small) as other,
        servers.running(settings, one, other, workers=1) as (server, log),
    ):
        sides = [
            make_side(server, Web(server.url, name, shop.LOGIN, shop.PASSWORD), "/b2b")
            for name in (one, other)
        ]
        harness.compare(*sides, rounds=ROUNDS, count_queries=log.latest, show=bench.progress.show)
    return harness.row("catalog", f"{SIZES[-1]} beside {SMALL}", *sides)


def make_side(server, web, path):
    """Return a page as a side that is checked to show products."""

    def check(_number, answer):
        assert answer.status_code == 200, answer.status_code
        assert answer.text.count("Bench ") >= shop.SHOWN, answer.text[:2000]

    return harness.Side(lambda _number: web.session.get(f"{server.url}{path}", timeout=60), check)
