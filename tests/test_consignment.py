"""Consignors over the wire: of consignment_portal and the modules that build on it.

In the demo data Nora consigns to shop 30012, a shop-in-shop, and may enter articles herself.
"""

import io
import uuid
import xmlrpc.client

import pytest
from browser import Browser, press_at_once, query, value_of
from PIL import Image
from rpc import XmlRpc

SHOP = "/consign/30012"
CLIENTS = 8


@pytest.fixture
def admin(server):
    return XmlRpc(server, "admin")


@pytest.fixture
def nora(server):
    return Browser(server, "nora")


@pytest.fixture
def consignor(server):
    """The first of those that Nora's login is in the shop: the one that pages show her."""
    ((found,),) = query(
        server,
        "SELECT min(c.id) FROM consignment_consignor c JOIN res_users u ON u.id = c.user_id"
        " JOIN consignment_shop s ON s.id = c.shop_id WHERE u.login = 'nora' AND s.number = '30012'",
    )
    return found


def press(call, model, button, record):
    """Press a button that answers nothing, which XML-RPC cannot say."""
    try:
        call(model, button, [record])
    except xmlrpc.client.Fault as fault:
        if "cannot marshal None" not in fault.faultString:
            raise


def create_intake(server, admin, consignor, count):
    """Return an intake of cups that waits for review."""
    (intake,) = admin("consignment.intake", "create", [{"consignor_id": consignor}])
    ((category,),) = query(
        server, "SELECT id FROM product_category WHERE consignment_ok ORDER BY id DESC LIMIT 1"
    )
    admin(
        "consignment.article",
        "create",
        [
            {"intake_id": intake, "name": f"Cup {number}", "price": 5, "categ_id": category}
            for number in range(count)
        ],
    )
    server.expect_log("cannot marshal None")
    press(admin, "consignment.intake", "action_submit", intake)
    return intake


def photo():
    """Return the bytes of a picture with a place in its metadata, as telephones write them."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (64, 48), "navy").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def form_of(page, **values):
    """Return an article's form as the page shows it, filled in."""
    key = value_of(page, "key")
    category = page.text.split('name="categ_id"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return {"key": key, "categ_id": category, "title": "Lamp", "price": "12,50", **values}


def articles_of(server, consignor, title):
    return query(
        server,
        "SELECT id, state, price FROM consignment_article WHERE consignor_id = %s AND name = %s",
        consignor,
        title,
    )


def test_closed_unknown_and_wrong_shops_get_the_same_page(server):
    visitor = Browser(server)
    pages = [visitor.get(f"/consign/{number}") for number in ("99999", "1234", "123456", "abcde")]
    assert {page.status_code for page in pages} == {404}
    # What differs is the address itself, in the links that choose a language and such.
    bodies = {page.text.replace(page.url.rsplit("/", 1)[1], "") for page in pages}
    assert len({len(body) for body in bodies}) == 1
    assert visitor.get(SHOP).status_code == 200


def test_eight_tabs_never_enter_more_than_permitted(server, admin, consignor):
    admin("consignment.consignor", "write", [consignor], {"entry_quota": 3})
    title = f"Lamp {uuid.uuid4().hex[:8]}"
    tabs = [Browser(server, "nora") for _number in range(CLIENTS)]
    pages = [tab.get(f"{SHOP}/enter") for tab in tabs]
    presses = [
        lambda tab=tab, page=page: tab.post(
            f"{SHOP}/enter/save",
            page,
            headers={"Accept": "application/json"},
            **form_of(page, title=title),
        )
        for tab, page in zip(tabs, pages, strict=True)
    ]
    answers = press_at_once(presses)
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [422] * 5
    assert len(articles_of(server, consignor, title)) == 3
    assert query(
        server, "SELECT entry_quota FROM consignment_consignor WHERE id = %s", consignor
    ) == [(0,)]
    open_intakes = query(
        server,
        "SELECT count(*) FROM consignment_intake"
        " WHERE consignor_id = %s AND state = 'draft' AND is_from_portal",
        consignor,
    )
    assert open_intakes == [(1,)]


def test_a_form_sent_twice_makes_one_article(server, admin, nora, consignor):
    admin("consignment.consignor", "write", [consignor], {"entry_quota": 10})
    page = nora.get(f"{SHOP}/enter")
    title = f"Vase {uuid.uuid4().hex[:8]}"
    form = form_of(page, title=title)

    def send():
        files = {"photo": ("a.jpg", photo())}
        return nora.post(f"{SHOP}/enter/save", page, files=files, **form)

    press_at_once([send, send])
    ((article, state, price),) = articles_of(server, consignor, title)
    assert (state, price) == ("draft", 12.5)
    picture = nora.get(f"{SHOP}/photo/{article}")
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert b"taken at home" not in picture.content


def test_two_who_accept_an_intake_at_once_receive_it_once(server, admin, consignor):
    intake = create_intake(server, admin, consignor, 3)

    def accept():
        try:
            return press(XmlRpc(server, "admin"), "consignment.intake", "action_accept", intake)
        except xmlrpc.client.Fault as fault:
            return fault.faultString

    press_at_once([accept, accept])
    assert query(
        server,
        "SELECT count(*) FROM stock_picking WHERE consignment_intake_id = %s AND state = 'done'",
        intake,
    ) == [(1,)]
    assert query(
        server,
        "SELECT count(*), count(DISTINCT product_id), sum(quantity) FROM stock_quant q"
        " JOIN stock_location l ON l.id = q.location_id WHERE l.usage = 'internal'"
        " AND product_id IN (SELECT product_id FROM consignment_article WHERE intake_id = %s)",
        intake,
    ) == [(3, 3, 3)]


MODELS = ("shop", "consignor", "intake", "article", "sale", "settlement", "settlement.line")


@pytest.mark.parametrize("model", MODELS)
def test_over_rpc_a_consignor_reads_and_writes_nothing(server, model):
    call = XmlRpc(server, "nora")
    for method, arguments in (
        ("search", [[]]),
        ("read", [[1]]),
        ("create", [[{}]]),
        ("write", [[1], {"create_uid": 1}]),
        ("unlink", [[1]]),
    ):
        with pytest.raises(xmlrpc.client.Fault, match=r"not allowed|Access|does not exist"):
            call(f"consignment.{model}", method, *arguments)


def test_another_consignors_article_and_photo_are_unknown(server, admin, nora):
    ((shop,),) = query(server, "SELECT id FROM consignment_shop WHERE number = '30012'")
    (stranger,) = admin(
        "consignment.consignor", "create", [{"shop_id": shop, "last_name": "Stranger"}]
    )
    intake = create_intake(server, admin, stranger, 1)
    press(admin, "consignment.intake", "action_accept", intake)
    ((article, barcode),) = query(
        server, "SELECT id, barcode FROM consignment_article WHERE intake_id = %s", intake
    )
    assert barcode
    for path in (f"{SHOP}/photo/{article}", f"{SHOP}/a/{barcode}", f"{SHOP}/a/2899999999999"):
        assert nora.get(path).status_code == 404
