"""Who gets what from which route, report and file: ``rights/routes.txt``, ``reports.txt``, ``files.txt``.

Of all modules. Routes are asked for as a browser does it, with a session and, in forms, its token; what is asked for
is the owner's. ``rights_world`` says why nothing happens by it.
"""

import json
import re
import xmlrpc.client
from urllib.parse import urlsplit

import pytest
import rights_tables
from rights_world import PERSONS
from test_rights_models import number_of

pytestmark = pytest.mark.apart

#: What stands for a part of an address: a model, of which it is the owner's record, or a text.
PLACES = {
    "account_id": "loyalty.account",
    "article_id": "consignment.article",
    "barcode": "article barcode",
    "colleague_id": "colleague",
    "digest": "0" * 64,
    "export_id": "export",
    "import_id": "loyalty.account.import",
    "intake_id": "consignment.intake",
    "invoice_id": "account.move",
    "kind": "pdf",
    "number": "shop number",
    "order_id": "sale.order",
    "page": "1",
    "payout_id": "consignment.payout",
    "print_id": "labels",
    "product_id": "product.product",
    "service": "common",
    "settlement_id": "consignment.settlement",
    "token": "no-such-token",
}
#: What forms send, by the end of their address; the names in ``PLACES`` stand for the same here.
FORMS = {
    "/b2b/approvals/<>/decline": {"reason": "Too much"},
    "/b2b/approvals/<>/approve": {"total": "approval total"},
    "/b2b/cart/save": {"note": "At the door", "client_order_ref": "7"},
    "/b2b/cart/set": {"product_id": "catalogue product", "quantity": "12"},
    "/b2b/login": {"email": "olga@harbourview.example.com"},
    "/b2b/offers/claim": {"card_id": "1", "reward_id": "1"},
    "/b2b/offers/code": {"code": "none"},
    "/b2b/orders/<>/cancel": {"reason": "Too late"},
    "/b2b/orders/<>/message": {"text": "When?"},
    "/b2b/orders/<>/return": {"reason": "Broken", "line": "1"},
    "/b2b/quick/read": {"text": "NAP-W 2"},
    "/b2b/register": {"name": "New Ltd", "email": "new@rights.example.com"},
    "/b2b/team/<>/change": {"role": "viewer", "sees": "own"},
    "/b2b/team/invite": {
        "name": "New",
        "email": "colleague@rights.example.com",
        "role": "buyer",
        "sees": "own",
    },
    "/consign/<>/a/<>": {"end_choice": "donate"},
    "/consign/<>/choose": {"consignor_id": "consignment.consignor"},
    "/consign/<>/enter/delete": {"article_id": "draft article"},
    "/consign/<>/enter/save": {
        "title": "Coat",
        "price": "20",
        "categ_id": "category",
        "key": "rights",
    },
    "/consign/<>/intakes/answer": {"article_id": "consignment.article", "answer": "agree"},
    "/consign/<>/login": {"email": "nobody@rights.example.com", "password": "wrong"},
    "/consign/<>/password": {"email": "nora@example.com"},
    "/consign/<>/profile": {"first_name": "Nora", "end_choice": "donate"},
    "/consign/<>/submit": {"digest": "0", "name": "Nora", "accept": "1"},
    "/my/orders/<>/transaction": {
        "access_token": "none",
        "amount": "1",
        "flow": "direct",
        "landing_route": "/",
        "payment_method_id": "0",
        "provider_id": "0",
        "token_id": "0",
        "tokenization_requested": "",
    },
    "/my/orders/<>/update_line_dict": {"line_id": "1"},
    "/web/reset_password": {"login": "olga"},
}
PART = re.compile(r"<[^<>]*?([a-z_]+)>")


def classify(response, number):
    """Return in a word how a route answered; see ``routes.txt``.

    :param number: of the shop whose start page is the consignors' login
    """
    if response.is_redirect:
        path = urlsplit(response.headers["Location"]).path
        if path in ("/web/login", f"/consign/{number}"):
            return "login"
        return "away" if path in ("/my", "/odoo", "/web") else "back"
    if response.status_code == 500:
        return "done"  # refused at its end; that it was for this reason, the server's log says
    if response.status_code == 200 and response.headers["Content-Type"].startswith(
        "application/json"
    ):
        return classify_json(response.json())
    return "ok" if response.status_code == 200 else str(response.status_code)


def classify_json(answer):
    """The same for an answer to a script."""
    if not isinstance(answer, dict) or "error" not in answer:
        result = answer.get("result") if isinstance(answer, dict) else answer
        return "rule" if isinstance(result, dict) and result.get("error") else "ok"
    text = json.dumps(answer["error"])
    if "REHEARSAL" in text:
        return "done"
    name = str(answer["error"].get("data", {}).get("name", ""))
    refused = {"AccessError": "403", "Forbidden": "403", "NotFound": "404", "MissingError": "404"}
    if "SessionExpired" in name:
        return "login"
    return refused.get(name.rpartition(".")[2], "rule" if "exceptions" in name else "!")


def find_address(rights, route):
    """Return the address of a route with the owner's things in it."""
    special = rights.places.get(PART.sub("<>", route["url"]), {})

    def fill(match):
        name = special.get(match.group(1), PLACES[match.group(1)])
        return str(rights.places.get(name, rights.records.get(name, name)))

    return PART.sub(fill, route["url"])


def find_form(rights, route):
    """Return what is sent to a route."""
    form = FORMS.get(PART.sub("<>", route["url"]), {})
    return {
        name: str(rights.places.get(value, rights.records.get(value, value)))
        for name, value in form.items()
    }


def each_visit(rights, things, ask):
    """Return ``{name of thing: {person: ask(visitor, thing)}}``."""
    jobs = [(thing, person) for thing in things for person in PERSONS]
    cells = rights.each(
        lambda job: ask(rights.visitors[rights.who(job[1], job[0]["module"])], job[0]), jobs
    )
    found = {}
    for (thing, person), cell in zip(jobs, cells, strict=True):
        found.setdefault(thing["key"], {})[person] = cell
    return found


def routes_of(rights):
    """Return the routes, once for each address and the method that it is asked by."""
    found = {}
    for route in rights.facts["routes"]:
        method = "POST" if "GET" not in route["methods"] or route["type"] == "jsonrpc" else "GET"
        address = PART.sub(r"<\1>", route["url"])
        key = f"{method}:{address}"
        found[key] = route | {"key": key, "method": method}
    return list(found.values())


def ask_route(visitor, route):
    """Return how a route answers a visitor, in a word."""
    rights = visitor.rights
    address, form = find_address(rights, route), find_form(rights, route)
    if route["type"] == "jsonrpc":
        body = {"json": {"jsonrpc": "2.0", "params": form}}
    elif "xmlrpc" in address:
        body = {"data": xmlrpc.client.dumps((), "version")}
    elif route["method"] == "POST":
        body = {"data": form | {"csrf_token": visitor.token}}
    else:
        body = {"params": form}
    response = visitor.ask(route["method"], address, **body)
    return classify(response, rights.places["shop number"])


@pytest.mark.slow
def test_every_route_answers_everybody_as_the_table_says(rights):
    found = each_visit(rights, routes_of(rights), ask_route)
    problems = rights_tables.compare("routes.txt", found)
    assert not problems, "\n".join(problems)


def ask_report(visitor, report):
    """Return how a report on the owner's record answers a visitor."""
    number = number_of(visitor.rights, visitor.person, report["model"])
    response = visitor.ask("GET", f"/report/pdf/{report['report']}/{number}")
    return classify(response, None)


@pytest.mark.slow
def test_every_report_is_printed_for_those_the_table_says(rights):
    reports = [report | {"key": report["report"]} for report in rights.facts["reports"]]
    problems = rights_tables.compare("reports.txt", each_visit(rights, reports, ask_report))
    assert not problems, "\n".join(problems)


def ask_file(visitor, file):
    """Return how a file of the owner's record answers a visitor; of links, the file they lead to."""
    rights = visitor.rights
    address = f"/web/content/{file['model']}/{number_of(rights, visitor.person, file['model'])}"
    if file["kind"] in {"binary", "image"}:
        return classify(visitor.ask("GET", f"{address}/{file['field']}"), None)
    attachment = rights.places[f"{file['model']}.{file['field']}"]
    return classify(visitor.ask("GET", f"/web/content/{attachment}"), None)


@pytest.mark.slow
def test_every_file_is_handed_to_those_the_table_says(rights):
    files = [file | {"key": f"{file['model']}.{file['field']}"} for file in rights.facts["files"]]
    problems = rights_tables.compare("files.txt", each_visit(rights, files, ask_file))
    assert not problems, "\n".join(problems)
