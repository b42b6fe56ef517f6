"""A second company with another currency, and people who read three languages: each app's story works there too."""

import re

import connector_facts
import pytest
from browser import Browser, query, value_of
from consigning import tomorrow
from rpc import JsonRpc
from test_connectors import Scene

from suite import check, database, modules, odoo, odoo_log, postgres, shell, stand_ins, templates

pytestmark = pytest.mark.proof

DATABASE = "suite_companies"
LANGUAGES = ("nl_NL", "cs_CZ")
#: What stands on a page in a language: (login, path, {language: word}).
WORDS = (
    ("olga", "/b2b", {"en_US": "Catalogue", "nl_NL": "Catalogus", "cs_CZ": "Katalog"}),
    ("anna", "/my/cards", {"en_US": "credit", "nl_NL": "tegoed", "cs_CZ": "kredit"}),
    ("nora", "/consign/30012", {"en_US": "Stock", "nl_NL": "Voorraad", "cs_CZ": "Sklad"}),
)


@pytest.fixture(scope="module")
def world(settings):
    """A server with a second company in euro and two more languages: ``(server, call, company)``."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    database.drop(settings, DATABASE)
    database.clone(settings, templates.complete(settings), DATABASE)
    company = shell.run(settings, DATABASE, FOUND)
    server = odoo.OdooServer(settings, DATABASE, workers=2, name="companies")
    server.logins = {"admin": "admin"}
    server.logins |= {login: password for login, password, _ in modules.demo_logins(settings)}
    with server:
        server.log_file.write_text("", encoding="utf-8")
        admin = JsonRpc(server, "admin")
        speak(admin)

        def call(model, method, *args, **kwargs):
            """Call as somebody who works in the second company only."""
            context = {"allowed_company_ids": [company], **kwargs.pop("context", {})}
            return admin(model, method, *args, context=context, **kwargs)

        yield server, call, company
        text = server.log_file.read_text(encoding="utf-8", errors="replace")
        assert [one.text for one in odoo_log.problems(text, modules.scan(settings))] == []
    database.drop(settings, DATABASE)


def speak(admin):
    """Install the languages, here and on the website."""
    known = admin(
        "res.lang",
        "search_read",
        [["code", "in", LANGUAGES], ["active", "in", [True, False]]],
        ["code"],
    )
    ids = [one["id"] for one in known]
    wizard = admin(
        "base.language.install", "create", [{"lang_ids": [[6, 0, ids]], "overwrite": True}]
    )
    admin("base.language.install", "lang_install", wizard)
    websites = admin("website", "search", [])
    admin("website", "write", websites, {"language_ids": [[4, one] for one in ids]})


#: A company in a country for which Odoo installs nothing more by itself.
FOUND = """
import json
euro = env.ref("base.EUR")
euro.active = True
company = env["res.company"].create({
    "name": "Dega e dytë", "currency_id": euro.id,
    "country_id": env["res.country"].search([("code", "=", "XK")]).id,
})
env["account.chart.template"].try_loading("generic_coa", company, False)
company.currency_id = euro
if not env["stock.warehouse"].search([("company_id", "=", company.id)]):
    env["stock.warehouse"].create({"company_id": company.id, "name": "Dega", "code": "DEGA"})
env.ref("base.user_admin").company_ids |= company
env.cr.commit()
print(MARK + json.dumps(company.id))
"""


def sell(call, products, partner, **values):
    """Confirm, deliver, invoice and post an order; return (order, invoice)."""
    lines = [
        [0, 0, {"product_id": one, "product_uom_qty": 1, "price_unit": 20}] for one in products
    ]
    order = call("sale.order", "create", [{"partner_id": partner, "order_line": lines, **values}])
    call("sale.order", "action_confirm", order)
    (pickings,) = call("sale.order", "read", order, ["picking_ids"])
    if pickings["picking_ids"]:
        moves = call("stock.move", "search", [["picking_id", "in", pickings["picking_ids"]]])
        call("stock.move", "write", moves, {"picked": True})
        call(
            "stock.picking", "button_validate", pickings["picking_ids"], context={"skip_sms": True}
        )
    context = {"active_model": "sale.order", "active_ids": order}
    wizard = call("sale.advance.payment.inv", "create", [{}], context=context)
    call("sale.advance.payment.inv", "create_invoices", wizard, context=context)
    (told,) = call("sale.order", "read", order, ["invoice_ids"])
    call("account.move", "action_post", told["invoice_ids"])
    return order[0], told["invoice_ids"]


def test_a_card_earns_and_pays_in_the_second_company_and_its_currency(world):
    _server, call, company = world
    (partner,) = call("res.partner", "create", [{"name": "Klant"}])
    (account,) = call(
        "loyalty.account", "create", [{"name": "Kaart", "partner_id": partner, "credit_rate": 0.1}]
    )
    (card,) = call("loyalty.account", "read", [account], ["number", "currency_id", "company_id"])
    assert (card["currency_id"][1], card["company_id"][0]) == ("EUR", company)
    call("loyalty.api", "top_up", card["number"], 50, "companies-top-up")
    (product,) = call(
        "product.product", "create", [{"name": "Kop", "type": "service", "invoice_policy": "order"}]
    )
    _order, invoices = sell(
        call, [product], partner, loyalty_account_id=account, loyalty_credit_planned=5
    )
    (told,) = call(
        "account.move", "read", invoices, ["amount_total", "amount_residual", "currency_id"]
    )
    assert told["currency_id"][1] == "EUR"
    assert round(told["amount_total"] - told["amount_residual"], 2) == 5
    balance = call("loyalty.account", "read", [account], ["balance"])[0]["balance"]
    assert balance > 45  # what is left, and what was earned
    call("loyalty.account", "action_verify", [account])


def test_a_consignor_is_settled_with_in_the_second_company_and_its_currency(world):
    server, call, company = world
    (warehouse,) = call("stock.warehouse", "search", [["company_id", "=", company]])
    values = {
        "number": "40001",
        "name": "Gracht",
        "company_id": company,
        "warehouse_id": warehouse,
        "share": 60,
    }
    (shop,) = call("consignment.shop", "create", [values])
    (consignor,) = call(
        "consignment.consignor", "create", [{"shop_id": shop, "last_name": "Jansen"}]
    )
    (intake,) = call("consignment.intake", "create", [{"consignor_id": consignor}])
    ((category,),) = query(server, "SELECT max(id) FROM product_category WHERE consignment_ok")
    article = {"intake_id": intake, "name": "Vaas", "price": 20, "categ_id": category}
    articles = call("consignment.article", "create", [article])
    call("consignment.intake", "action_submit", [intake])
    call("consignment.intake", "action_accept", [intake])
    product = call("consignment.article", "read", articles, ["product_id"])[0]["product_id"][0]
    (partner,) = call("res.partner", "create", [{"name": "Koper"}])
    sell(call, [product], partner)
    sold = query(server, "SELECT count(*) FROM consignment_sale WHERE consignor_id = %s", consignor)
    assert sold == [(1,)]
    wizard = call(
        "consignment.settle",
        "create",
        [{"shop_id": shop, "date_to": tomorrow(), "pays_all": True}],
    )
    call("consignment.settle", "action_settle", wizard)
    settlements = call("consignment.settlement", "search", [["consignor_id", "=", consignor]])
    call("consignment.settlement", "action_confirm", settlements)
    (told,) = call(
        "consignment.settlement",
        "read",
        settlements,
        ["state", "amount_total", "bill_id", "currency_id"],
    )
    assert (told["state"], told["currency_id"][1]) == ("confirmed", "EUR")
    (bill,) = call(
        "account.move", "read", [told["bill_id"][0]], ["company_id", "currency_id", "amount_total"]
    )
    assert (bill["company_id"][0], bill["currency_id"][1]) == (company, "EUR")
    assert bill["amount_total"] == told["amount_total"] > 0


def create_customer(call, price):
    """Return ``(customer, person, product)``: a business, who may order for it, and its only article."""
    (pricelist,) = call("product.pricelist", "create", [{"name": "Horeca"}])
    (product,) = call("product.product", "create", [{"name": "Roerkom", "type": "consu"}])
    (read,) = call("product.product", "read", [product], ["product_tmpl_id"])
    rule = {
        "pricelist_id": pricelist,
        "applied_on": "1_product",
        "product_tmpl_id": read["product_tmpl_id"][0],
        "compute_price": "fixed",
        "fixed_price": price,
    }
    call("product.pricelist.item", "create", [rule])
    values = {"name": "Brasserie", "is_company": True, "property_product_pricelist": pricelist}
    (customer,) = call("res.partner", "create", [values])
    person = {"name": "Bo", "email": "bo@brasserie.example.com", "parent_id": customer}
    return customer, call("res.partner", "create", [person])[0], product


def accept(server, browser):
    """Follow the link of the mail that was sent last, and choose a password."""
    ((body,),) = query(server, "SELECT body_html FROM mail_mail ORDER BY id DESC LIMIT 1")
    link = re.search(r"/b2b/invitation/[\w.~-]+", body)[0]
    password = "correct horse battery 7 Staple"
    answer = browser.post(link, browser.get(link), password=password, repeated=password)
    assert answer.status_code == 303


def test_a_business_orders_in_the_second_company_and_its_currency(world):
    server, call, company = world
    call("res.company", "write", [company], {"b2b_enabled": True})
    customer, person, product = create_customer(call, price=12.5)
    values = {"customer_id": customer, "contact_ids": [[6, 0, [person]]], "role": "buyer"}
    wizard = call("b2b.invitation.send", "create", [values])
    call("b2b.invitation.send", "action_send", wizard)
    browser = Browser(server)
    accept(server, browser)
    page = browser.get("/b2b")
    assert "Roerkom" in page.text
    assert "€" in page.text
    assert "Frying pan" not in page.text
    browser.post("/b2b/cart/set", page, product_id=product, quantity=2)
    page = browser.get("/b2b/cart")
    form = {name: value_of(page, name) for name in ("cart_id", "total")}
    assert browser.post("/b2b/order", page, **form).status_code == 303
    names = ["state", "company_id", "currency_id", "amount_untaxed"]
    (order,) = call("sale.order", "read", [int(form["cart_id"])], names)
    assert (order["state"], order["company_id"][0]) == ("sale", company)
    assert (order["currency_id"][1], order["amount_untaxed"]) == ("EUR", 25)


def test_an_invoice_of_the_second_company_goes_to_its_own_books(world):
    server, call, company = world
    with stand_ins.StandIn(server.settings, "twinfield") as stand_in:

        def call_as_xml(model, method, *args, **kwargs):
            """Call as over XML-RPC: what is made of one dictionary is one number."""
            if method == "create" and isinstance(args[0], dict):
                return call(model, method, [args[0]], **kwargs)[0]
            return call(model, method, *args, **kwargs)

        scene = Scene(server, stand_in, connector_facts.FACTS["twinfield"], call_as_xml)
        export, seen = scene.export(scene.create(2, 10))
        assert (seen.currency, seen.total) == ("EUR", scene.total(export["move_id"][0]))
        (told,) = call("accounting.export", "read", [export["id"]], ["company_id"])
        assert told["company_id"][0] == company
        call("accounting.backend", "write", [scene.backend], {"active": False})


def test_a_program_gets_its_key_in_the_second_company(world):
    _server, call, company = world
    wizard = call("integrator.key", "create", [{"name": "Kassa", "days": 1}])
    call("integrator.key", "action_issue", wizard)
    (client,) = call("integrator.client", "search_read", [["name", "=", "Kassa"]], ["company_id"])
    assert client["company_id"][0] == company


@pytest.mark.parametrize("language", ["en_US", *LANGUAGES])
@pytest.mark.parametrize(("login", "path", "words"), WORDS, ids=[one[0] for one in WORDS])
def test_pages_speak_the_readers_language(world, login, path, words, language):
    server, _call, _company = world
    browser = Browser(server, login)
    prefix = "" if language == "en_US" else f"/{language[:2]}"
    page = browser.get(f"{prefix}{path}")
    assert page.status_code == 200
    assert re.search(r'<html[^>]* lang="([a-zA-Z-]+)"', page.text)[1][:2] == language[:2]
    assert words[language] in page.text


def test_all_is_right_in_both_companies(world):
    server, _call, _company = world
    assert [row for row in check.find(server.settings, DATABASE) if row[2]] == []
