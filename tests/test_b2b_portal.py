"""Business customers over the wire: of b2b_portal and the modules that build on it.

In the demo data a restaurant orders at the shop: Olga is its administrator, Carl buys up to 300.00.
Its pricelist names kitchen supplies; the showroom table is not for it.
"""

import xmlrpc.client

import pytest
from browser import Browser, press_at_once, query, value_of
from rpc import XmlRpc

HIDDEN = "SHOW-1"


def product(server, reference):
    ((product_id,),) = query(
        server, "SELECT id FROM product_product WHERE default_code = %s", reference
    )
    return product_id


def fill_cart(server, browser, quantity, reference="POT-10"):
    """Put an article into an empty cart and return the cart's page."""
    page = browser.get("/b2b")
    browser.post("/b2b/cart/clear", page)
    browser.post("/b2b/cart/set", page, product_id=product(server, reference), quantity=quantity)
    return browser.get("/b2b/cart")


@pytest.fixture
def olga(server):
    return Browser(server, "olga")


@pytest.fixture
def carl(server):
    return Browser(server, "carl")


def test_a_customer_lands_in_the_catalogue_and_sees_its_own_articles_only(olga):
    assert olga.landed.url.rstrip("/").endswith("/b2b")
    assert "Frying pan 28 cm" in olga.landed.text
    assert "Showroom table" not in olga.landed.text
    assert "Showroom table" not in olga.get("/b2b?search=Showroom").text


def test_two_browsers_that_order_one_cart_at_once_make_one_order(server, olga):
    page = fill_cart(server, olga, 1)
    other = Browser(server, "olga")
    pages = {olga: page, other: other.get("/b2b/cart")}
    form = {name: value_of(page, name) for name in ("cart_id", "total")}
    answers = press_at_once(
        [
            lambda browser=browser, page=page: browser.post("/b2b/order", page, **form)
            for browser, page in pages.items()
        ]
    )
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert query(
        server,
        "SELECT state, (SELECT count(*) FROM stock_picking p WHERE p.sale_id = o.id)"
        " FROM sale_order o WHERE id = %s",
        form["cart_id"],
    ) == [("sale", 1)]


def test_an_order_above_the_limit_waits_for_a_colleague_and_is_confirmed_by_her(server, carl, olga):
    page = fill_cart(server, carl, 5)
    cart = value_of(page, "cart_id")
    carl.post("/b2b/order", page, cart_id=cart, total=value_of(page, "total"))
    stage = "SELECT b2b_stage, state FROM sale_order WHERE id = %s"
    assert query(server, stage, cart) == [("approval", "draft")]
    waiting = olga.get(f"/b2b/approvals/{cart}")
    total = value_of(waiting, "total")
    refused = carl.post(f"/b2b/approvals/{cart}/approve", carl.get("/b2b"), total=total)
    assert refused.status_code == 303
    assert query(server, stage, cart) == [("approval", "draft")]
    olga.post(f"/b2b/approvals/{cart}/approve", waiting, total=total)
    assert query(server, stage, cart) == [("placed", "sale")]


@pytest.mark.parametrize(
    ("model", "domain"),
    [
        ("product.product", [("default_code", "=", HIDDEN)]),
        ("product.template", [("default_code", "=", HIDDEN)]),
        ("product.pricelist", []),
        ("product.pricelist.item", []),
        ("b2b.member", []),
        ("b2b.invitation", []),
        ("sale.order", [("partner_id.name", "!=", "Restaurant Harbour View")]),
        ("sale.order", [("state", "=", "draft")]),
    ],
)
def test_over_rpc_a_customer_finds_nothing_that_is_not_its_own(server, model, domain):
    server.expect_log("AccessError|not allowed to")
    customer = XmlRpc(server, "olga")
    try:
        found = customer(model, "search_read", domain, ["id"])
    except xmlrpc.client.Fault as fault:
        assert "Traceback" not in fault.faultString
        found = []
    own = {row["id"] for row in found}
    if model == "sale.order" and domain[0][0] == "partner_id.name":
        customers = query(
            server,
            "SELECT o.id FROM sale_order o JOIN res_partner p ON p.id = o.partner_id"
            " WHERE p.commercial_partner_id <> (SELECT id FROM res_partner"
            " WHERE name = 'Restaurant Harbour View' AND parent_id IS NULL)",
        )
        assert customers, "the demo has orders of others"
        assert not own & {order_id for (order_id,) in customers}
    else:
        assert not own


def test_over_rpc_a_customer_changes_no_order(server):
    customer = XmlRpc(server, "olga")
    ((order_id,),) = query(
        server,
        "SELECT o.id FROM sale_order o JOIN res_partner p ON p.id = o.partner_id"
        " WHERE p.name = 'Restaurant Harbour View' ORDER BY o.id LIMIT 1",
    )
    for method, *arguments in (
        ("write", [order_id], {"note": "mine"}),
        ("action_confirm", [order_id]),
        ("action_cancel", [order_id]),
        ("unlink", [order_id]),
        ("copy", [order_id]),
    ):
        with pytest.raises(xmlrpc.client.Fault):
            customer("sale.order", method, *arguments)
