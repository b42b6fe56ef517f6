"""The demo tells one story: each screen of the suite has something to see, docs/demo.md says what."""

import ast
import re
from pathlib import Path

import pytest
from browser import Browser, query
from rpc import XmlRpc

from suite import check

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


def test_each_screen_shows_something_and_the_empty_ones_are_known(server):
    call = XmlRpc(server, "admin")
    companies = call("res.company", "search", [])
    empty = set()
    for path, action_id in screens(server):
        facts = ["res_model", "domain", "view_mode"]
        action = call("ir.actions.act_window", "read", [action_id], facts)[0]
        if action["view_mode"] == "form":
            continue  # a dialogue or the settings, never a list
        found = call(
            action["res_model"],
            "search_count",
            domain_of(action),
            context={"allowed_company_ids": companies},
        )
        if not found:
            empty.add(path)
    assert empty == set(EMPTY)


def domain_of(action):
    """Return the domain of an action; those of the suite are plain values."""
    return ast.literal_eval(action["domain"] or "[]")


@pytest.mark.parametrize(("login", "path", "words"), PAGES)
def test_a_page_of_people_outside_shows_its_part_of_the_story(server, login, path, words):
    page = Browser(server, login).get(path)
    assert page.status_code == 200
    assert words in page.text


def test_the_story_names_every_login_and_no_other(server):
    told = set(re.findall(r"^\| `(\w+)` ", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == set(server.logins)


def test_nothing_in_the_demo_is_wrong(server, settings):
    wrong = [row for row in check.find(settings, server.database) if row[2]]
    assert not wrong
