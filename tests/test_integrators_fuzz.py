"""Whatever a program sends to an operation, it gets a plain answer, and an error changes nothing.

Of integrator_api and the operations of all apps.
"""

import pytest
from hypothesis import given
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


def fuzz(server, integrator, operation, card):
    """Call an operation with whatever hypothesis draws."""
    codes = {error["code"] for error in operation["errors"]} - {"internal"}

    @given(arguments_of(operation, card))
    def call(arguments):
        before = query(server, COUNTS)
        status, answer = integrator.json("integrator.api", operation["name"], **arguments)
        assert status in (200, 400), answer
        assert "Traceback" not in str(answer)
        if "error" in answer:
            assert status == 400 or answer["error"]["code"] in codes, answer
            assert query(server, COUNTS) == before

    call()


@pytest.mark.slow
def test_every_operation_answers_whatever_is_sent(server, integrator, card):
    for operation in integrator("describe")["operations"]:
        fuzz(server, integrator, operation, card)
    assert_books(server)
