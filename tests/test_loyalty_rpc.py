"""Accounts as a program sees them over XML-RPC: what works, and what is refused in words."""

import uuid
import xmlrpc.client

import pytest
from loyalty import open_account
from rpc import XmlRpc

#: XML-RPC fault code of Odoo for an error that is meant for people.
USER_ERROR = 2
ACCESS_ERROR = 4


@pytest.fixture(scope="module")
def admin(server):
    return XmlRpc(server, "admin")


@pytest.fixture(scope="module")
def seller(server):
    return XmlRpc(server, "seller")


@pytest.fixture
def number(admin):
    """Card number of an account with 100.00 of credit."""
    return open_account(admin)["number"]


def refused(call, *args, **kwargs):
    """Call, expect a refusal, and return it."""
    with pytest.raises(xmlrpc.client.Fault) as caught:
        call(*args, **kwargs)
    assert "Traceback" not in caught.value.faultString
    return caught.value


def test_a_seller_finds_charges_and_refunds(seller, number):
    assert seller("loyalty.api", "find", number)["available"] == 100
    paid = seller("loyalty.api", "charge", number, 12.34, uuid.uuid4().hex)
    assert (paid["amount"], paid["balance"]) == (-12.34, 87.66)
    seller("loyalty.api", "refund", paid["move_id"], uuid.uuid4().hex)
    assert seller("loyalty.api", "find", number)["available"] == 100


@pytest.mark.parametrize(
    "amount",
    [-1, 0, 1e300, 0.001, float("nan"), float("inf"), "5", "", None, True, [1], {"a": 1}],
    ids=str,
)
def test_bad_amounts_are_refused_in_words_and_move_nothing(seller, number, amount):
    for method, extra in (("charge", ()), ("hold", (5,))):
        fault = refused(seller, "loyalty.api", method, number, amount, uuid.uuid4().hex, *extra)
        assert fault.faultCode == USER_ERROR
        assert "amount" in fault.faultString
    assert seller("loyalty.api", "find", number)["available"] == 100


@pytest.mark.parametrize(
    "bad",
    [
        "",
        " ",
        "12",
        "x" * 33,
        "9" * 10_000,
        "' OR 1=1 --",
        "<script>1</script>",
        "1\u200b2345",
        None,
        7,
        [],
    ],
    ids=lambda value: str(value)[:12],
)
def test_bad_card_numbers_are_refused_in_words(seller, bad):
    assert refused(seller, "loyalty.api", "find", bad).faultCode == USER_ERROR
    assert refused(seller, "loyalty.api", "charge", bad, 1, "x").faultCode == USER_ERROR


def test_a_card_of_another_establishment_is_an_unknown_card(server, admin, seller):
    bistro = XmlRpc(server, "bistro")
    account_id = bistro("loyalty.account", "create", [{"name": "Bistro"}])[0]
    foreign = bistro("loyalty.account", "read", [account_id], ["number"])[0]["number"]
    unknown = refused(seller, "loyalty.api", "find", "NO-SUCH-1").faultString
    assert refused(seller, "loyalty.api", "find", foreign).faultString == unknown.replace(
        "NO-SUCH-1", foreign
    )
    assert (
        refused(seller, "loyalty.account", "read", [account_id], ["name"]).faultCode == ACCESS_ERROR
    )


def test_nobody_writes_the_ledger_over_rpc(admin, seller, number):
    account = admin("loyalty.account", "search", [["number", "=", number]])
    moves = admin("loyalty.account.move", "search", [["account_id", "in", account]])
    lots = admin("loyalty.account.lot", "search", [["account_id", "in", account]])
    for call in (admin, seller):
        attempts = (
            ("loyalty.account", "write", account, {"balance": 1000}),
            ("loyalty.account", "write", account, {"version": 0}),
            ("loyalty.account", "create", [{"name": "Rich", "balance": 1000}]),
            ("loyalty.account.move", "write", moves, {"amount": 1000}),
            ("loyalty.account.move", "write", moves, {"partner_name": "x"}),
            ("loyalty.account.move", "unlink", moves),
            ("loyalty.account.move", "create", [{"account_id": account[0], "amount": 1000}]),
            ("loyalty.account.lot", "write", lots, {"remaining": 1000}),
            ("loyalty.account.lot", "unlink", lots),
            ("loyalty.account.allocation", "create", [{"lot_id": lots[0], "amount": 5}]),
            ("loyalty.ledger", "_charge", account, 5),
            ("loyalty.ledger", "_lock", account),
        )
        for attempt in attempts:
            assert refused(call, *attempt).faultCode in (USER_ERROR, ACCESS_ERROR), attempt
    forged = {"context": {"loyalty_ledger": True}}
    refused(admin, "loyalty.account", "write", account, {"balance": 1000}, **forged)
    assert admin("loyalty.api", "find", number)["balance"] == 100


def test_sellers_do_not_enter_credit(seller, number):
    assert refused(seller, "loyalty.api", "top_up", number, 5, "x").faultCode == ACCESS_ERROR
    for wizard in ("loyalty.account.top.up", "loyalty.account.adjust"):
        assert refused(seller, wizard, "create", [{"amount": 5}]).faultCode == ACCESS_ERROR


def test_pairing_an_order_by_number_discounts_and_earns(seller, number, admin):
    account = admin("loyalty.account", "search", [["number", "=", number]])
    admin("loyalty.account", "write", account, {"discount": 10, "credit_rate": 0.05})
    product = admin(
        "product.product", "create", [{"name": "RPC", "list_price": 100, "taxes_id": []}]
    )[0]
    partner = admin("res.partner", "create", [{"name": "RPC"}])[0]
    order = seller(
        "sale.order",
        "create",
        [{"partner_id": partner, "order_line": [[0, 0, {"product_id": product}]]}],
    )
    seller("sale.order", "action_pair_loyalty_account", order, f" {number.lower()} ")
    assert seller("sale.order", "read", order, ["amount_total"])[0]["amount_total"] == 90
    seller("sale.order", "action_confirm", order)
    assert seller("loyalty.api", "find", number)["balance"] == 104.5
    other = admin("loyalty.account", "create", [{"name": "Other"}])[0]
    assert (
        "is no quotation"
        in refused(seller, "sale.order", "write", order, {"loyalty_account_id": other}).faultString
    )
    seller("sale.order", "action_cancel", order)
    assert seller("loyalty.api", "find", number)["balance"] == 100
    for bad in ("NO-SUCH-1", "", "<b>1</b>"):
        assert (
            refused(seller, "sale.order", "action_pair_loyalty_account", order, bad).faultCode
            == USER_ERROR
        )


def test_deleting_an_account_with_movements_is_refused_by_name(admin, number):
    account = admin("loyalty.account", "search", [["number", "=", number]])
    fault = refused(admin, "loyalty.account", "unlink", account)
    assert number in fault.faultString
    assert "Archive" in fault.faultString
