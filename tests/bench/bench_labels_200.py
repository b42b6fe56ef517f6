"""Printing 200 labels, beside core's product labels of the same 200 products.

Ours: the file of the dialogue for labels: A4 sheets of 24, each label with title, price, EAN-13
and a QR code.

Peer: core's report "Products Labels", 4 × 7 with price, of the same products, through the same
route of the same server. It is the strongest fair peer because it is what Odoo prints for these
products; it has no QR code. Target: at most 0.2 of its time.
"""

import io
import json

from pypdf import PdfReader

from bench import consignment, databases, harness, servers
from bench.clients import Web

ROUNDS = 15
COUNT = 200
OURS = "consignment_portal.drawn_labels"
NO_LIMIT = "--limit-memory-hard=0"
PEER = "product.report_producttemplatelabel4x7"

SETUP = """
env = env(user=env.ref("base.user_admin").id)
env["ir.config_parameter"].sudo().set_param("report.url", URL)
{shop}
intake = create_intake(COUNT)
intake.action_accept()
articles = intake.article_ids
labels = env["consignment.label.print"].create({{"article_ids": articles.ids}})
layout = env["product.label.layout"].create({{
    "print_format": "4x7xprice", "product_ids": articles.product_id.ids,
}})
env.cr.commit()
print(MARK + __import__("json").dumps([labels.id, layout._prepare_report_data()[1]]))
"""


def run(bench):
    """Yield one row."""
    settings = bench.settings
    source = databases.base(settings, "consignment_portal", alone=True)
    # Three workers: core's renderer asks the server for styles while it is asked. A worker's limit
    # of memory holds for the renderer, too, which needs more for 200 labels.
    with (
        databases.scratch(settings, source=source) as name,
        servers.running(settings, name, workers=3, arguments=[NO_LIMIT]) as (server, requests),
    ):
        given = f"MARK, COUNT, URL = {databases.MARK!r}, {COUNT}, {server.url!r}\n"
        script = given + SETUP.format(shop=consignment.SHOP)
        labels, data = databases.run_in_shell(settings, name, script)
        web = Web(server.url, name, "admin", "admin")
        ours = make_side(web, f"/report/pdf/{OURS}/{labels}", pages=9)
        peer = make_side(web, f"/report/pdf/{PEER}", pages=8, options=json.dumps(data))
        count = requests.latest
        harness.compare(ours, peer, rounds=ROUNDS, count_queries=count, show=bench.progress.show)
    yield harness.row("labels", str(COUNT), ours, peer)


def make_side(web, path, *, pages, **arguments):
    """Return a report as a side whose file is checked to have so many pages."""

    def call(_number):
        return web.session.get(f"{web.url}{path}", params=arguments, timeout=60)

    def check(_number, answer):
        assert answer.status_code == 200, answer.text[:300]
        assert len(PdfReader(io.BytesIO(answer.content)).pages) == pages

    return harness.Side(call, check)
