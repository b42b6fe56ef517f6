"""Whatever a browser or a program sends to a route, the answer is plain, and an error changes nothing.

Of all modules. Half of the calls and more are in earnest: the right person, method and token, values as pages send
them. The others leave something out, or send what nobody would. ``routes_fields`` lists the fields.
"""

import collections
import io
import json
import re
from urllib.parse import quote as requests_quote

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rights_visitor import Visitor
from routes_fields import FIELDS, FILES, PEOPLE
from test_rights_pages import PART, PLACES, classify, routes_of

pytestmark = pytest.mark.apart

#: Calls of a route: in ``test``, and in ``proof``, where they are 20,000 and more of all routes together.
SHORT, LONG = 5, -(-20_000 // len(FIELDS))
#: What an answer must never hold: how things are made inside.
INSIDE = re.compile(
    r"Traceback|psycopg2|odoo/addons|dist-packages|\.py\\?\", line|syntax error at|"
    r"invalid input syntax|violates [a-z]+ constraint|UndefinedTable|builtins\."
)
#: Who is told nothing of it; a script of staff gets Odoo's tracebacks.
OUTSIDE = {"anonymous", "colleague", "integrator", "owner", "stranger"}
#: Answers that come from the business, besides those that are always counted, where a route has others.
REACHED = {
    "GET:/accounting_connectors/consent": {"away"},
    "GET:/consign": {"login"},
    "GET:/b2b/preview/<token>": {"away"},
    "POST:/b2b/preview/end": {"away"},
    "POST:/consign/<number>/choose": {"login"},
    "POST:/consign/<number>/login": {"login"},
    "GET:/my/orders/<order_id>": {"away"},
    "POST:/my/orders/<order_id>/decline": {"away"},
}
#: Routes that log somebody in.
ENTRANCES = {
    "POST:/b2b/invitation/<token>",
    "POST:/consign/<number>/link/<token>",
    "POST:/consign/<number>/login",
}
ALWAYS = {"ok", "back", "rule", "422"}
JUNK = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["' OR 1=1 --", "<script>alert(1)</script>", "\x00", "\u200b", "%s%n", "{{7*7}}", "../../x",
         "-1", "0", "99999999999999999999", "1e309", "NaN", "١٢", "x" * 5000, "None", "[]"]
    ),
    st.integers().map(str),
)  # fmt: skip
NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
UPLOADS = st.sampled_from(
    [
        ("photo.png", b"\x89PNG\r\n\x1a\nno picture", "image/png"),
        ("photo.jpg", b"<svg onload='alert(1)'/>", "image/jpeg"),
        ("list.csv", b"NAP-W,12\n", "text/csv"),
        ("list.xlsx", b"PK\x03\x04no book", "application/vnd.ms-excel"),
        ("../../etc/passwd", b"", "text/plain"),
        ("big.png", b"\x00" * 300_000, "image/png"),
    ]
)


class Fuzz:
    """Calls routes of a world, and looks at what each answer holds and changes."""

    def __init__(self, world):
        self.world = world
        self.connection = psycopg2.connect(world.dsn)
        self.connection.autocommit = True
        self.seen = 0
        self.calls = collections.Counter()
        self.reached = collections.Counter()
        self.secrets = self._find_secrets()

    def _find_secrets(self):
        """Return ``{person: words}`` that only others' records hold."""
        order = self.world.records["sale.order"]
        order = self._query("SELECT name FROM sale_order WHERE id = %s", order)
        owners = [self.world.card, "Olga Owner", "Carl Cook", order]
        return {"anonymous": [*owners, "Stranger Ltd"], "stranger": owners, "owner": ["Stranger"]}

    def _query(self, statement, *arguments):
        with self.connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return cursor.fetchone()[0]

    def changes(self):
        """Return what changed since this was asked for last."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, what FROM rights_changes WHERE id > %s ORDER BY id", (self.seen,)
            )
            rows = cursor.fetchall()
        self.seen = rows[-1][0] if rows else self.seen
        return [what for _number, what in rows]

    def value(self, name):
        """Return what a value of ``routes_fields`` stands for."""
        world = self.world
        return str(world.places.get(name, world.records.get(name, name)))

    def parts(self, route):
        """Return ``{part of the address: its value in earnest}``."""
        special = self.world.places.get(PART.sub("<>", route["url"]), {})
        return {
            name: self.value(special.get(name, PLACES[name])) for name in PART.findall(route["url"])
        }

    def call(self, key, route, drawn):
        """Make a call as drawn, and check its answer."""
        visitor = self.world.visitors[drawn["person"]]
        if key in ENTRANCES:  # whoever gets in is somebody else from then on
            visitor = Visitor(self.world, "anonymous")
        parts = drawn["parts"]
        address = PART.sub(lambda match: quote(parts[match.group(1)]), route["url"])
        response = visitor.ask(drawn["method"], address, **self._body(visitor, route, drawn))
        told = (key, drawn, response.status_code, response.text[:300])
        assert response.status_code < 500, told
        text = response.text
        if drawn["person"] in OUTSIDE or route["type"] != "jsonrpc":
            assert not INSIDE.search(text), (told, INSIDE.search(text))
        for secret in self.secrets.get(drawn["person"], ()):
            assert secret not in text, (told, secret)
        word = classify(response, self.world.places["shop number"])
        assert word != "!", told
        changed = self.changes()
        if word in {"rule", "login"} or word.isdecimal():
            assert not changed, (told, changed)
        self.calls[key] += 1
        if drawn["earnest"] and word in ALWAYS | REACHED.get(key, set()):
            self.reached[key] += 1

    def _body(self, visitor, route, drawn):
        headers = {"Accept": drawn["accept"]}
        if route["type"] == "jsonrpc":
            body = {"jsonrpc": "2.0", "params": drawn["fields"]}
            return {"data": json.dumps(body), "headers": headers | JSON_HEADERS}
        if "xmlrpc" in route["url"]:
            return {"data": drawn["xml"].encode(), "headers": headers}
        if drawn["method"] == "GET":
            return {"params": drawn["fields"], "headers": headers}
        fields = dict(drawn["fields"])
        if drawn["token"] is None:
            fields["csrf_token"] = visitor.token
        elif drawn["token"]:
            fields["csrf_token"] = drawn["token"]
        files = {name: (file[0], io.BytesIO(file[1]), file[2]) for name, file in drawn["files"]}
        return {"data": fields, "headers": headers, "files": files or None}


JSON_HEADERS = {"Content-Type": "application/json"}
VERSION = "<?xml version='1.0'?><methodCall><methodName>version</methodName></methodCall>"


def quote(text):
    """Return a part of an address; an empty one would make another address of it."""
    return requests_quote(str(text), safe="") or "0"


@st.composite
def calls(draw, fuzz, key, route, earnest):
    """Draw a call of a route, in earnest or not."""
    fields = {
        name: fuzz.value(draw(st.sampled_from(values))) for name, values in FIELDS[key].items()
    }
    drawn = {
        "earnest": earnest,
        "person": PEOPLE.get(key, "owner"),
        "method": route["method"],
        "token": None,
        "accept": draw(st.sampled_from(["text/html", "application/json"])),
        "parts": fuzz.parts(route),
        "fields": fields,
        "files": [(FILES[key], draw(UPLOADS))] if key in FILES and draw(st.booleans()) else [],
        "xml": VERSION,
        "nonce": draw(st.integers(0, 2**32)),  # or routes without fields would soon be exhausted
    }
    return drawn if earnest else drawn | draw(wild(drawn, key, route))


@st.composite
def wild(draw, drawn, key, route):
    """Draw what is not as it should be in a call."""
    people = ["anonymous", "stranger", "owner", "user_b2b", "integrator", PEOPLE.get(key, "owner")]
    junk = NESTED | JUNK if route["type"] == "jsonrpc" else JUNK
    fields = {
        name: draw(st.just(value) | junk)
        for name, value in drawn["fields"].items()
        if draw(st.booleans())
    }
    for name in draw(st.lists(st.sampled_from(STRAY), max_size=2)):
        fields[name] = draw(junk)
    return {
        "person": draw(st.sampled_from(people)),
        "method": draw(st.sampled_from([route["method"]] * 4 + ["GET", "POST", "PUT", "DELETE"])),
        "token": draw(st.sampled_from([None, None, None, "", "0" * 40 + "o1"])),
        "parts": {name: draw(st.just(value) | JUNK) for name, value in drawn["parts"].items()},
        "fields": fields,
        "files": [(draw(st.sampled_from(["photo", "file", "shop"])), draw(UPLOADS))]
        if draw(st.booleans())
        else [],
        "xml": draw(st.sampled_from(XML) | JUNK),
    }


#: Fields that no form has, some of them arguments of functions inside.
STRAY = ["consignor", "context", "handler", "ids", "kwargs", "member", "page", "self", "shop"]
XML = [
    "",
    "<methodCall>",
    VERSION.replace("version", "no_such_method"),
    VERSION.replace("</methodCall>", "<params><param><value><int>x</int></value></param></params>"),
    "<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall><methodName>&b;</methodName></methodCall>",
]


def fuzz_route(fuzz, key, route, count):
    """Call a route as often as asked for, two of three times in earnest."""
    wild_count = count // 3
    for earnest, examples in ((True, count - wild_count), (False, wild_count)):

        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=HEALTH)
        @given(calls(fuzz, key, route, earnest))
        def call(drawn):
            fuzz.call(key, route, drawn)

        call()


HEALTH = list(HealthCheck)


@pytest.fixture(scope="module")
def routes(changing):
    """``{key: route}`` of the server, as ``FIELDS`` names them."""
    return {route["key"]: route for route in routes_of(changing)}


@pytest.fixture(scope="module")
def fuzz(changing):
    return Fuzz(changing)


@pytest.mark.slow
def test_every_route_is_listed(routes):
    assert routes.keys() == FIELDS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("count", [SHORT, pytest.param(LONG, marks=pytest.mark.proof)])
@pytest.mark.parametrize("key", sorted(FIELDS, key=lambda one: one.partition(":")[2]))
def test_a_route_answers_plainly_whatever_is_sent(routes, fuzz, key, count):
    fuzz_route(fuzz, key, routes[key], count)
    assert fuzz.calls[key] >= count
    assert 2 * fuzz.reached[key] >= fuzz.calls[key], "too few calls came past the first checks"
