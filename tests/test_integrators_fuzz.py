"""Whatever a program sends to an operation, it gets a plain answer, and an error changes nothing.

Of integrator_api and the operations of all apps.
"""

import collections

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from integrators import Integrator
from loyalty import assert_books, open_account, query
from rpc import XmlRpc

#: Anything that JSON can carry.
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["' OR 1=1 --", "<script>", "9" * 5000, "\u200b", "\x00", "%s", "{0}"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
#: What is acceptable by itself.
SENSIBLE = {
    "amount": st.sampled_from(["0.01", "1.00", "5", "999999999", "0.00001"]),
    "bill": st.sampled_from(["1.00", "100.00"]),
    "minutes": st.integers(1, 10080),
    "hold": st.integers(1, 50),
    "move": st.integers(1, 50),
    "limit": st.integers(1, 500),
    "page": st.integers(1, 100_000),
    "since": st.sampled_from(["0", "1", "2026-01-01T00:00:00~1"]),
    "lines": st.just([{"product": 1, "quantity": "1"}]),
    "articles": st.just([{"title": "Coat", "category": 1, "price": "1.00"}]),
    "wished_date": st.dates().map(str),
    "request_id": st.uuids().map(str),
}
#: Examples of an operation: in ``test`` and in ``proof``; three calls are made for each.
SHORT, LONG = 25, 250
#: Names and words that are nothing in particular.
WORDS = st.from_regex(r"[A-Za-z][A-Za-z0-9 ]{0,18}[a-z]", fullmatch=True)
#: Codes of errors that speak of an argument's shape only: what it is about was not looked at.
SHAPE = {"invalid_argument", "not_permitted", "unknown_operation"}
#: Counts that an error must leave as they are.
COUNTS = """
    SELECT (SELECT count(*) FROM loyalty_account_move), (SELECT count(*) FROM sale_order),
           (SELECT count(*) FROM consignment_intake), (SELECT count(*) FROM integrator_request),
           (SELECT count(*) FROM accounting_partner_link)
"""


@pytest.fixture(scope="module")
def integrator(server):
    return Integrator(server)


@pytest.fixture(scope="module")
def card(server):
    """Number of a card with 100.00."""
    return open_account(XmlRpc(server, "admin"))["number"]


def arguments_of(operation, card):
    """Return a strategy for the arguments of a call: sensible ones, junk, and what is missing."""
    drawn = {}
    for argument in operation["arguments"]:
        name = argument["name"]
        if name == "number":
            # Texts would be guesses at card numbers, and soon no number would be looked up.
            drawn[name] = st.just(card) | JUNK.filter(lambda value: not isinstance(value, str))
        else:
            sensible = SENSIBLE.get(name, st.text(min_size=1, max_size=20))
            drawn[name] = st.one_of(sensible, sensible, sensible, JUNK)
    required = {name: value for name, value in drawn.items() if name in {"number", "request_id"}}
    others = {name: value for name, value in drawn.items() if name not in required}
    return st.fixed_dictionaries(required, optional=others)


def sensible_arguments(operation, card, since):
    """Return a strategy for the arguments of a call in earnest: each as the page asks for it.

    :param since: what a list of this operation answers as ``next``
    """
    drawn = {
        argument["name"]: SENSIBLE.get(argument["name"], WORDS)
        for argument in operation["arguments"]
    }
    if "since" in drawn:
        drawn["since"] = st.just(since)
    required = {
        argument["name"]: st.just(card)
        if argument["name"] == "number"
        else drawn.pop(argument["name"])
        for argument in operation["arguments"]
        if argument["required"]
    }
    optional = {name: value for name, value in drawn.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


def fuzz(server, integrator, operation, card, examples):
    """Call an operation with whatever hypothesis draws; most calls are in earnest.

    :param examples: of each third of the calls
    :return: ``(calls, calls that came past the check of their arguments)``
    """
    codes = {error["code"] for error in operation["errors"]} - {"internal"}
    count = collections.Counter()
    number = {"number": card} if operation["name"] == "loyalty_statement" else {}
    _status, first = integrator.json("integrator.api", operation["name"], **number)

    def call(arguments):
        before = query(server, COUNTS)
        status, answer = integrator.json("integrator.api", operation["name"], **arguments)
        assert status in (200, 400), answer
        assert "Traceback" not in str(answer)
        count["calls"] += 1
        if "error" in answer:
            assert status == 400 or answer["error"]["code"] in codes, answer
            assert query(server, COUNTS) == before
        count["past"] += status == 200 and answer.get("error", {}).get("code") not in SHAPE

    @given(arguments_of(operation, card))
    @settings(max_examples=examples, deadline=None, database=None)
    def call_with_anything(arguments):
        call(arguments)

    @given(sensible_arguments(operation, card, first.get("next")), st.integers(0, 2**32))
    @settings(max_examples=2 * examples, deadline=None, database=None)
    def call_in_earnest(arguments, _nonce):
        call(arguments)

    call_with_anything()
    call_in_earnest()
    return count["calls"], count["past"]


@pytest.mark.slow
@pytest.mark.parametrize("examples", [SHORT, pytest.param(LONG, marks=pytest.mark.proof)])
def test_every_operation_answers_whatever_is_sent(server, integrator, card, examples):
    few = {}
    for operation in integrator("describe")["operations"]:
        calls, past = fuzz(server, integrator, operation, card, examples)
        if 2 * past < calls:
            few[operation["name"]] = f"{past} of {calls}"
    assert not few, f"calls that came past the check of their arguments: {few}"
    assert_books(server)
