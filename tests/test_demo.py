"""The demo tells one story: each screen of the suite has something to see, docs/demo.md says what."""

import re
import time
from pathlib import Path

import pytest
from browser import Browser, query
from rpc import JsonRpc, XmlRpc

from suite import check, database, modules, odoo, postgres, templates

pytestmark = pytest.mark.apart

DATABASE = "suite_story"
PROJECT = Path(__file__).resolve().parents[1]
ADDONS, DOCS = PROJECT / "addons", PROJECT / "docs" / "demo.md"

#: Screens that are empty in the demo, and why that is right.
EMPTY = {
    "Consignment/Settlement/Differences": "sales and stock fit together, as they should",
    "Loyalty Accounts/Consolidation of clients/Payments": "a period is closed tomorrow at the earliest",
    "Settings/Users & Companies/Events for integrators": "no address is called before one is entered",
}
#: Pages of people outside: login, path, and what of the story stands there.
PAGES = [
    ("olga", "/b2b", "Frying pan 28 cm"),
    ("olga", "/b2b", "Table candle, ivory"),
    ("olga", "/b2b/orders", "Terrace"),
    ("olga", "/b2b/invoices", "INV/"),
    ("olga", "/b2b/quotations", "S0"),
    ("nora", "/consign/30012", "Winter coat"),
    ("nora", "/consign/30012/sales", "Wall mirror"),
    ("anna", "/my/cards", "Gold card Anna Berg"),
]


@pytest.fixture(scope="module")
def story(settings):
    """A server on the demo as it is installed: what other tests write is not there."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    database.drop(settings, DATABASE)
    database.clone(settings, templates.complete(settings), DATABASE)
    server = odoo.OdooServer(settings, DATABASE, workers=2, name="story")
    server.logins = {"admin": "admin", "demo": "demo"}
    server.logins |= {login: password for login, password, _ in modules.demo_logins(settings)}
    with server:
        yield server
    database.drop(settings, DATABASE)


def screens(server):
    """Return [(path of the menu, id of its window action)] of the suite's menus."""
    suite = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
    rows = query(
        server,
        """
        SELECT menu.id, split_part(menu.action, ',', 2)::int
          FROM ir_ui_menu menu
          JOIN ir_model_data data ON data.res_id = menu.id AND data.model = 'ir.ui.menu'
         WHERE data.module = ANY(%s) AND menu.action LIKE 'ir.actions.act_window,%%'
        """,
        suite,
    )
    call = XmlRpc(server, "admin")
    names = {
        menu["id"]: menu["complete_name"]
        for menu in call(
            "ir.ui.menu",
            "search_read",
            [("id", "in", [menu for menu, _action in rows])],
            ["complete_name"],
            context={"ir.ui.menu.full_list": True},
        )
    }
    return sorted((names[menu], action) for menu, action in rows)


def test_each_screen_shows_something_and_the_empty_ones_are_known(story):
    call = JsonRpc(story, "admin")
    empty = {path for path, action_id in screens(story) if not shows_something(call, action_id)}
    assert empty == set(EMPTY)


def shows_something(call, action_id):
    """Open a screen as the web client does, all companies chosen; tell whether it has anything to show."""
    companies = call("res.company", "search", [])
    facts = ["res_model", "domain", "context", "views"]
    (action,) = call("ir.actions.act_window", "read", [action_id], facts)
    known = {"uid": call.uid, "active_id": False, "active_ids": [], "time": time}
    context, domain = (
        eval(action[name] or empty, {"__builtins__": {}}, known)  # noqa: S307 -- the suite's own XML
        for name, empty in (("context", "{}"), ("domain", "[]"))
    )
    context = {**context, "allowed_company_ids": companies}
    views = call(action["res_model"], "get_views", action["views"], context=context)["views"]
    kind = action["views"][0][1]
    if kind == "form":
        return True  # a dialogue or the settings, never a list
    names = re.findall(r'<field[^>]* name="(\w+)"', views[kind]["arch"])
    fields = call(action["res_model"], "fields_get", allfields=names, attributes=["type"])
    wanted = {name: {} for name in fields}
    found = call(action["res_model"], "web_search_read", domain, wanted, limit=3, context=context)
    return bool(found["records"])


@pytest.mark.parametrize(("login", "path", "words"), PAGES)
def test_a_page_of_people_outside_shows_its_part_of_the_story(story, login, path, words):
    page = Browser(story, login).get(path)
    assert page.status_code == 200
    assert words in page.text


def test_the_story_names_every_login_and_no_other(story):
    told = set(re.findall(r"^\| `(\w+)` ", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == set(story.logins)


def test_nothing_in_the_demo_is_wrong(story, settings):
    wrong = [row for row in check.find(settings, DATABASE) if row[2]]
    assert not wrong
